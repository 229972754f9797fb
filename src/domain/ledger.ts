import type { Ledger } from './journal.ts'
import type { Conclusion, Course } from './outcome.ts'

/** What stays written when a rollout has ended. */
export function ledgerAfter({
  course,
  conclusion,
  found,
  rolloutId,
  at,
}: {
  readonly course: Course
  readonly conclusion: Conclusion
  /** As it was before this rollout. */
  readonly found: Ledger
  readonly rolloutId: string
  readonly at: number
}): Ledger {
  const { settings, fleet, progress } = course
  const last = { rolloutId, outcome: conclusion.outcome }
  const isRollback = settings.mode === 'rollback'
  const before = isRollback ? settings.version : (settings.previousVersion ?? found.holds)
  // What was undone stays the last that was tried: undoing it again has nothing to do.
  if (conclusion.outcome === 'succeeded' && isRollback) {
    return { holds: settings.version, at, last: { rolloutId, outcome: 'rolled-back' } }
  }
  if (conclusion.outcome === 'succeeded') {
    return { holds: settings.version, ...(before === undefined ? {} : { before }), rolloutId, at, last }
  }
  const isUntouched = fleet.servers.every(({ id }) => !progress.of(id).touched)
  if (isUntouched) return { ...found, last }
  if (conclusion.outcome === 'rolled-back') {
    return { ...found, ...(before === undefined ? {} : { holds: before }), last }
  }
  const { holds: _, ...rest } = found
  return { ...rest, ...(before === undefined ? {} : { before }), last }
}
