import { isUnhealthy, type State } from '../account/health.ts'
import type { Target } from '../account/target.ts'
import type { TargetGroup } from '../account/target-group.ts'

const ROUTING = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets'

interface Routable {
  readonly targets: readonly Target[]
  readonly version: number
  readonly until: number
}

/** Takes the targets of a group in turn, of those that requests may go to. */
export class TargetTurns {
  readonly #group: TargetGroup
  readonly #zone: string | undefined
  #routable: Routable = { targets: [], version: -1, until: 0 }
  #turn = 0

  /** `zone`: only those in it, as of an entrance whose cross-zone balancing is off. */
  constructor(group: TargetGroup, zone?: string) {
    this.#group = group
    this.#zone = zone
  }

  next(now: number): Target | undefined {
    if (this.#routable.version !== this.#group.version || now >= this.#routable.until) {
      this.#routable = routable(this.#group, { now, zone: this.#zone })
    }
    const { targets } = this.#routable
    return targets[this.#turn++ % targets.length]
  }
}

/**
 * The healthy ones. When they are fewer than the group's health threshold, which by default means none, the unhealthy
 * ones as well: it fails open (Target group health). `initial`, `draining` and `unused` ones never are.
 */
function routable(
  group: TargetGroup,
  { now, zone }: { readonly now: number; readonly zone: string | undefined },
): Routable {
  const healthy: Target[] = []
  const unhealthy: Target[] = []
  let registered = 0
  let until = Number.POSITIVE_INFINITY
  for (const target of [...group.targets.values(), ...group.lingering.values()]) {
    if (zone !== undefined && target.zone !== zone) continue
    if (target.state !== 'draining' && group.targets.has(target.key)) registered++
    const state = stateForRouting(group, target, now)
    const end = endOfLag(group, target)
    if (now < end) until = Math.min(until, end)
    if (target.zonalShift === 'active') continue
    if (state === 'healthy' || state === 'unavailable') healthy.push(target)
    else if (isUnhealthy(state)) unhealthy.push(target)
  }
  const failsOpen = healthy.length < threshold(group, registered)
  const targets = failsOpen ? [...healthy, ...unhealthy] : healthy
  return { targets, version: group.version, until }
}

/** Until its deregistration has propagated, one that leaves is what it was. */
function stateForRouting(group: TargetGroup, target: Target, now: number): State {
  const isLeaving = target.state === 'draining' || group.lingering.has(target.key)
  if (!isLeaving) return target.state
  return now < endOfLag(group, target) ? (target.stateBeforeDraining ?? 'draining') : 'draining'
}

const endOfLag = (group: TargetGroup, { drainingSince }: Target): number =>
  drainingSince + group.deregistrationLagMs

function threshold(group: TargetGroup, registered: number): number {
  const count = Number(group.attributes.get(`${ROUTING}.count`) ?? 1)
  const percentage = Number(group.attributes.get(`${ROUTING}.percentage`))
  return Number.isNaN(percentage) ? count : Math.max(count, Math.ceil((percentage / 100) * registered))
}
