import http, { type RequestListener } from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import type { Server } from '../../src/domain/fleet.ts'
import type { Clock } from '../../src/domain/ports.ts'
import type { SmokeSettings } from '../../src/domain/settings.ts'
import { createSmokeGate } from '../../src/gates/http-smoke.ts'
import { realClock } from '../updaters/real-clock.ts'

const DEFAULT_STATUS = [{ from: 200, to: 399 }]

const never = new AbortController().signal
const opened: net.Server[] = []
const sockets = new Set<Socket>()
let sleeping = 0

const clock: Clock = {
  now: realClock.now,
  async sleep(ms, signal) {
    sleeping++
    await realClock.sleep(ms, signal).finally(() => sleeping--)
  },
}

afterEach(async () => {
  // Every connection ends by the gate's doing, and no timeout of it is left.
  for (let looks = 0; sockets.size > 0 && looks < 200; looks++) await realClock.sleep(5)
  const left = { sockets: sockets.size, sleeping }
  for (const socket of sockets) socket.destroy()
  await Promise.all(opened.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
  expect(left).toEqual({ sockets: 0, sleeping: 0 })
})

async function listen(server: net.Server, host = '127.0.0.1'): Promise<number> {
  opened.push(server)
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return (server.address() as AddressInfo).port
}

/** A server that never ends a connection by itself. */
function answering(answer: RequestListener, host?: string): Promise<number> {
  return listen(http.createServer({ keepAliveTimeout: 0 }, answer), host)
}

function check(settings: Partial<SmokeSettings> & { url: string }, server?: Server) {
  const gate = createSmokeGate({ status: DEFAULT_STATUS, ...settings }, { clock, timeoutMs: 5_000 })
  return gate.check({ version: 'v2', ...(server && { server }) }, never)
}

function serverAt(id: string, port: number): Server {
  return { id, registrations: [{ groupArn: 'arn:web', target: { id, port } }] }
}

test.each([
  ['http://web/{version}', 'service'],
  ['http://{ip}/', 'server'],
  ['http://web:{port}/', 'server'],
  ['http://web/{id}', 'server'],
])('%s is checked for the %s', (url, scope) => {
  const gate = createSmokeGate({ url, status: DEFAULT_STATUS }, { clock })
  expect([gate.name, gate.scope]).toEqual(['smoke test', scope])
})

test('passes when status and body are as they should', async () => {
  const seen: unknown[] = []
  const port = await answering(({ method, url, headers }, response) => {
    seen.push([method, url, headers['user-agent'], headers.connection])
    response.end('this is v2, up')
  })
  const verdict = await check({ url: `http://127.0.0.1:${port}/up?v={version}`, body: 'is {version},' })
  expect(verdict).toEqual({ verdict: 'pass', evidence: 'status 200' })
  expect(seen).toEqual([['GET', '/up?v=v2', 'elb-rollout-smoke', 'close']])
})

test.each([
  [500, 'fail'],
  [404, 'fail'],
  [302, 'pass'],
  [204, 'pass'],
])('status %i: %s', async (status, verdict) => {
  const port = await answering((_, response) => {
    response.writeHead(status, { Location: '/elsewhere' }).end()
  })
  expect(await check({ url: `http://127.0.0.1:${port}/` })).toMatchObject({ verdict })
})

test('takes the status that was asked for', async () => {
  const port = await answering((_, response) => response.writeHead(401).end())
  const settings = { url: `http://127.0.0.1:${port}/` }
  const status = [
    { from: 200, to: 200 },
    { from: 401, to: 403 },
  ]
  expect(await check({ ...settings, status })).toMatchObject({ verdict: 'pass' })
  expect(await check({ ...settings, status: [{ from: 200, to: 302 }] })).toMatchObject({ verdict: 'fail' })
})

test('a redirect is judged, not followed', async () => {
  const paths: unknown[] = []
  const port = await answering(({ url }, response) => {
    paths.push(url)
    response.writeHead(302, { Location: '/elsewhere' }).end()
  })
  await check({ url: `http://127.0.0.1:${port}/start` })
  expect(paths).toEqual(['/start'])
})

test('shows the start of the body as evidence, on one line and printable', async () => {
  const body = `no\u0000 data\u001b[31m\r\nbase \u202e${'🚀'.repeat(300)}`
  const port = await answering((_, response) => response.writeHead(503).end(body))
  expect(await check({ url: `http://127.0.0.1:${port}/` })).toEqual({
    verdict: 'fail',
    evidence: `status 503: no data [31m base ${'🚀'.repeat(200 - 18)}`,
  })
})

test('fails when the text is not in the body', async () => {
  const port = await answering((_, response) => response.end('still v1'))
  expect(await check({ url: `http://127.0.0.1:${port}/`, body: '{version}' })).toEqual({
    verdict: 'fail',
    evidence: 'status 200, but no "v2" in the body: still v1',
  })
})

test('fills in address and port of the server, also of IPv6', async () => {
  const hosts: unknown[] = []
  const port = await answering(({ headers, url }, response) => {
    hosts.push([headers.host, url])
    response.end('at ::1')
  }, '::1')
  const url = 'http://{ip}:{port}/{id}'
  expect(await check({ url, body: 'at {ip}' }, serverAt('::1', port))).toMatchObject({ verdict: 'pass' })
  expect(hosts).toEqual([[`[::1]:${port}`, '/%3A%3A1']])
})

test('a hostile version stays in its place', async () => {
  const seen: unknown[] = []
  const port = await answering(({ url, headers }, response) => {
    seen.push([url, headers['x-evil']])
    response.end()
  })
  const gate = createSmokeGate(
    { url: `http://127.0.0.1:${port}/v/{version}/up`, status: DEFAULT_STATUS },
    { clock },
  )
  await gate.check({ version: '../$(id) HTTP/1.1\r\nX-Evil: 1' }, never)
  expect(seen).toEqual([['/v/..%2F%24(id)%20HTTP%2F1.1%0D%0AX-Evil%3A%201/up', undefined]])
})

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

test.each([
  [{ url: 'http://{ip}/' }, '{ip} is not known'],
  [{ url: 'http://127.0.0.1:1/', body: '{id}' }, '{id} is not known'],
])('cannot judge what it cannot fill in: %j', async (settings, reason) => {
  expect(await check(settings)).toEqual({ verdict: 'unknown', evidence: `no answer: ${reason}` })
})
