import type { Load } from './load.ts'
import type { Group } from './load-balancer.ts'
import { Rate } from './rate.ts'
import type { DemoServer } from './server.ts'
import type { Stage } from './stage.ts'
import { shareOf } from './traffic.ts'

/**
 * Where a server is, as seen from the load balancer, or that it is not even up. `standing by`: healthy, in a group that
 * has no traffic; `unused`: in a group that the load balancer does not know yet.
 */
export type Place =
  | 'in'
  | 'standing by'
  | 'draining'
  | 'out'
  | 'updating'
  | 'down'
  | 'being checked'
  | 'unhealthy'
  | 'unused'

export interface ServerView {
  readonly id: string
  readonly place: Place
  readonly version: string
  readonly served: number
  readonly failed: number
  /** Served and failed. */
  readonly perSecond: number
}

/** The part of the traffic that a group is given. */
export interface Share {
  readonly group: string
  readonly percent: number
}

/** Everything that the live picture shows. */
export interface View {
  readonly title: string
  readonly seconds: number
  readonly servers: readonly ServerView[]
  /** None when there is only one group. */
  readonly traffic: readonly Share[]
  readonly served: number
  readonly failed: number
  readonly servedPerSecond: number
  readonly failedPerSecond: number
  readonly said: string
}

/** What is going on, at the moment of asking. */
export class Watch {
  readonly #stage: Stage
  readonly #load: Load
  readonly #title: string
  readonly #rates = new Map<string, Rate>()
  readonly #startedAt = performance.now()
  #said = 'starting'

  constructor(stage: Stage, load: Load, title: string) {
    this.#stage = stage
    this.#load = load
    this.#title = title
  }

  /** A line of the action's log; workflow commands are for the runner, but for the titles among them. */
  hear(line: string): void {
    const text = /^::(?:group|notice|warning|error)(?: [^:]*)?::(.*)/.exec(line)?.[1] ?? line
    // How long it has been waiting is said once in a while only, and soon no longer true.
    if (!text.startsWith('::') && text.trim() !== '')
      this.#said = text.replace(/^(waiting for .*) \([^()]*\)$/, '$1')
  }

  view(): View {
    const { served, failed } = this.#load.counts()
    const traffic = this.#traffic()
    return {
      title: this.#title,
      seconds: (performance.now() - this.#startedAt) / 1000,
      servers: this.#stage.groups.flatMap((group) => this.#serversOf(group, traffic)),
      traffic: traffic.length === 1 ? [] : traffic,
      served,
      failed,
      servedPerSecond: this.#rate('served', served),
      failedPerSecond: this.#rate('failed', failed),
      said: this.#said,
    }
  }

  #traffic(): Share[] {
    const weights = this.#stage.weights()
    return this.#stage.groups.map(({ name }) => ({ group: name, percent: shareOf(name, weights) }))
  }

  #serversOf({ name, fleet }: Group, traffic: readonly Share[]): ServerView[] {
    const states = new Map(this.#stage.targets(name).map(({ Id, State }) => [Id, State]))
    const isStandby = traffic.some(({ group, percent }) => group === name && percent === 0)
    return fleet.servers.map((server) => {
      const { id, version, served, failed } = server
      const seen = placeOf(server, states.get(id))
      const place = seen === 'in' && isStandby ? 'standing by' : seen
      return { id, place, version, served, failed, perSecond: this.#rate(id, served + failed) }
    })
  }

  #rate(what: string, count: number): number {
    const rate = this.#rates.get(what) ?? new Rate()
    this.#rates.set(what, rate)
    return rate.perSecond(count)
  }
}

function placeOf({ isUp }: DemoServer, state: string | undefined): Place {
  if (state === 'draining') return 'draining'
  if (!isUp) return state === undefined ? 'updating' : 'down'
  if (state === undefined) return 'out'
  if (state === 'healthy') return 'in'
  if (state === 'unused') return 'unused'
  return state === 'initial' ? 'being checked' : 'unhealthy'
}
