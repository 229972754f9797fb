import type { PlannedPhase, Report } from '../domain/report.ts'
import { duration } from '../domain/wording.ts'
import { titleOfShift } from './phase-title.ts'
import { table } from './table.ts'
import { cell } from './text.ts'

/** What will be done, or would be; nothing once it has begun. */
export function planParts({ planned, phases, traffic }: Report): string[] {
  if (phases.length > 0 || planned.length === 0) return []
  return [traffic === undefined ? batchTable(planned) : stepTable(planned)]
}

function batchTable(planned: readonly PlannedPhase[]): string {
  const rows = planned.map(({ kind, holdMs, servers }, index) =>
    kind === 'bake'
      ? `| bake | | for ${duration(holdMs)} |`
      : `| ${index + 1} | ${servers.length} | ${cell(servers.join(', '))} |`,
  )
  return table(['Batch', 'Servers', 'Ids'], rows)
}

function stepTable(planned: readonly PlannedPhase[]): string {
  const rows = planned.map(
    (phase) => `| ${titleOfShift(phase)} | ${phase.holdMs === 0 ? '' : duration(phase.holdMs)} |`,
  )
  return table(['Step', 'Held for'], rows)
}
