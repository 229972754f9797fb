import { request } from 'node:http'
import { connect } from 'node:net'
import type { Probe, ProbedTarget, ProbeResult } from '../account/health-check.ts'
import type { Resolve } from './serve.ts'

interface Destination {
  readonly host: string
  readonly port: number
}

/** Checks the health of targets over the network, as the load balancer does. */
export function httpProbe(resolve: Resolve): Probe {
  return (target) => {
    const { port, protocol } = target.healthCheck
    const destination = resolve({ ...target, Port: port === 'traffic-port' ? target.Port : Number(port) })
    return protocol === 'TCP' ? connectTo(destination, target) : get(destination, target)
  }
}

/** The request is that of "Health checks for Application Load Balancer target groups". */
function get({ host, port }: Destination, { healthCheck }: ProbedTarget): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const outgoing = request({
      host,
      port,
      path: healthCheck.path,
      agent: false,
      headers: { Host: port === 80 ? host : `${host}:${port}`, 'User-Agent': 'ELB-HealthChecker/2.0' },
      signal: AbortSignal.timeout(healthCheck.timeoutSeconds * 1000),
    })
    outgoing.on('response', (response) => {
      response.resume()
      response.on('error', () => undefined)
      resolve({ status: response.statusCode ?? 0 })
    })
    outgoing.on('error', (error) => resolve(failure(error)))
    outgoing.end()
  })
}

function connectTo({ host, port }: Destination, { healthCheck }: ProbedTarget): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal: AbortSignal.timeout(healthCheck.timeoutSeconds * 1000) })
    socket.on('connect', () => {
      socket.destroy()
      resolve({ status: 200 })
    })
    socket.on('error', (error) => resolve(failure(error)))
  })
}

function failure(error: Error): ProbeResult {
  return error.name === 'AbortError' || error.name === 'TimeoutError' ? 'timeout' : 'refused'
}
