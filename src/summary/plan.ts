import {
  batchNumbers,
  capacityTexts,
  partsText,
  phaseTitle,
  shareOf,
  timeText,
  updatesText,
  wayBackText,
} from '../domain/outlook-words.ts'
import { onlyReads } from '../domain/permissions.ts'
import type { PlannedPhase, Report } from '../domain/report.ts'
import type { PlanReport } from '../domain/report-plan.ts'
import { duration, plural } from '../domain/wording.ts'
import { infrastructureBlocks } from './plan-infrastructure.ts'
import { stepList } from './plan-steps.ts'
import { row, table } from './table.ts'
import { cell, code, cut, folded, inert } from './text.ts'

/** More of them are counted. */
const MOST_PHASES = 20

/** What will be done, how long it takes, what it costs, and what follows a failure: until the first phase has begun. */
export function planParts(report: Report): string[] {
  const { plan, planned, conclusion, phases } = report
  if (plan === undefined || conclusion?.outcome === 'refused') return []
  if (phases.length > 0)
    return conclusion === undefined ? [`Planned: ${inert(timeText(plan.estimate))}.`] : []
  return [
    facts(plan),
    phaseTable(planned, plan),
    timeTable(plan),
    stepList(planned, plan),
    permissions(plan),
    infrastructureBlocks(report),
  ].filter((part) => part !== '')
}

function facts(plan: PlanReport): string {
  const updates = updatesText(plan.estimate)
  const { maxFailures } = plan
  const lines = [
    ['Time', [timeText(plan.estimate), ...(updates === undefined ? [] : [updates])].join('; ')],
    ...capacityTexts(plan).map((text) => ['Capacity', text]),
    ...(maxFailures > 0 && Number.isFinite(maxFailures)
      ? [['May fail', `${plural(maxFailures, 'server')} (max-failures)`]]
      : []),
    ['If it fails', wayBackText(plan)],
  ]
  return ['### The plan', '', ...lines.map(([title, text = '']) => `- **${title}:** ${inert(text)}.`)].join(
    '\n',
  )
}

function phaseTable(planned: readonly PlannedPhase[], { estimate }: PlanReport): string {
  const numbers = batchNumbers(planned.map(({ kind }) => kind))
  const rows = planned.slice(0, MOST_PHASES).map((phase, index) => {
    const { ms = 0, parts = [] } = estimate.phases[index] ?? {}
    const cells = [phaseTitle(phase, numbers[index] ?? 0), short(ms), partsText(parts), serversOf(phase)]
    return row(cells)
  })
  const others = planned.slice(MOST_PHASES)
  const count = others.reduce((sum, { servers }) => sum + servers.length, 0)
  const about = estimate.phases.slice(MOST_PHASES).reduce((sum, { ms }) => sum + ms, 0)
  const rest = row([`${others.length} more`, short(about), '', count === 0 ? '' : `${count}`])
  return table(['Phase', 'About', 'Of which', 'Servers'], [...rows, ...(others.length === 0 ? [] : [rest])])
}

/** In a narrow column it stays on its line. */
const short = (ms: number): string => duration(ms).replaceAll(' ', '\u00a0')

const MOST_IDS = 8
const LONGEST_ID = 45

/** `2: i-1, i-2`. */
function serversOf({ servers }: PlannedPhase): string {
  if (servers.length === 0) return ''
  const shown = servers.slice(0, MOST_IDS).map((id) => inert(cut(id, LONGEST_ID)))
  const more = servers.length - MOST_IDS
  return `${servers.length}: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function timeTable({ estimate }: PlanReport): string {
  const rows = estimate.parts.map((part) => row([short(part.ms), shareOf(part, estimate), cell(part.why)]))
  return table(['Time', 'Share', 'What it goes into'], rows)
}

function permissions({ permissions: all }: PlanReport): string {
  const reading = all.filter(onlyReads)
  const list = all.map((permission) =>
    onlyReads(permission) ? code(permission) : `<b>${code(permission)}</b>`,
  )
  const title = `Permissions that it needs (${all.length}; ${reading.length} of them for a dry run)`
  const what =
    'Those in bold change something; a dry run does without them. The policies are in docs/iam.md of this action.'
  return folded(title, `${list.join(', ')}.\n\n${what}`)
}
