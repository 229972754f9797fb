import {
  type Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import { endToEnd, headersToTarget } from './headers.ts'
import type { RequestEnd } from './meter.ts'
import { type ErrorStatus, sendErrorPage } from './own-response.ts'

export interface Timeouts {
  readonly connectTimeoutMs: number
  readonly idleTimeoutMs: number
}

export interface Route {
  readonly host: string
  readonly port: number
  readonly agent: Agent
  readonly listenerPort: number
  /** Added to those of the target. */
  readonly setCookies: readonly string[]
  readonly timeouts: Timeouts
  /** The load balancer answered instead of the target. */
  failed(status: ErrorStatus): void
  /** Told once. */
  ended(end: RequestEnd): void
}

/**
 * One request on its way to a target and back, streamed both ways. The load balancer answers itself when the target
 * does not: 502 when it refuses or resets, or the drain ends first; 504 when it is silent (Troubleshoot).
 */
export class Exchange {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #route: Route
  readonly #outgoing: ClientRequest
  #ended = false
  #isTold = false

  constructor(request: IncomingMessage, response: ServerResponse, route: Route) {
    this.#request = request
    this.#response = response
    this.#route = route
    this.#outgoing = httpRequest({
      host: route.host,
      port: route.port,
      agent: route.agent,
      method: request.method,
      path: request.url,
      headers: headersToTarget(request, route.listenerPort),
    })
    this.#connect()
  }

  /** The target's time is up. */
  cut(): void {
    this.#fail(502, 'unanswered')
  }

  #connect(): void {
    const outgoing = this.#outgoing
    outgoing.once('socket', (socket) => this.#limitConnecting(socket))
    outgoing.setTimeout(this.#route.timeouts.idleTimeoutMs, () => this.#fail(504, 'unanswered'))
    outgoing.on('error', ({ syscall }: NodeJS.ErrnoException) =>
      this.#fail(502, syscall === 'connect' ? 'refused' : 'unanswered'),
    )
    outgoing.on('response', (incoming) => this.#answer(incoming))
    this.#response.once('close', () => this.#clientIsDone())
    this.#request.pipe(outgoing)
  }

  #limitConnecting(socket: Socket): void {
    if (!socket.connecting) return
    const timer = setTimeout(() => this.#fail(504, 'refused'), this.#route.timeouts.connectTimeoutMs)
    socket.once('connect', () => clearTimeout(timer))
    socket.once('close', () => clearTimeout(timer))
  }

  #answer(incoming: IncomingMessage): void {
    const response = this.#response
    if (this.#ended) return
    const { statusCode = 502 } = incoming
    this.#tell({ type: 'answered', status: statusCode })
    response.sendDate = false
    const setCookies = this.#route.setCookies.flatMap((cookie) => ['Set-Cookie', cookie])
    response.writeHead(statusCode, incoming.statusMessage ?? '', [
      ...endToEnd(incoming.rawHeaders),
      ...setCookies,
    ])
    incoming.on('error', () => this.#fail(502, 'unanswered'))
    incoming.pipe(response)
  }

  /** Also when the client went away before it had everything: then the target need not go on. */
  #clientIsDone(): void {
    this.#ended = true
    this.#tell({ type: 'abandoned' })
    if (!this.#response.writableFinished) this.#outgoing.destroy()
  }

  #tell(end: RequestEnd): void {
    if (!this.#isTold) this.#route.ended(end)
    this.#isTold = true
  }

  /** An answer that has begun cannot become an error page: the client sees its connection break. */
  #fail(status: ErrorStatus, why: 'refused' | 'unanswered'): void {
    if (this.#ended) return
    this.#ended = true
    this.#tell({ type: why })
    this.#request.unpipe(this.#outgoing)
    this.#request.resume()
    this.#outgoing.destroy()
    this.#route.failed(status)
    if (this.#response.headersSent) this.#response.destroy()
    else sendErrorPage(this.#response, status)
  }
}
