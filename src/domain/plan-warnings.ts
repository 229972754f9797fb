import { type Cause, type Estimate, estimateOf, type Part } from './estimate.ts'
import type { Fleet, Snapshot, TargetGroup } from './fleet.ts'
import type { Plan } from './plan.ts'
import type { Settings } from './settings.ts'
import { duration } from './wording.ts'

export interface PlanWarningFacts {
  readonly settings: Settings
  readonly snapshot: Snapshot
  readonly fleet: Fleet
  readonly plan: Plan
  readonly estimate: Estimate
}

/** Less than the hour that an AWS session usually lasts: it has begun before the rollout. */
const SESSION_MS = 55 * 60_000
/** What costs less is not worth a word. */
const WORTH_MS = 60_000
/** What AWS sets unless it is told otherwise; who has set less has thought of it. */
const LONG_INTERVAL_MS = 30_000

/** What makes a plan slow, or does not fit to how long it takes; each with what to do. */
export function planWarnings(facts: PlanWarningFacts): string[] {
  return [
    ...longIntervals(facts),
    ...slowStarts(facts),
    ...stickyServers(facts),
    ...tooShortTimeout(facts),
    ...shortSession(facts),
  ]
}

function longIntervals({ fleet, estimate, settings }: PlanWarningFacts): string[] {
  const { healthyForMs } = settings
  const causes: Cause[] = healthyForMs === undefined ? ['health-check', 'healthy-for'] : ['health-check']
  const ms = total(estimate.parts, causes)
  const long = fleet.groups.filter(({ healthCheckIntervalMs }) => healthCheckIntervalMs >= LONG_INTERVAL_MS)
  if (long.length === 0 || ms < WORTH_MS) return []
  const [{ healthCheckIntervalMs = 0 } = {}] = long
  return [
    `health checks of ${names(long)} come every ${healthCheckIntervalMs / 1_000} s, and waiting for them takes about ${duration(ms)} of this rollout: set HealthCheckIntervalSeconds to 10 or less`,
  ]
}

function slowStarts({ fleet, estimate }: PlanWarningFacts): string[] {
  const ms = total(estimate.parts, ['slow-start'])
  if (ms < WORTH_MS) return []
  const slow = fleet.groups.filter(({ slowStartMs }) => slowStartMs > 0)
  return [
    `a server in slow start carries less than its share, so the rollout waits for the slow start of ${names(slow)} each time, ${duration(ms)} in all: set slow_start.duration_seconds to what your servers need, or to 0`,
  ]
}

/** In-place; of a pair the strategy speaks of the stickiness of its routes. */
function stickyServers({ plan, fleet }: PlanWarningFacts): string[] {
  const sticky = fleet.groups.filter(({ targetStickiness }) => targetStickiness !== 'off')
  if (plan.shift !== undefined || sticky.length === 0) return []
  return [
    `stickiness of ${names(sticky)}: a client of a server that leaves is sent to another one, and does not come back to it; sessions that a server keeps to itself are lost, so keep them where all servers can read them`,
  ]
}

function tooShortTimeout({ settings, estimate }: PlanWarningFacts): string[] {
  const { timeoutMs } = settings
  if (timeoutMs === undefined || timeoutMs >= estimate.ms) return []
  return [
    `timeout is ${duration(timeoutMs)}, and this takes about ${duration(estimate.ms)}${estimate.knowsUpdates ? '' : ' without the updates'}: it would be rolled back before its end; give a longer timeout`,
  ]
}

/** Nobody can count on drains that end early. */
function shortSession({ settings, plan, ...facts }: PlanWarningFacts): string[] {
  const { ms } = estimateOf(waitingForDrains(plan), { ...facts, settings })
  if (settings.roleToAssume !== undefined || ms < SESSION_MS) return []
  return [
    `this takes ${duration(ms)} without the updates, and an AWS session usually lasts an hour: give role-to-assume, so that the credentials are renewed`,
  ]
}

const waitingForDrains = ({ phases, ...plan }: Plan): Plan => ({
  ...plan,
  phases: phases.map((phase) => ({
    ...phase,
    steps: phase.steps.map((step) => {
      if (step.kind !== 'await-drained') return step
      const { leastMs: _, ...whole } = step
      return whole
    }),
  })),
})

const total = (parts: readonly Part[], causes: readonly Cause[]): number =>
  parts.reduce((sum, { cause, ms }) => sum + (causes.includes(cause) ? ms : 0), 0)

const names = (groups: readonly TargetGroup[]): string => groups.map(({ name }) => name).join(', ')
