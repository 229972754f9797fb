import { describe, expect, test } from '@jest/globals'
import { toApiError } from '../../src/aws/failure.ts'
import { ApiError } from '../../src/domain/errors.ts'

const failed = (name: string, status: number, message = 'it says why') =>
  Object.assign(new Error(message), { name, $metadata: status === 0 ? {} : { httpStatusCode: status } })

describe('an error of the SDK', () => {
  test.each([
    ['Throttling', 400, 'transient'],
    ['ThrottlingException', 400, 'transient'],
    ['RequestLimitExceeded', 503, 'transient'],
    ['PriorRequestNotComplete', 429, 'transient'],
    ['HealthUnavailableException', 500, 'transient'],
    ['Unknown', 502, 'transient'],
    ['AccessDenied', 403, 'denied'],
    ['AccessDeniedException', 400, 'denied'],
    ['NotAuthorized', 400, 'denied'],
    ['UnauthorizedOperation', 403, 'denied'],
    ['AuthFailure', 401, 'credentials'],
    ['ExpiredToken', 403, 'credentials'],
    ['InvalidClientTokenId', 403, 'credentials'],
    ['CredentialsProviderError', 0, 'credentials'],
    ['TargetGroupNotFoundException', 400, 'not-found'],
    ['InvalidTargetException', 400, 'rejected'],
    ['ValidationError', 400, 'rejected'],
    ['TooManyTargetsException', 400, 'rejected'],
    ['TimeoutError', 0, 'transient'],
  ])('%s (%i) is %s', (name, status, failure) => {
    expect(toApiError(failed(name, status), 'elasticloadbalancing:RegisterTargets').failure).toBe(failure)
  })

  test.each(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'EAI_AGAIN', 'ETIMEDOUT'])(
    '%s of the network may pass',
    (code) => {
      const error = Object.assign(new Error('socket hang up'), { code })
      expect(toApiError(error, 'elasticloadbalancing:RegisterTargets').failure).toBe('transient')
    },
  )

  test('keeps what was being done, what happened, and the permission it needs', () => {
    const error = toApiError(
      failed('AccessDenied', 403, 'User: u is not authorized'),
      'elasticloadbalancing:DeregisterTargets',
    )
    expect(error.message).toBe('DeregisterTargets: User: u is not authorized')
    expect(error.permission).toBe('elasticloadbalancing:DeregisterTargets')
    expect(error.code).toBe('AccessDenied')
  })

  test('says what to look at when it is the credentials', () => {
    expect(
      toApiError(failed('InvalidClientTokenId', 403, 'The token is invalid'), 'elasticloadbalancing:AddTags')
        .message,
    ).toBe('AddTags: The token is invalid (the AWS credentials are missing, expired or wrong)')
  })

  test.each(['ExpiredToken', 'ExpiredTokenException'])('says what to do against %s', (name) => {
    expect(
      toApiError(failed(name, 403, 'The security token is expired'), 'elasticloadbalancing:AddTags').message,
    ).toBe(
      'AddTags: The security token is expired (the AWS credentials have expired: fetch new ones for the next run, and let the action renew them with role-to-assume)',
    )
  })
})

test.each(['credentials', 'transient'] as const)('an error of a credential provider stays %s', (failure) => {
  const facts = { permission: 'sts:AssumeRoleWithWebIdentity', code: 'AccessDenied', message: 'it says why' }
  const error = new ApiError({ failure, ...facts })
  expect(toApiError(error, 'elasticloadbalancing:RegisterTargets')).toBe(error)
})
