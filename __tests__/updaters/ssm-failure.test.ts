import { createServer, type RequestListener } from 'node:http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { close, listen } from '../../simulator/listening.ts'
import { createRunCommand } from '../../src/updaters/ssm-calls.ts'
import { createSsmClient } from '../../src/updaters/ssm-client.ts'
import { isThrottled, mayHaveHappened } from '../../src/updaters/ssm-failure.ts'

afterEach(() => {
  delete process.env.AWS_ENDPOINT_URL_SSM
})

const COMMAND = {
  document: 'x',
  parameters: {},
  servers: ['i-1'],
  comment: '',
  deliverySeconds: 30,
  concurrency: 1,
}
const answering =
  (status: number, body: string): RequestListener =>
  (_, response) =>
    void response.writeHead(status).end(body)
const error = (type: string) => JSON.stringify({ __type: type, message: 'it says why' })

async function failureOf(listener: RequestListener | undefined): Promise<unknown> {
  const server = createServer(listener)
  process.env.AWS_ENDPOINT_URL_SSM = await listen(server, { host: '127.0.0.1', port: 0 })
  if (listener === undefined) await close(server)
  const client = createSsmClient('eu-west-1', { accessKeyId: 'test', secretAccessKey: 'test' })
  const failure = await createRunCommand(client)
    .send(COMMAND)
    .then(
      () => undefined,
      (reason) => reason,
    )
  client.destroy()
  if (listener !== undefined) await close(server)
  return failure
}

describe('whether a command may run that was answered by', () => {
  test.each<[string, RequestListener, boolean]>([
    ['a reset', (request) => void request.socket.resetAndDestroy(), true],
    ['a closed connection', (request) => void request.socket.destroy(), true],
    ['an error of the server', answering(500, error('InternalServerError')), true],
    ['a gateway that has no answer', answering(502, '<html>'), true],
    ['an answer that nobody can read', answering(200, '<html>'), true],
    ['throttling', answering(400, error('ThrottlingException')), false],
    ['a missing permission', answering(400, error('AccessDeniedException')), false],
    ['expired credentials', answering(400, error('ExpiredTokenException')), false],
    ['a server that is not known', answering(400, error('InvalidInstanceId')), false],
  ])('%s', async (_, listener, may) => {
    expect(mayHaveHappened(await failureOf(listener))).toBe(may)
  })
})

test('a command cannot run when there was no connection', async () => {
  expect(mayHaveHappened(await failureOf(undefined))).toBe(false)
})

test('nothing is sent again by the SDK', async () => {
  let requests = 0
  await failureOf((request) => {
    requests++
    request.socket.destroy()
  })
  expect(requests).toBe(1)
})

test('throttling is told from other passing trouble', async () => {
  expect(isThrottled(await failureOf(answering(400, error('ThrottlingException'))))).toBe(true)
  expect(isThrottled(await failureOf(answering(500, error('InternalServerError'))))).toBe(false)
})
