import type { State } from '../account/health.ts'
import type { Target } from '../account/target.ts'
import type { TargetGroup } from '../account/target-group.ts'

const ROUTING = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets'

interface Lag {
  readonly now: number
  readonly deregistrationLagMs: number
}

interface Routable {
  readonly targets: readonly Target[]
  readonly version: number
  readonly until: number
}

/** Takes the targets of a group in turn, of those that requests may go to. */
export class TargetTurns {
  readonly #group: TargetGroup
  #routable: Routable = { targets: [], version: -1, until: 0 }
  #turn = 0

  constructor(group: TargetGroup) {
    this.#group = group
  }

  next(lag: Lag): Target | undefined {
    if (this.#routable.version !== this.#group.version || lag.now >= this.#routable.until) {
      this.#routable = routable(this.#group, lag)
    }
    const { targets } = this.#routable
    return targets[this.#turn++ % targets.length]
  }
}

/**
 * The healthy ones. When they are fewer than the group's health threshold, which by default means none, the unhealthy
 * ones as well: it fails open (Target group health). `initial`, `draining` and `unused` ones never are.
 */
function routable(group: TargetGroup, lag: Lag): Routable {
  const healthy: Target[] = []
  const unhealthy: Target[] = []
  let registered = 0
  let until = Number.POSITIVE_INFINITY
  for (const target of group.targets.values()) {
    if (target.state !== 'draining') registered++
    const state = stateForRouting(target, lag)
    if (state !== target.state) until = Math.min(until, target.drainingSince + lag.deregistrationLagMs)
    if (target.zonalShift === 'active') continue
    if (state === 'healthy' || state === 'unavailable') healthy.push(target)
    else if (state === 'unhealthy') unhealthy.push(target)
  }
  const failsOpen = healthy.length < threshold(group, registered)
  const targets = failsOpen ? [...healthy, ...unhealthy] : healthy
  return { targets, version: group.version, until }
}

/** Until its deregistration has propagated, a draining target is what it was. */
function stateForRouting(target: Target, lag: Lag): State {
  const lagging = target.state === 'draining' && lag.now < target.drainingSince + lag.deregistrationLagMs
  return lagging ? (target.stateBeforeDraining ?? target.state) : target.state
}

function threshold(group: TargetGroup, registered: number): number {
  const count = Number(group.attributes.get(`${ROUTING}.count`) ?? 1)
  const percentage = Number(group.attributes.get(`${ROUTING}.percentage`))
  return Number.isNaN(percentage) ? count : Math.max(count, Math.ceil((percentage / 100) * registered))
}
