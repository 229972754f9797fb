import type { Event } from './events.ts'
import type { Outlook } from './outlook.ts'
import type { Direction } from './plan.ts'

/** What was planned, and what was to be expected of it, before anything was changed. */
export interface PlanReport extends Outlook {
  readonly direction: Direction
  /** Servers that may fail without failing the rollout. */
  readonly maxFailures: number
}

/** Of the plan that a run begins with; none: it was refused before, or there was nothing to do. */
export function planReport(events: readonly Event[]): PlanReport | undefined {
  const planned = events.find((event) => event.type === 'planned')
  if (planned === undefined) return undefined
  const { direction, maxFailures } = planned.plan
  return { ...planned.outlook, direction, maxFailures }
}
