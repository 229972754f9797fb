import type { PhaseReport, ServerReport } from '../domain/report.ts'
import { duration } from '../domain/wording.ts'
import { phaseTitle } from './phase-title.ts'
import { row, table } from './table.ts'
import { cell, cut, inert } from './text.ts'

/** One turn of one server. */
export interface Entry {
  readonly phase: PhaseReport
  readonly server: ServerReport
}

/** By server, as far as they are known. */
export type Zones = ReadonlyMap<string, string>

export const isGood = ({ failure, isInService, remark }: ServerReport): boolean =>
  failure === undefined && remark === undefined && isInService

/** As long as any id that AWS has. */
const LONGEST_ID = 48
const LONGEST_RESULT = 90
const LONGEST_VERSION = 16
const MOST_BYTES = 150_000

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
export function rowTable(entries: readonly Entry[], zones: Zones): string {
  const rows = entries.map((entry) => cellsOf(entry, zones))
  const used = HEAD.map((_, column) => rows.some((cells) => cells[column] !== ''))
  const kept = (cells: readonly string[]) => cells.filter((_, column) => used[column])
  return table(
    kept(HEAD),
    rows.map((cells) => row(kept(cells))),
    MOST_BYTES,
  )
}

export function cellsOf({ phase, server }: Entry, zones: Zones): readonly string[] {
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

export const idOf = ({ id }: ServerReport): string => `<code>${inert(cut(id, LONGEST_ID))}</code>`

function result(phase: PhaseReport, server: ServerReport): string {
  // What failed stands above, and the checks have their evidence.
  if (server.failure !== undefined) return cut(`failed: ${server.failure}`, LONGEST_RESULT)
  if (server.remark !== undefined) return server.remark
  if (!server.isInService)
    return phase.endedAt === undefined && phase.stoppedBy === undefined ? 'under way' : 'not finished'
  if (phase.kind === 'ready') return 'ready'
  return server.updateMs === undefined
    ? 'put back, in service'
    : `${cut(phase.version, LONGEST_VERSION)} in service`
}

const time = (ms: number | undefined): string => (ms === undefined ? '' : duration(ms))
