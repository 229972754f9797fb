import { afterEach, expect, test } from '@jest/globals'
import { createSmokeGate } from '../../src/gates/http-smoke.ts'
import { answering, check, clock, DEFAULT_STATUS, expectNothingLeft, never, serverAt } from './site.ts'

afterEach(expectNothingLeft)

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

test.each([
  [{ url: 'http://{ip}/' }, '{ip} is not known'],
  [{ url: 'http://127.0.0.1:1/', body: '{id}' }, '{id} is not known'],
])('cannot judge what it cannot fill in: %j', async (settings, reason) => {
  expect(await check(settings)).toEqual({ verdict: 'unknown', evidence: `no answer: ${reason}` })
})
