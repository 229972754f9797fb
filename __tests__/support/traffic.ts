import type { Target } from '../../simulator/account/target.ts'
import { TargetTurns } from '../../simulator/data/targets.ts'
import type { World } from './world.ts'

export interface TrafficOptions {
  /** From one connection to the next, of all entrances together. */
  readonly everyMs: number
  /** How long a connection is used. */
  readonly lastsMs: number
}

/** Clients of a group in virtual time: each connection goes to a target as the data plane chooses, and needs it until its end. */
export class Traffic {
  /** What clients have lost: nothing answered, or it went away in the middle. */
  readonly lost: string[] = []
  opened = 0
  readonly #world: World
  readonly #options: TrafficOptions
  readonly #entrances: readonly { readonly zone: string; readonly turns: TargetTurns }[]

  constructor(world: World, options: TrafficOptions) {
    this.#world = world
    this.#options = options
    const { account } = world.simulator
    const [arn = ''] = world.groupArns
    const { zones } = account.loadBalancer(world.loadBalancerArn)
    const isZonal = !account.crossesZones(arn)
    this.#entrances = zones.map((zone) => ({
      zone,
      turns: new TargetTurns(account.targetGroup(arn), isZonal ? zone : undefined),
    }))
    this.#next()
  }

  #next(): void {
    const { clock } = this.#world
    clock.schedule(clock.now() + this.#options.everyMs, () => {
      this.#open()
      this.#next()
    })
  }

  #open(): void {
    const { clock, servers } = this.#world
    const entrance = this.#entrances[this.opened++ % this.#entrances.length]
    const target = entrance?.turns.next(clock.now())
    const server = target && servers.get(target.id)
    if (target === undefined || server === undefined) {
      this.#lose(`nobody in ${entrance?.zone}`)
      return
    }
    if (!server.isUp) {
      this.#lose(`${target.id} did not answer (${stateOf(target)})`)
      return
    }
    const { version } = server
    clock.schedule(clock.now() + this.#options.lastsMs, () => {
      if (!server.isUp || server.version !== version) this.#lose(`${target.id} went away`)
    })
  }

  #lose(what: string): void {
    this.lost.push(`at ${new Date(this.#world.clock.now()).toISOString()}: ${what}`)
  }
}

const stateOf = ({ state }: Target): string => state
