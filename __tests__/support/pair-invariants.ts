import type { Action } from '../../simulator/account/action.ts'
import type { ActionsEvent } from '../../simulator/events.ts'
import type { World } from './world.ts'

/** The order of members says nothing. */
function inOrder(value: object): object {
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    entries.map(([key, each]) => [key, typeof each === 'object' && each !== null ? inOrder(each) : each]),
  )
}

/** Healthy servers that a group must have before it gets more of the traffic. */
export interface Least {
  readonly blue: number
  readonly green: number
}

interface Weights {
  readonly blue: number
  readonly green: number
}

const NOTHING: Weights = { blue: 0, green: 0 }

/** Watches the routes of a pair for what a rollout must never do, and collects what it did. */
export class PairInvariants {
  readonly broken: string[] = []
  readonly #world: World
  readonly #least: Least
  readonly #first = new Map<string, readonly Action[]>()
  readonly #last = new Map<string, Weights>()

  constructor(world: World, least: Least) {
    this.#world = world
    this.#least = least
    for (const arn of world.routeArns) {
      const actions = world.simulator.actions(arn)
      this.#first.set(arn, actions)
      this.#last.set(arn, this.#weightsIn(actions))
    }
    world.simulator.observe((event) => {
      if (event.type === 'actions') this.#note(event)
    })
    const { onUpdate } = world
    world.onUpdate = (id) => {
      onUpdate(id)
      this.#noteUpdate(id)
    }
  }

  #note({ at, arn, actions }: ActionsEvent): void {
    const first = this.#first.get(arn)
    const [before, now] = [this.#last.get(arn) ?? NOTHING, this.#weightsIn(actions)]
    this.#last.set(arn, now)
    if (now.blue + now.green === 0) this.#break(at, `${arn} has no weight left`)
    if (first === undefined) this.#break(at, `${arn} is none of our routes, and was changed`)
    else if (this.#rest(actions) !== this.#rest(first))
      this.#break(at, `${arn} has other actions than before`)
    const share = ({ blue, green }: Weights) => green / (blue + green)
    if (share(now) > share(before)) {
      this.#checkReady(at, 'green')
      this.#checkZones(at, 'green')
    }
    if (share(now) < share(before)) this.#checkReady(at, 'blue')
  }

  #checkReady(at: number, name: 'blue' | 'green'): void {
    const [blue = '', green = ''] = this.#world.groupArns
    const targets = this.#world.simulator.targets(name === 'blue' ? blue : green)
    const healthy = targets.filter(({ State }) => State === 'healthy').length
    if (healthy < this.#least[name]) {
      this.#break(
        at,
        `${name} got traffic with ${healthy} healthy servers, and ${this.#least[name]} had to be`,
      )
    }
  }

  /** Where each zone depends on its own servers, none may get traffic for a group that has no healthy one there. */
  #checkZones(at: number, name: 'blue' | 'green'): void {
    const { account } = this.#world.simulator
    const [arn = '', other = ''] =
      name === 'blue' ? this.#world.groupArns : this.#world.groupArns.toReversed()
    if (account.crossesZones(arn)) return
    const healthyIn = (group: string) => {
      const targets = [...account.targetGroup(group).targets.values()]
      return new Set(targets.filter(({ state }) => state === 'healthy').map(({ zone }) => zone))
    }
    const own = healthyIn(arn)
    const missing = [...healthyIn(other)].filter((zone) => !own.has(zone))
    if (missing.length > 0) this.#break(at, `${name} got traffic with nobody healthy in ${missing}`)
  }

  /** While it is updated a server must get nothing. */
  #noteUpdate(id: string): void {
    const [, green = ''] = this.#world.groupArns
    const isGreen = this.#world.simulator.targets(green).some((target) => target.Id === id)
    const at = this.#world.clock.now()
    for (const [arn, weights] of this.#last) {
      const weight = isGreen ? weights.green : weights.blue
      if (weight > 0) this.#break(at, `${id} was updated while ${arn} sent it traffic`)
    }
  }

  #weightsIn(actions: readonly Action[]): Weights {
    const [blue, green] = this.#world.groupArns
    const groups = actions.at(-1)?.ForwardConfig?.TargetGroups ?? []
    const weightOf = (arn: string | undefined) =>
      groups.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.Weight ?? 0
    return { blue: weightOf(blue), green: weightOf(green) }
  }

  /** Everything but the weights of the pair, and the one second of stickiness that the API may demand. */
  #rest(actions: readonly Action[]): string {
    return JSON.stringify(
      actions.map(({ ForwardConfig, TargetGroupArn: _, ...action }) => {
        if (ForwardConfig === undefined) return inOrder(action)
        const { TargetGroups = [], TargetGroupStickinessConfig: sticky } = ForwardConfig
        const others = TargetGroups.filter(
          ({ TargetGroupArn }) => !this.#world.groupArns.includes(TargetGroupArn),
        )
        const isDemanded = sticky?.Enabled !== true || sticky.DurationSeconds === 1
        return { ...inOrder(action), others, sticky: isDemanded ? 'off' : sticky }
      }),
    )
  }

  #break(at: number, what: string): void {
    this.broken.push(`at ${new Date(at).toISOString()}: ${what}`)
  }
}
