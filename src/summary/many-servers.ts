import type { PhaseReport, Report, ServerReport } from '../domain/report.ts'
import { duration, plural } from '../domain/wording.ts'
import { phaseTitle } from './phase-title.ts'
import type { Entry, Zones } from './server-rows.ts'
import { cellsOf, idOf, isGood, rowTable } from './server-rows.ts'
import { row, table, whatFits } from './table.ts'

/** Whatever else there is: who failed is named. */
const MOST_BYTES = { rows: 150_000, names: 200_000, unfinished: 50_000 }

/** Of more servers than anybody reads: those that went well are counted, those that failed are named. */
export function manyServers(report: Report, entries: readonly Entry[], zones: Zones): string {
  const failed = entries.filter(({ server }) => isFailed(server))
  const unfinished = entries.filter(({ server }) => !isGood(server) && !isFailed(server))
  const shown = whatFits(
    failed.map((entry) => row(cellsOf(entry, zones))),
    MOST_BYTES.rows,
  ).length
  const parts = [
    'Servers that went well are a line for each phase; the file at the output `report-path` has each of them.',
    table(
      ['Phase', 'Went well', 'Drained', 'Updated', 'Healthy after'],
      report.phases.filter(({ servers }) => servers.some(isGood)).map(phaseLine),
    ),
    failed.length === 0 ? '' : `**Not well: ${plural(failed.length, 'server')}**`,
    rowTable(failed.slice(0, shown), zones),
    names('Likewise, but for their reasons there is no room here', failed.slice(shown), MOST_BYTES.names),
    names('Not failed, and not brought to their end', unfinished, MOST_BYTES.unfinished),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

const isFailed = ({ failure, remark }: ServerReport): boolean => failure !== undefined || remark !== undefined

function names(title: string, entries: readonly Entry[], mostBytes: number): string {
  if (entries.length === 0) return ''
  const ids = [...new Set(entries.map(({ server }) => idOf(server)))]
  const shown = whatFits(ids, mostBytes)
  const more = ids.length - shown.length
  return `${title}: ${shown.join(', ')}${more > 0 ? ` and ${more} more; the report has them all.` : ''}`
}

function phaseLine(phase: PhaseReport): string {
  const good = phase.servers.filter(isGood)
  return row([
    phaseTitle(phase),
    plural(good.length, 'server'),
    range(good.map(({ drainMs }) => drainMs)),
    range(good.map(({ updateMs }) => updateMs)),
    range(good.map(({ healthMs }) => healthMs)),
  ])
}

function range(times: readonly (number | undefined)[]): string {
  const known = times.filter((ms) => ms !== undefined)
  if (known.length === 0) return ''
  const [least, most] = [duration(Math.min(...known)), duration(Math.max(...known))]
  return least === most ? least : `${least} to ${most}`
}
