import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Action } from '../account/action.ts'
import type { Listener } from '../account/listener.ts'
import { type Target, targetKey } from '../account/target.ts'
import type { SimulatorEvent } from '../events.ts'
import { close, listen } from '../listening.ts'
import type { Simulator } from '../simulator.ts'
import { Backend } from './backend.ts'
import { Exchange, type Timeouts } from './exchange.ts'
import { type ChosenGroup, stickyGroup } from './group-stickiness.ts'
import { matchingRule } from './match.ts'
import type { RequestMeter } from './meter.ts'
import { type ErrorStatus, sendErrorPage, sendFixedResponse, sendRedirect } from './own-response.ts'
import { DataStats } from './stats.ts'
import { TargetTurns } from './targets.ts'

/** "The load balancer establishes a connection to the target within 10 seconds" (Troubleshoot, HTTP 504). */
const CONNECT_TIMEOUT_MS = 10_000

/** Where a target really is. */
export type Resolve = (target: { readonly Id: string; readonly Port: number; readonly groupArn: string }) => {
  readonly host: string
  readonly port: number
}

export interface DataOptions {
  readonly loadBalancerArn: string
  readonly listenerArn: string
  readonly host?: string
  readonly port?: number
  readonly resolve: Resolve
  readonly connectTimeoutMs?: number
  /** The load balancer's idle_timeout.timeout_seconds unless given. */
  readonly idleTimeoutMs?: number
  readonly meter?: RequestMeter
  /** The entrance in this zone: where cross-zone balancing is off it knows only the targets there. */
  readonly zone?: string
}

export interface ServedData {
  readonly url: string
  /** Counted as it happens. */
  readonly stats: DataStats
  close(): Promise<void>
}

/** Serves a listener over HTTP and sends each request to a target, as the rules and the targets' health say. */
export async function serveData(simulator: Simulator, options: DataOptions): Promise<ServedData> {
  const plane = new DataPlane(simulator, options)
  const server = createServer((request, response) => plane.handle(request, response))
  server.keepAliveTimeout = plane.timeouts.idleTimeoutMs
  server.requestTimeout = 0
  const stopObserving = simulator.observe((event) => plane.observe(event))
  const url = await listen(server, { host: options.host ?? '127.0.0.1', port: options.port ?? 0 })
  return {
    url,
    stats: plane.stats,
    close: async () => {
      stopObserving()
      await close(server)
      plane.close()
    },
  }
}

class DataPlane {
  readonly stats = new DataStats()
  readonly timeouts: Timeouts
  readonly #simulator: Simulator
  readonly #listener: Listener
  readonly #resolve: Resolve
  readonly #meter: RequestMeter | undefined
  readonly #zone: string | undefined
  readonly #turns = new Map<string, TargetTurns>()
  readonly #backends = new Map<string, Backend>()

  constructor(simulator: Simulator, options: DataOptions) {
    const { attributes } = simulator.account.loadBalancer(options.loadBalancerArn)
    const idleTimeoutMs = Number(attributes.get('idle_timeout.timeout_seconds') ?? 60) * 1000
    this.timeouts = {
      connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      idleTimeoutMs: options.idleTimeoutMs ?? idleTimeoutMs,
    }
    this.#simulator = simulator
    this.#listener = simulator.account.listener(options.listenerArn)
    this.#resolve = options.resolve
    this.#meter = options.meter
    this.#zone = options.zone
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.stats.began(response)
    const rules = this.#listener.routingAt(this.#simulator.clock.now())
    // What comes before the last action authenticates: here everyone is who they should be.
    const action = matchingRule(rules, request)?.actions.at(-1)
    if (action?.Type === 'fixed-response') sendFixedResponse(response, action.FixedResponseConfig)
    else if (action?.Type === 'redirect') {
      sendRedirect(request, response, { config: action.RedirectConfig, listenerPort: this.#port })
    } else this.#forward(request, response, this.#choice(request, action))
  }

  /** Requests that a target still has when its registration ends are cut, and so are those of a group out of use. */
  observe(event: SimulatorEvent): void {
    if (event.type !== 'state') return
    if (event.to === 'unregistered' && this.#outlivesDrain(event.groupArn)) return
    const key = backendKey(event.groupArn, targetKey(event.target.Id, event.target.Port))
    const backend = this.#backends.get(key)
    const isOver = event.to === 'unregistered' || event.reason === 'Target.NotInUse'
    const { idleConnectionsOfDraining } = this.#simulator.behaviour
    if (isOver) backend?.cut()
    else if (event.to === 'draining' && idleConnectionsOfDraining === 'closed') backend?.closeIdle()
    // One that begins again has connections of its own.
    if (isOver || event.from === 'draining') this.#backends.delete(key)
  }

  close(): void {
    for (const backend of this.#backends.values()) backend.cut()
  }

  get #port(): number {
    return this.#listener.settings.Port
  }

  #choice(request: IncomingMessage, action: Action | undefined): ChosenGroup {
    if (!action) return { groupArn: undefined, setCookies: [] }
    const { clock, behaviour, random } = this.#simulator
    return stickyGroup(request, action, { now: clock.now(), behaviour, random })
  }

  #forward(request: IncomingMessage, response: ServerResponse, { groupArn, setCookies }: ChosenGroup): void {
    const target = groupArn === undefined ? undefined : this.#nextTarget(groupArn)
    if (groupArn === undefined || !target) {
      this.stats.failed(503)
      this.#meter?.rejected()
      sendErrorPage(response, 503)
      return
    }
    this.stats.sent(groupArn, target.key)
    const backend = this.#backend(groupArn, target)
    const exchange = new Exchange(request, response, {
      ...this.#resolve({ Id: target.id, Port: target.port, groupArn }),
      agent: backend.agent,
      listenerPort: this.#port,
      setCookies,
      timeouts: this.timeouts,
      failed: (status: ErrorStatus) => this.stats.failed(status),
      ended: this.#meter?.sent(groupArn) ?? (() => {}),
    })
    backend.exchanges.add(exchange)
    response.once('close', () => backend.exchanges.delete(exchange))
  }

  /** On a Network Load Balancer open connections stay, unless it is told to close them. */
  #outlivesDrain(groupArn: string): boolean {
    const group = this.#simulator.account.targetGroup(groupArn)
    return group.isNetwork && !group.closesConnections
  }

  #nextTarget(groupArn: string): Target | undefined {
    const { clock, account } = this.#simulator
    const zone = account.crossesZones(groupArn) ? undefined : this.#zone
    const key = `${groupArn} ${zone ?? ''}`
    const turns = this.#turns.get(key) ?? new TargetTurns(account.targetGroup(groupArn), zone)
    this.#turns.set(key, turns)
    return turns.next(clock.now())
  }

  #backend(groupArn: string, target: Target): Backend {
    const key = backendKey(groupArn, target.key)
    const backend = this.#backends.get(key) ?? new Backend()
    this.#backends.set(key, backend)
    return backend
  }
}

function backendKey(groupArn: string, targetKey: string): string {
  return `${groupArn} ${targetKey}`
}
