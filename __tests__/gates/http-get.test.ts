import net, { type Socket } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { createSmokeGate } from '../../src/gates/http-smoke.ts'
import { answering, check, clock, DEFAULT_STATUS, expectNothingLeft, listen, never } from './site.ts'

afterEach(expectNothingLeft)

test('opens a connection of its own for every check', async () => {
  const ports = new Set<unknown>()
  const port = await answering(({ socket }, response) => {
    ports.add(socket.remotePort)
    response.end('up')
  })
  for (let count = 0; count < 3; count++) await check({ url: `http://127.0.0.1:${port}/` })
  expect(ports.size).toBe(3)
})

test('reads at most a MiB of a body without end', async () => {
  const port = await answering((_, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    }
    response.on('drain', more)
    more()
  })
  expect(await check({ url: `http://127.0.0.1:${port}/` })).toMatchObject({ verdict: 'pass' })
  expect(await check({ url: `http://127.0.0.1:${port}/`, body: 'v2' })).toMatchObject({ verdict: 'fail' })
})

test('cannot judge when nothing listens', async () => {
  const closed = net.createServer()
  const port = await listen(closed)
  await new Promise((resolve) => closed.close(resolve))
  for (const host of ['127.0.0.1', 'localhost']) {
    expect(await check({ url: `http://${host}:${port}/` })).toEqual({
      verdict: 'unknown',
      evidence: expect.stringMatching(/^no answer: .*ECONNREFUSED/),
    })
  }
})

test('cannot judge a name that does not exist', async () => {
  const verdict = await check({ url: 'http://no-such-host.invalid/' })
  expect(verdict).toEqual({ verdict: 'unknown', evidence: expect.stringContaining('no-such-host.invalid') })
})

test.each([
  ['reset before the answer', (socket: Socket) => socket.resetAndDestroy()],
  ['closed before the answer', (socket: Socket) => socket.end()],
  ['broken in the body', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort')],
  ['not HTTP', (socket: Socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
])('cannot judge a connection that is %s', async (_, answer) => {
  const port = await listen(net.createServer((socket) => socket.once('data', () => answer(socket))))
  const verdict = await check({ url: `http://127.0.0.1:${port}/` })
  expect(verdict).toEqual({ verdict: 'unknown', evidence: expect.stringMatching(/^no answer: ./) })
})

test('cannot judge when TLS does not come about', async () => {
  const port = await answering((_, response) => response.end())
  const verdict = await check({ url: `https://127.0.0.1:${port}/` })
  expect(verdict).toEqual({ verdict: 'unknown', evidence: expect.stringMatching(/^no answer: ./) })
})

const SLOW: [string, string][] = [
  ['no header', ''],
  ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort'],
]

test.each(SLOW)('cannot judge an answer that takes too long: %s', async (_, answer) => {
  const port = await listen(net.createServer((socket) => socket.resume().write(answer)))
  const settings = { url: `http://127.0.0.1:${port}/`, status: DEFAULT_STATUS }
  const gate = createSmokeGate(settings, { clock, timeoutMs: 50 })
  expect(await gate.check({ version: 'v2' }, never)).toEqual({
    verdict: 'unknown',
    evidence: 'no answer: not complete within 0.05 s',
  })
})

test.each(SLOW)('an abort ends the check, and is its reason: %s', async (_, answer) => {
  const abort = new AbortController()
  const cancel = () => abort.abort(new Error('cancelled'))
  const port = await listen(
    net.createServer((socket) => {
      socket.write(answer)
      socket.once('data', cancel)
    }),
  )
  const gate = createSmokeGate({ url: `http://127.0.0.1:${port}/`, status: DEFAULT_STATUS }, { clock })
  await expect(gate.check({ version: 'v2' }, abort.signal)).rejects.toThrow('cancelled')
})

test('asks nothing when it is aborted already', async () => {
  const gate = createSmokeGate({ url: 'http://no-such-host.invalid/', status: DEFAULT_STATUS }, { clock })
  const signal = AbortSignal.abort(new Error('cancelled'))
  await expect(gate.check({ version: 'v2' }, signal)).rejects.toThrow('cancelled')
})
