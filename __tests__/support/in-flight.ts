import { TargetTurns } from '../../simulator/data/targets.ts'
import { seededRandom } from '../../simulator/random.ts'
import type { ServerModel, World } from './world.ts'

export interface TrafficOptions {
  readonly perSecond: number
  readonly longestMs: number
  readonly seed?: number
}

/** Requests through the simulator's own choice of targets, in virtual time: each takes a while, and must not be cut. */
export class Traffic {
  sent = 0
  /** Sent to nobody, to a server that is down, or to one that went down before it had answered. */
  readonly lost: string[] = []
  readonly #world: World
  readonly #turns: TargetTurns
  readonly #inFlight = new Map<string, number>()

  constructor(world: World, options: TrafficOptions) {
    this.#world = world
    this.#turns = new TargetTurns(world.simulator.account.targetGroup(world.groupArns[0] as string))
    this.#sendNext(options, seededRandom(options.seed ?? 1))
  }

  /** As an app's own counter would say. */
  inFlightAt(id: string): number {
    return this.#inFlight.get(id) ?? 0
  }

  #sendNext(options: TrafficOptions, random: () => number): void {
    const { clock } = this.#world
    clock.schedule(clock.now() + 1_000 / options.perSecond, () => {
      this.#send(Math.floor(random() * options.longestMs))
      this.#sendNext(options, random)
      return 'quiet'
    })
  }

  #send(takesMs: number): void {
    const { clock, servers } = this.#world
    const target = this.#turns.next(clock.now())
    const server = target === undefined ? undefined : servers.get(target.id)
    this.sent++
    if (server === undefined) this.#lose('no target')
    else this.#serve(server, takesMs)
  }

  #serve(server: ServerModel, takesMs: number): void {
    const { clock } = this.#world
    const { id } = server
    if (!server.isUp) {
      this.#lose(`${id} is down`)
      return
    }
    const { restarts } = server
    this.#inFlight.set(id, this.inFlightAt(id) + 1)
    clock.schedule(clock.now() + takesMs, () => {
      this.#inFlight.set(id, this.inFlightAt(id) - 1)
      if (server.restarts !== restarts) this.#lose(`${id} went down with it`)
      return 'quiet'
    })
  }

  #lose(why: string): void {
    this.lost.push(`${new Date(this.#world.clock.now()).toISOString()}: ${why}`)
  }
}
