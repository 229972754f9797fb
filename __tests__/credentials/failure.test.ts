import { expect, test } from '@jest/globals'
import { toApiError } from '../../src/credentials/failure.ts'

const answered = (name: string, status: number) =>
  Object.assign(new Error('it says why'), { name, $metadata: { httpStatusCode: status } })

test.each([
  ['Throttling', 400, 'transient'],
  ['ThrottlingException', 429, 'transient'],
  ['IDPCommunicationErrorException', 400, 'transient'],
  ['InternalFailure', 500, 'transient'],
  ['AccessDenied', 403, 'credentials'],
  ['InvalidIdentityTokenException', 400, 'credentials'],
  ['IDPRejectedClaimException', 403, 'credentials'],
  ['ExpiredTokenException', 400, 'credentials'],
  ['ValidationError', 400, 'credentials'],
  ['RegionDisabledException', 403, 'credentials'],
])('%s (%i) from STS is %s', (name, status, failure) => {
  expect(toApiError(answered(name, status))).toMatchObject({ failure, code: name })
})

test.each([
  ['read ECONNRESET', 'transient'],
  ['getaddrinfo EAI_AGAIN sts.eu-west-1.amazonaws.com', 'transient'],
  ['socket hang up', 'transient'],
  ['connect ECONNREFUSED 127.0.0.1:1', 'transient'],
  ['self-signed certificate in certificate chain', 'credentials'],
])('without an answer, %j is %s', (message, failure) => {
  expect(toApiError(new Error(message)).failure).toBe(failure)
})

test('a timeout of the SDK may pass', () => {
  expect(toApiError(Object.assign(new Error('no answer'), { name: 'TimeoutError' })).failure).toBe(
    'transient',
  )
})

test('the error of the SDK, which can hold the answer, is not kept', () => {
  const error = toApiError(Object.assign(answered('SyntaxError', 200), { $response: { body: 'secret' } }))
  expect(error.cause).toBeUndefined()
})
