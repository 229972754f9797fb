import type { Outcome } from '../domain/outcome.ts'
import type { PhaseReport, Report, ServerReport } from '../domain/report.ts'
import { duration, plural } from '../domain/wording.ts'
import { planParts } from './plan.ts'
import { nextOfShift, shiftParts } from './shift.ts'
import { table } from './table.ts'
import { cell, code, cut, folded, inert } from './text.ts'

const SIGNS: Record<Outcome, string> = {
  succeeded: '✅ Succeeded',
  held: '⏸️ Held',
  planned: '📋 Planned',
  'rolled-back': '⏪ Rolled back',
  refused: '⛔ Refused',
  interrupted: '⚠️ Interrupted',
  failed: '❌ Failed',
}

/** Of failed commands; and how much a summary may be: GitHub drops one of more than 1 MiB whole. */
const MOST_TAILS = 10
const MOST_BYTES = 1_000_000
const MOST_ITEMS = 50
const LONGEST_ITEM = 600
const LONGEST_REASON = 2_000

/** The job summary: what happened and why in the first line, then what to do, then the details. */
export function markdown(report: Report): string {
  const parts = [
    heading(report),
    subheading(report),
    bullets('Not begun, because:', report.problems),
    nextStep(report),
    bullets('Warnings:', report.warnings),
    ...(report.traffic === undefined ? [...planParts(report), serverTable(report)] : shiftParts(report)),
    ...tails(report),
  ]
  return `${withinLimit(parts.filter((part) => part !== '')).join('\n\n')}\n`
}

/** What matters most comes first. */
function withinLimit(parts: readonly string[]): readonly string[] {
  let left = MOST_BYTES
  const fitting = parts.filter((part) => {
    left -= Buffer.byteLength(part) + 2
    return left >= 0
  })
  const isWhole = fitting.length === parts.length
  return isWhole
    ? parts
    : [...fitting, 'There is more, which GitHub would not show; the log and the report have it.']
}

function heading({ conclusion, facts }: Report): string {
  if (conclusion === undefined) return `## ⏳ Rolling out ${inert(facts.version)}`
  return `## ${SIGNS[conclusion.outcome]}: ${inert(cut(conclusion.reason, LONGEST_REASON))}`
}

function subheading({ facts, groups, endedAt, phases }: Report): string {
  const { version, previousVersion, strategy, rolloutId, startedAt, workflow } = facts
  const versions = [previousVersion ?? '', version]
    .filter((one) => one !== '')
    .map(code)
    .join(' → ')
  const batches = phases.filter((phase) => phase.kind === 'batch' && phase.direction === 'forward').length
  return [
    versions,
    strategy,
    ...groups.map(code),
    ...(batches === 0 ? [] : [plural(batches, 'batch', 'batches')]),
    duration(endedAt - startedAt),
    `rollout ${code(rolloutId)}`,
    ...(workflow === undefined
      ? []
      : [`commit ${code(workflow.sha.slice(0, 7))} by ${inert(workflow.actor)}`]),
  ]
    .filter((part) => part !== '')
    .join(' · ')
}

function bullets(title: string, items: readonly string[]): string {
  if (items.length === 0) return ''
  const shown = items.slice(0, MOST_ITEMS).map((item) => `- ${inert(cut(item, LONGEST_ITEM))}`)
  const more = items.length - shown.length
  return [
    `**${title}**`,
    '',
    ...shown,
    ...(more > 0 ? [`- … and ${more} more; the log has them all.`] : []),
  ].join('\n')
}

const NEXT: Partial<Record<Outcome, string>> = {
  planned: 'Run it again without `dry-run` to roll out.',
  refused: 'Put right what is listed, then run it again.',
  'rolled-back':
    'The previous version serves everything. Look at the failure below, then deploy a version that mends it.',
  interrupted:
    'What could be put back is serving; the reason names what is not. Run `mode: recover` with these target groups to put the rest back in, or run it again: it does that first.',
  failed:
    'A person is needed: see above which servers are out or on which version, put them right, then run it again.',
}

function nextStep(report: Report): string {
  const { conclusion, traffic } = report
  if (conclusion === undefined) {
    return `The run is under way; if this is the last that is written, it was cut short: the post step, ${code('mode: recover')} or the next run puts right what it has left.`
  }
  const next = traffic === undefined ? NEXT[conclusion.outcome] : nextOfShift(report, conclusion.outcome)
  return next === undefined ? '' : `**Next:** ${next}`
}

const HEAD = [
  'Batch',
  'Server',
  'Result',
  'Drained',
  'Updated',
  'Smoke test',
  'Healthy after',
  'Stayed healthy',
]

function serverTable({ phases }: Report): string {
  const rows = phases.flatMap((phase) => phase.servers.map((server) => row(phase, server)))
  return table(HEAD, rows)
}

const DRAINED_BY = {
  'load-balancer': '',
  command: ' (drained-command)',
  connections: ' (no connection)',
} as const

function row(phase: PhaseReport, server: ServerReport): string {
  const drained = `${time(server.drainMs)}${DRAINED_BY[server.drainedBy ?? 'load-balancer']}`
  const cells = [
    title(phase),
    `<code>${cell(server.id)}</code>`,
    cell(result(phase, server)),
    drained,
    time(server.updateMs),
    server.smoke ?? '',
    time(server.healthMs),
    time(server.heldMs),
  ]
  return `| ${cells.join(' | ')} |`
}

function title({ kind, direction, batch }: PhaseReport): string {
  if (kind === 'put-back') return 'put back'
  return direction === 'forward' ? `${batch}` : `rollback ${batch}`
}

function result(phase: PhaseReport, server: ServerReport): string {
  if (server.failure !== undefined) return `failed: ${server.failure}`
  if (server.remark !== undefined) return server.remark
  if (!server.isInService) return phase.endedAt === undefined ? 'under way' : 'not finished'
  return server.updateMs === undefined ? 'put back, in service' : `${phase.version} in service`
}

const time = (ms: number | undefined): string => (ms === undefined ? '' : duration(ms))

function tails({ phases }: Report): string[] {
  const failed = phases.flatMap((phase) => phase.servers.filter(({ tail }) => (tail ?? []).length > 0))
  const more = failed.length - MOST_TAILS
  return [
    ...failed
      .slice(0, MOST_TAILS)
      .map((server) => folded(`Last lines of the update of ${server.id}`, server.tail ?? [])),
    ...(more > 0 ? [`… and ${more} more failed updates; the log has their output.`] : []),
  ]
}
