import type { Event } from './events.ts'
import { fleetAfter } from './report-fleet-after.ts'
import { fleetBefore, heldBy, withOut } from './report-fleet-before.ts'
import type { FleetFacts, FleetReport } from './report-standing.ts'

export interface FleetReports {
  /** When it was seen first. */
  readonly before?: FleetReport
  /** Now; absent: nothing was changed. */
  readonly after?: FleetReport
}

export function fleetsOf(events: readonly Event[], facts: FleetFacts): FleetReports {
  const seen = events.filter((event) => event.type === 'observed')
  const last = seen.at(-1)
  // Groups that a rollout left unfinished may have been found to belong to it only then.
  const first = seen.find(({ groups }) => groups.length === last?.groups.length)
  if (first === undefined) return {}
  const before = { ...first, groups: first.groups.map((group) => withOut(group, events)) }
  const known = { ...facts, holds: new Map(before.groups.map((group) => [group.name, heldBy(group, facts)])) }
  const isChanged = events.some(({ type }) => type === 'phase-started')
  return {
    before: fleetBefore(before, known),
    ...(isChanged ? { after: fleetAfter(before, known, events) } : {}),
  }
}
