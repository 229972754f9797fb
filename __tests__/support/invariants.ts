import type { CallEvent, StateEvent } from '../../simulator/events.ts'
import type { World } from './world.ts'

/** Watches a world for what a rollout must never do, and collects what it did. */
export class Invariants {
  readonly broken: string[] = []
  readonly #world: World
  readonly #floor: number
  /** Healthy targets that left in the call that is under way. */
  #left: StateEvent[] = []

  constructor(world: World, floor: number) {
    this.#world = world
    this.#floor = floor
    world.simulator.observe((event) => {
      if (event.type === 'state') this.#noteState(event)
      else if (event.type === 'call' && event.error === undefined) this.#noteCall(event)
    })
    world.onUpdate = (id) => this.#noteUpdate(id)
  }

  #noteState(event: StateEvent): void {
    const leaves = event.to === 'draining' || event.to === 'unregistered'
    if (event.from === 'healthy' && leaves) this.#left.push(event)
  }

  #noteCall(event: CallEvent): void {
    if (event.action === 'DeregisterTargets') this.#checkFloor(event)
    if (event.action === 'RegisterTargets') this.#checkReturn(event)
    this.#left = []
  }

  #checkFloor(event: CallEvent): void {
    const { TargetGroupArn: arn } = event.input as { TargetGroupArn: string }
    const targets = this.#world.simulator.targets(arn)
    if (targets.every((target) => target.State === 'draining')) {
      this.#break(event.at, 'nothing is registered any more')
    }
    if (this.#left.length === 0) return
    this.#checkZones(event, arn)
    const needed = this.#tookWholeServer(event) ? this.#floor : 1
    const healthy = [...this.#world.servers.keys()].filter((id) => this.#world.isHealthyIn(id, arn))
    if (healthy.length < needed) {
      this.#break(event.at, `${healthy.length} healthy servers after a batch left, and ${needed} had to stay`)
    }
  }

  /** Where each zone depends on its own servers, one from which a healthy one has left must have others. */
  #checkZones({ at }: CallEvent, arn: string): void {
    if (this.#world.simulator.account.crossesZones(arn)) return
    const left = new Set(this.#left.map(({ target }) => this.#world.zoneOf(target.Id)))
    for (const zone of left) {
      const there = [...this.#world.servers.keys()].filter((id) => this.#world.zoneOf(id) === zone)
      if (!there.some((id) => this.#world.isHealthyIn(id, arn))) this.#break(at, `${zone} was emptied`)
    }
  }

  /** Whether a server left that was healthy on all its ports, and so counted as capacity. */
  #tookWholeServer(event: CallEvent): boolean {
    const { Targets } = event.input as { Targets: { Id: string }[] }
    return Targets.some(({ Id }) => {
      const left = this.#left.filter((state) => state.target.Id === Id)
      return left.length === Targets.filter((target) => target.Id === Id).length
    })
  }

  #checkReturn(event: CallEvent): void {
    const { Targets } = event.input as { Targets: { Id: string }[] }
    for (const { Id } of Targets) {
      if (this.#world.servers.get(Id)?.isUpdating === true)
        this.#break(event.at, `${Id} came back in the middle of its update`)
    }
  }

  #noteUpdate(id: string): void {
    const at = this.#world.clock.now()
    if (this.#world.servers.get(id)?.isUpdating === true)
      this.#break(at, `${id} was updated while another update of it was running`)
    for (const arn of this.#world.groupArns) {
      const found = this.#world.simulator.targets(arn).filter((target) => target.Id === id)
      const drained = this.#world.of('drained').findLast((event) => event.server === id)
      const allowed = (drained?.by ?? 'load-balancer') === 'load-balancer' ? [] : ['draining']
      this.#checkLag(id, arn)
      if (found.some((target) => !allowed.includes(target.State))) {
        this.#break(at, `${id} was updated while ${found.map((target) => target.State).join(', ')}`)
      }
    }
  }

  /** Whatever its state says, new connections may still come. */
  #checkLag(id: string, arn: string): void {
    const at = this.#world.clock.now()
    const { targets, lingering, deregistrationLagMs } = this.#world.simulator.account.targetGroup(arn)
    const reached = [...targets.values(), ...lingering.values()].filter(
      (target) => target.id === id && at < target.drainingSince + deregistrationLagMs,
    )
    if (reached.length > 0) this.#break(at, `${id} was updated while new connections still reached it`)
  }

  #break(at: number, what: string): void {
    this.broken.push(`at ${new Date(at).toISOString()}: ${what}`)
  }
}
