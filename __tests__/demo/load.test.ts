import { createServer, type RequestListener } from 'node:http'
import { expect, test } from '@jest/globals'
import { failuresIn, Load, type LoadCounts } from '../../demo/load.ts'
import { close, listen } from '../../simulator/listening.ts'

/** What the load says of a server that answers so. */
async function loadOn(handle: RequestListener, milliseconds = 300): Promise<LoadCounts> {
  const server = createServer(handle)
  const url = await listen(server, { host: '127.0.0.1', port: 0 })
  const load = new Load({ url, perSecond: 100, responseMs: [1, 5] })
  await new Promise((resolve) => setTimeout(resolve, milliseconds))
  const counts = await load.stop()
  await close(server)
  return counts
}

const HEADERS = { 'x-server': 's', 'x-version': '1' }
const msOf = (url = ''): string => new URL(url, 'http://s').searchParams.get('ms') ?? ''

test('whole answers are served, by version, at the rate that was asked', async () => {
  const counts = await loadOn((request, response) => {
    response.writeHead(200, HEADERS).end(`s 1 ${msOf(request.url)}\n`)
  })
  expect(counts).toMatchObject({ failed: 0, failures: {}, servedByVersion: { 1: counts.sent } })
  expect(counts.sent).toBeGreaterThan(95 * counts.seconds - 10)
  expect(counts.sent).toBeLessThanOrEqual(100 * counts.seconds)
})

test('half goes over kept connections, half over fresh ones; half asks for chunks', async () => {
  const seen = new Set<string>()
  const counts = await loadOn((request, response) => {
    seen.add(`${request.headers.connection} ${request.url?.includes('chunked')}`)
    response.writeHead(200, HEADERS).end(`s 1 ${msOf(request.url)}\n`)
  })
  expect(counts.failed).toBe(0)
  expect([...seen].sort()).toEqual(['close false', 'close true', 'keep-alive false', 'keep-alive true'])
})

test.each<[string, RequestListener, string]>([
  ['a status', (_, response) => response.writeHead(500, HEADERS).end(), 'status 500 from 1'],
  ['a reset', (request) => request.socket.resetAndDestroy(), 'no answer: ECONNRESET'],
  [
    'an answer that breaks off',
    (_, response) => {
      response.writeHead(200, { ...HEADERS, 'content-length': 100 }).write('s 1')
      setTimeout(() => response.destroy(), 5)
    },
    'cut short from 1: ECONNRESET',
  ],
  ['another body', (_, response) => response.writeHead(200, HEADERS).end('s 1'), 'short body from 1'],
])('%s is a failure', async (_, handle, reason) => {
  const counts = await loadOn(handle)
  expect(counts.served).toBe(0)
  expect(counts.sent).toBeGreaterThan(0)
  expect(counts.failures).toEqual({ [reason]: counts.sent })
})

test('each failure tells when, as which request, and who answered', async () => {
  let asked = 0
  const counts = await loadOn((request, response) => {
    response.writeHead(++asked === 2 ? 500 : 200, HEADERS).end(`s 1 ${msOf(request.url)}\n`)
  })
  const [failure, ...more] = counts.eachFailure
  expect(more).toEqual([])
  expect(failure).toMatchObject({ version: '1', reason: 'status 500 from 1' })
  const { sentBefore = -1, sentAtSeconds = -1, endedAtSeconds = -1 } = failure ?? {}
  expect(sentAtSeconds).toBeGreaterThanOrEqual(sentBefore / 100)
  expect(endedAtSeconds).toBeGreaterThan(sentAtSeconds)
  expect(failuresIn(counts)[0]).toBe('1 requests failed: status 500 from 1')
  expect(failuresIn(counts)[1]).toMatch(/^at \d\.\d s, \d+ ms after it was sent$/)
})

test('nobody there is a failure', async () => {
  const load = new Load({ url: 'http://127.0.0.1:1', perSecond: 100 })
  await new Promise((resolve) => setTimeout(resolve, 100))
  const counts = await load.stop()
  expect(counts.failures).toEqual({ 'no answer: ECONNREFUSED': counts.sent })
})
