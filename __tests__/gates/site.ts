import http, { type RequestListener } from 'node:http'
import type net from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { expect } from '@jest/globals'
import type { Server } from '../../src/domain/fleet.ts'
import type { Clock } from '../../src/domain/ports.ts'
import type { SmokeSettings } from '../../src/domain/settings.ts'
import { createSmokeGate } from '../../src/gates/http-smoke.ts'
import { realClock } from '../updaters/real-clock.ts'

export const DEFAULT_STATUS = [{ from: 200, to: 399 }]

export const never = new AbortController().signal
const opened: net.Server[] = []
const sockets = new Set<Socket>()
let sleeping = 0

export const clock: Clock = {
  now: realClock.now,
  async sleep(ms, signal) {
    sleeping++
    await realClock.sleep(ms, signal).finally(() => sleeping--)
  },
}

/** Every connection has ended by the gate's doing, and no timeout of it is left. */
export async function expectNothingLeft(): Promise<void> {
  for (let looks = 0; sockets.size > 0 && looks < 200; looks++) await realClock.sleep(5)
  const left = { sockets: sockets.size, sleeping }
  for (const socket of sockets) socket.destroy()
  await Promise.all(opened.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
  expect(left).toEqual({ sockets: 0, sleeping: 0 })
}

export async function listen(server: net.Server, host = '127.0.0.1'): Promise<number> {
  opened.push(server)
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return (server.address() as AddressInfo).port
}

/** The port of an HTTP server. */
export function answering(answer: RequestListener, host?: string): Promise<number> {
  return listen(http.createServer(answer), host)
}

export function check(settings: Partial<SmokeSettings> & { url: string }, server?: Server) {
  const gate = createSmokeGate({ status: DEFAULT_STATUS, ...settings }, { clock, timeoutMs: 5_000 })
  return gate.check({ version: 'v2', ...(server && { server }) }, never)
}

export function serverAt(id: string, port: number): Server {
  return { id, registrations: [{ groupArn: 'arn:web', target: { id, port } }] }
}
