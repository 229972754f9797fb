import type { JournalEntry } from '../domain/ports.ts'
import { RouteChanges } from './route-changes.ts'
import type { Handler, Run } from './run.ts'
import { remoteUpdates } from './run.ts'

/** Gives every route its weights, and sees that it has them. What it may do is written down first. */
export const setWeights: Handler<'set-weights'> = async (run, step) => {
  await run.journal.confirm(run.signal)
  const entry = shiftEntryOf(run)
  if (entry !== undefined) await run.journal.recordOut(entry, run.signal)
  const possible = run.progress.traffic?.possible ?? []
  run.emit({ type: 'shifting', share: step.share })
  const changes = new RouteChanges(run, step)
  const result = await changes.make()
  const routes = step.routes.length
  if (result === undefined) run.emit({ type: 'shifted', share: step.share, routes })
  const [before, ...others] = possible
  if (changes.areTakenBack && before !== undefined && others.length === 0) {
    run.emit({ type: 'shifted', share: before, routes })
  }
  return result
}

/** What is written down of a shift; undefined of a plan that moves no traffic. */
export function shiftEntryOf(run: Run): JournalEntry | undefined {
  const { plan, batch, batches, strategy, phaseWithinMs } = run
  const { direction, version, leaves, shift } = plan
  if (shift === undefined) return undefined
  const { touches, ...record } = shift
  return {
    ...{ strategy, direction, version, batch, batches, servers: [], holdForMs: phaseWithinMs },
    ...(leaves === undefined ? {} : { previousVersion: leaves }),
    touches: touches === 'green' ? [shift.green] : [],
    shift: { ...record, state: 'under-way' },
    ...remoteUpdates(run),
  }
}
