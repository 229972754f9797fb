import type { Load } from './load.ts'
import type { DemoServer } from './server.ts'
import type { Stage } from './stage.ts'

/** Where a server is, as seen from the load balancer, or that it is not even up. */
export type Place = 'in' | 'draining' | 'out' | 'updating' | 'being checked' | 'unhealthy'

export interface ServerView {
  readonly id: string
  readonly place: Place
  readonly version: string
  readonly served: number
  readonly perSecond: number
}

/** Everything that the live picture shows. */
export interface View {
  readonly title: string
  readonly seconds: number
  readonly servers: readonly ServerView[]
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
    return {
      title: this.#title,
      seconds: (performance.now() - this.#startedAt) / 1000,
      servers: this.#stage.fleet.servers.map((server) => this.#serverView(server)),
      served,
      failed,
      servedPerSecond: this.#rate('served', served),
      failedPerSecond: this.#rate('failed', failed),
      said: this.#said,
    }
  }

  #serverView(server: DemoServer): ServerView {
    const { id, version, served } = server
    const place = this.#placeOf(server)
    return { id, place, version, served, perSecond: this.#rate(id, served) }
  }

  #placeOf({ id, isUp }: DemoServer): Place {
    const state = this.#stage.targets().find((target) => target.Id === id)?.State
    if (state === 'draining') return 'draining'
    if (!isUp) return 'updating'
    if (state === undefined) return 'out'
    if (state === 'healthy') return 'in'
    return state === 'initial' ? 'being checked' : 'unhealthy'
  }

  #rate(what: string, count: number): number {
    const rate = this.#rates.get(what) ?? new Rate()
    this.#rates.set(what, rate)
    return rate.perSecond(count)
  }
}

const WINDOW_MS = 1_000

/** How fast a count has grown in the last second. */
class Rate {
  #samples: { readonly at: number; readonly count: number }[] = []

  perSecond(count: number): number {
    const at = performance.now()
    this.#samples.push({ at, count })
    const begin = this.#samples.findLastIndex((sample) => at - sample.at >= WINDOW_MS)
    if (begin > 0) this.#samples = this.#samples.slice(begin)
    const [first] = this.#samples
    if (first === undefined || at === first.at) return 0
    return Math.round(((count - first.count) * 1000) / (at - first.at))
  }
}
