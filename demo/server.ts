import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * What is wrong with a version: its update ends with an error, its health check fails, it answers 500, it answers 500
 * from the first request on that comes through the load balancer, and well before, or it answers 500 to one in five of
 * those alone. Only 'unhealthy' fails health checks.
 */
export type Fault = 'update-fails' | 'unhealthy' | 'answers-500' | 'breaks-in-use' | 'fails-at-times'

const ONE_IN = 5

export interface ServerOptions {
  readonly id: string
  readonly host: string
  readonly version: string
  /** How long an update keeps it down. */
  readonly downMs: number
  faultOf(id: string, version: string): Fault | undefined
}

/** Longer than the load balancer keeps connections (60 s), as AWS advises: who closes first loses requests. */
const KEEP_ALIVE_MS = 75_000

/** A server as it is updated in real life: it goes down with all its connections, and comes up as another version. */
export class DemoServer {
  readonly id: string
  readonly host: string
  version: string
  isUp = false
  /** Requests that came through the load balancer and were answered well. */
  served = 0
  /** Those that were answered with an error. */
  failed = 0
  readonly #options: ServerOptions
  #port = 0
  #http: Server | undefined
  #updated: Promise<boolean> = Promise.resolve(true)
  #isInUse = false
  /** Requests that came through the load balancer. */
  #asked = 0

  constructor(options: ServerOptions) {
    this.id = options.id
    this.host = options.host
    this.version = options.version
    this.#options = options
  }

  get port(): number {
    return this.#port
  }

  /** Listens, on the port it had before if it had one. */
  async start(): Promise<void> {
    const http = createServer((request, response) => this.#answer(request, response))
    http.keepAliveTimeout = KEEP_ALIVE_MS
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject)
      http.listen({ host: this.host, port: this.#port }, resolve)
    })
    this.#port = (http.address() as AddressInfo).port
    this.#http = http
    this.isUp = true
  }

  async stop(): Promise<void> {
    const http = this.#http
    this.#http = undefined
    this.isUp = false
    if (http === undefined) return
    await new Promise<void>((resolve) => {
      http.close(() => resolve())
      http.closeAllConnections()
    })
  }

  /**
   * Whoever sends it a request meanwhile is refused. Answers whether it worked; if not, the server stays down. Of two
   * updates the second waits for the first.
   */
  update(version: string): Promise<boolean> {
    this.#updated = this.#updated.then(() => this.#becomes(version))
    return this.#updated
  }

  async #becomes(version: string): Promise<boolean> {
    await this.stop()
    await pause(this.#options.downMs)
    if (this.#faultOf(version) === 'update-fails') return false
    this.version = version
    this.#isInUse = false
    await this.start()
    return true
  }

  #faultOf(version: string): Fault | undefined {
    return this.#options.faultOf(this.id, version)
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://server')
    const fault = this.#faultOf(this.version)
    if (url.pathname === '/health') {
      response.writeHead(fault === 'unhealthy' ? 500 : 200).end(`${this.version}\n`)
      return
    }
    const isOfUser = request.headers['x-forwarded-for'] !== undefined
    this.#isInUse ||= isOfUser
    const ms = Number(url.searchParams.get('ms') ?? 0)
    if (isOfUser) this.#asked++
    const status = this.#failsBy(fault, isOfUser) ? 500 : 200
    if (isOfUser) response.once('finish', () => this.#count(status))
    const answer = { response, status, version: this.version, ms }
    if (url.searchParams.has('chunked')) void this.#answerInParts(answer)
    else void this.#answerAtOnce(answer)
  }

  #failsBy(fault: Fault | undefined, isOfUser: boolean): boolean {
    if (fault === 'fails-at-times') return isOfUser && this.#asked % ONE_IN === 0
    return fault === 'answers-500' || (fault === 'breaks-in-use' && this.#isInUse)
  }

  #count(status: number): void {
    if (status === 200) this.served++
    else this.failed++
  }

  async #answerAtOnce({ response, status, version, ms }: Answer): Promise<void> {
    await takeTime(ms)
    const body = this.#body(version, ms)
    response
      .writeHead(status, { ...this.#headers(version), 'content-length': Buffer.byteLength(body) })
      .end(body)
  }

  /** The first half at half time, so that one that is cut has begun already. */
  async #answerInParts({ response, status, version, ms }: Answer): Promise<void> {
    const body = this.#body(version, ms)
    await takeTime(ms / 2)
    response.writeHead(status, this.#headers(version)).write(body.slice(0, 4))
    await takeTime(ms / 2)
    response.end(body.slice(4))
  }

  #headers(version: string): Record<string, string> {
    return { 'x-server': encodeURIComponent(this.id), 'x-version': encodeURIComponent(version) }
  }

  #body(version: string, ms: number): string {
    return `${encodeURIComponent(this.id)} ${encodeURIComponent(version)} ${ms}\n`
  }
}

/** Keeps no process alive: whoever waits for the answer does. */
const takeTime = (ms: number): Promise<void> => pause(ms, undefined, { ref: false })

interface Answer {
  readonly response: ServerResponse
  readonly status: number
  readonly version: string
  readonly ms: number
}
