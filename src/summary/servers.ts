import type { PhaseReport, Report, ServerReport } from '../domain/report.ts'
import { duration, plural } from '../domain/wording.ts'
import { phaseTitle } from './phase-title.ts'
import { row, table, whatFits } from './table.ts'
import { cell, cut, folded, inert } from './text.ts'

/** More rows than this are folded away; far more, and servers that went well become a line for each phase. */
const MOST_OPEN = 30
const MOST_EACH = 200

interface Entry {
  readonly phase: PhaseReport
  readonly server: ServerReport
}

/** What every server went through, one row for each time that something was done to it. */
export function serverTable(report: Report): string {
  const entries = report.phases.flatMap((phase) => phase.servers.map((server) => ({ phase, server })))
  if (entries.length === 0) return ''
  const zones = zonesOf(report)
  const body = entries.length > MOST_EACH ? summed(report, entries, zones) : lines(entries, zones)
  const title = '### Servers'
  if (entries.length <= MOST_OPEN) return `${title}\n\n${body}`
  return `${title}\n\n${counts(entries)}\n\n${folded('Server by server', body)}`
}

/** By server. Their common beginning says nothing: `1a` of `us-east-1a`. */
function zonesOf({ before, after }: Report): ReadonlyMap<string, string> {
  const groups = [...(before?.groups ?? []), ...(after?.groups ?? [])]
  const zones = groups.flatMap(({ servers }) =>
    servers.flatMap(({ id, zone }) => (zone ? [[id, zone] as const] : [])),
  )
  const areas = new Set(zones.map(([, zone]) => zone.slice(0, zone.lastIndexOf('-') + 1)))
  const [area = ''] = areas
  return new Map(areas.size === 1 ? zones.map(([id, zone]) => [id, zone.slice(area.length)]) : zones)
}

function counts(entries: readonly Entry[]): string {
  const good = entries.filter(({ server }) => isGood(server)).length
  const failed = entries.filter(({ server }) => server.failure !== undefined).length
  const others = entries.length - good - failed
  const servers = new Set(entries.map(({ server }) => server.id)).size
  const turns = servers === entries.length ? '' : ` in ${plural(entries.length, 'turn')}`
  return `${plural(servers, 'server')}${turns}: ${good} went well, ${failed} failed${others === 0 ? '' : `, ${others} did not come to their end`}.`
}

const isGood = ({ failure, isInService, remark }: ServerReport): boolean =>
  failure === undefined && remark === undefined && isInService

/** Who failed is named, whatever happens to the rest. */
function summed(report: Report, entries: readonly Entry[], zones: ReadonlyMap<string, string>): string {
  const bad = entries.filter(({ server }) => !isGood(server))
  const rows = bad.map((entry) => row(cellsOf(entry, zones)))
  const shown = whatFits(rows, MOST_BYTES.rows).length
  const good = table(
    ['Phase', 'Went well', 'Drained', 'Updated', 'Healthy after'],
    report.phases.filter(({ servers }) => servers.some(isGood)).map(phaseLine),
  )
  return [
    `Servers that went well are a line for each phase; the file at ${inert('report-path')} has each of them.`,
    good,
    ...(bad.length === 0
      ? []
      : [`**Not well: ${plural(bad.length, 'server')}**`, lines(bad.slice(0, shown), zones)]),
    ...names(bad.slice(shown)),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** As long as any that AWS has. */
const LONGEST_ID = 48
const LONGEST_RESULT = 90
/** Whatever else there is: who failed is named. */
const MOST_BYTES = { rows: 150_000, names: 250_000 }

function names(left: readonly Entry[]): string[] {
  if (left.length === 0) return []
  const ids = left.map(({ server }) => idOf(server))
  const shown = whatFits(ids, MOST_BYTES.names)
  const more = ids.length - shown.length
  return [
    `Likewise, but for their reasons there is no room here: ${shown.join(', ')}${more > 0 ? ` and ${more} more; the report has them all.` : ''}`,
  ]
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

const DRAINED_BY = {
  'load-balancer': '',
  command: ' (drained-command)',
  connections: ' (no connection)',
} as const

const SMOKE: Readonly<Record<string, string>> = { fail: 'failed', unknown: 'could not judge' }

const HEAD = [
  'Phase',
  'Server',
  'Zone',
  'Result',
  'Drained',
  'Updated',
  'Smoke test',
  'Healthy after',
  'Stayed healthy',
]

/** Columns that say nothing are left out. */
function lines(entries: readonly Entry[], zones: ReadonlyMap<string, string>): string {
  const rows = entries.map((entry) => cellsOf(entry, zones))
  const used = HEAD.map((_, column) => rows.some((cells) => cells[column] !== ''))
  const kept = (cells: readonly string[]) => cells.filter((_, column) => used[column])
  return table(
    kept(HEAD),
    rows.map((cells) => row(kept(cells))),
    MOST_BYTES.rows,
  )
}

function cellsOf({ phase, server }: Entry, zones: ReadonlyMap<string, string>): readonly string[] {
  const drained = `${time(server.drainMs)}${DRAINED_BY[server.drainedBy ?? 'load-balancer']}`
  return [
    // It is short, and would be broken all the same.
    phaseTitle(phase).replaceAll(' ', '&nbsp;'),
    idOf(server),
    cell(zones.get(server.id) ?? ''),
    cell(result(phase, server)),
    drained,
    time(server.updateMs),
    server.smoke === undefined ? '' : (SMOKE[server.smoke] ?? server.smoke),
    time(server.healthMs),
    time(server.heldMs),
  ]
}

const idOf = ({ id }: ServerReport): string => `<code>${inert(cut(id, LONGEST_ID))}</code>`

function result(phase: PhaseReport, server: ServerReport): string {
  // What failed stands above, and the checks have their evidence.
  if (server.failure !== undefined) return cut(`failed: ${server.failure}`, LONGEST_RESULT)
  if (server.remark !== undefined) return server.remark
  if (!server.isInService)
    return phase.endedAt === undefined && phase.stoppedBy === undefined ? 'under way' : 'not finished'
  if (phase.kind === 'ready') return 'ready'
  return server.updateMs === undefined ? 'put back, in service' : `${phase.version} in service`
}

const time = (ms: number | undefined): string => (ms === undefined ? '' : duration(ms))
