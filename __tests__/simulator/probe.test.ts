import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { healthCheckWith } from '../../simulator/account/health-check.ts'
import { httpProbe } from '../../simulator/data/probe.ts'

let server: Server
let handle: RequestListener
const asked: { Id: string; Port: number }[] = []
const probe = httpProbe(({ Id, Port }) => {
  asked.push({ Id, Port })
  return { host: '127.0.0.1', port: (server.address() as AddressInfo | null)?.port ?? 1 }
})

const target = { Id: 'i-1', Port: 80, groupArn: 'arn', healthCheck: healthCheckWith({ path: '/up' }, 'HTTP') }

beforeEach(async () => {
  asked.length = 0
  server = createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  })
})

test('it asks for the path as the load balancer does, and answers the status', async () => {
  handle = (request, response) => {
    expect(request.headers['user-agent']).toBe('ELB-HealthChecker/2.0')
    expect(request.method).toBe('GET')
    response.writeHead(request.url === '/up' ? 204 : 404).end()
  }
  expect(await probe(target)).toEqual({ status: 204 })
  expect(asked).toEqual([{ Id: 'i-1', Port: 80 }])
})

test('on the port that is checked', async () => {
  handle = (_, response) => response.end()
  await probe({ ...target, healthCheck: { ...target.healthCheck, port: '9999' } })
  expect(asked).toEqual([{ Id: 'i-1', Port: 9999 }])
})

test('a reset, and nobody there, are refused', async () => {
  handle = (request) => request.socket.resetAndDestroy()
  expect(await probe(target)).toBe('refused')
  await new Promise((resolve) => server.close(resolve))
  expect(await probe(target)).toBe('refused')
})

test('silence is a timeout', async () => {
  handle = () => undefined
  expect(await probe({ ...target, healthCheck: { ...target.healthCheck, timeoutSeconds: 0.05 } })).toBe(
    'timeout',
  )
})

test('a TCP check only connects', async () => {
  handle = () => {
    throw new Error('no request is made')
  }
  expect(await probe({ ...target, healthCheck: healthCheckWith({}, 'TCP') })).toEqual({ status: 200 })
})
