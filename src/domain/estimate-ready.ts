import { type ByThen, between, type Expected, whenCome } from './estimate-checks.ts'
import type { Fleet, TargetGroup, TargetHealth } from './fleet.ts'
import type { Step } from './plan.ts'
import { leastFor } from './readiness.ts'

/** The update of one server, seen from the moment when all of them have ended. Milliseconds. */
export interface PastUpdate {
  readonly tookMs: number
  readonly endedBeforeMs: number
}

/** From a registration, or from when a group comes into use, to the first time that a check may come. */
export const REGISTRATION_MS = 500

export interface ReadyFacts {
  readonly group: TargetGroup
  readonly health: readonly TargetHealth[]
  readonly fleet: Fleet
  /** By id; absent: none. */
  readonly updates: ReadonlyMap<string, PastUpdate>
  /** How long ago the group was attached, where it was not in use before; when all updates have ended. */
  readonly attachedBeforeMs: number
}

/** When a group whose servers were updated where they are has enough healthy ones. */
export function whenReady(step: Extract<Step, { kind: 'await-ready' }>, facts: ReadyFacts): Expected {
  const { group, health, fleet } = facts
  const { healthCheckIntervalMs: intervalMs, healthyThreshold } = group
  const states = new Map(health.map(({ target, state }) => [target.id, state]))
  const kinds = fleet.servers.map(({ id }) => ({
    byThen: healthyBy(states.get(id), facts.updates.get(id), facts),
    count: 1,
  }))
  const needed = leastFor({ count: step.least }, 0)
  return whenCome(kinds, needed, healthyThreshold * intervalMs + REGISTRATION_MS + intervalMs)
}

/**
 * A server may be down for as long as its update takes. So many failed checks that it is unhealthy are made good by as
 * many passed ones as the group demands; fewer are not noticed, and one passed check is enough for a target that is new.
 */
function healthyBy(
  state: TargetHealth['state'] | undefined,
  { tookMs, endedBeforeMs }: PastUpdate = { tookMs: 0, endedBeforeMs: Number.POSITIVE_INFINITY },
  { group, attachedBeforeMs }: ReadyFacts,
): ByThen {
  const { healthCheckIntervalMs: intervalMs, unhealthyThreshold, healthyThreshold } = group
  const failing = tookMs / intervalMs - (unhealthyThreshold - 1)
  const isNoticed = state?.startsWith('unhealthy') === true ? 1 : Math.min(1, Math.max(0, failing))
  const lead = isNoticed === 0 ? 0 : (1 - isNoticed) * intervalMs
  const recovers = between(lead + (healthyThreshold - 1) * intervalMs - endedBeforeMs, intervalMs - lead)
  const checkedFrom = Math.max(-endedBeforeMs, REGISTRATION_MS - attachedBeforeMs)
  const otherwise = state === 'healthy' ? () => 1 : between(checkedFrom, intervalMs)
  return (ms) => (isNoticed === 0 ? 0 : isNoticed * recovers(ms)) + (1 - isNoticed) * otherwise(ms)
}
