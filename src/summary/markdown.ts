import type { Report } from '../domain/report.ts'
import { failures } from './failures.ts'
import { factsTable, heading, opening } from './head.ts'
import { nextStep } from './next.ts'
import { picture } from './picture.ts'
import { planParts } from './plan.ts'
import { serverTable } from './servers.ts'
import { trafficPart } from './shift.ts'
import { whatFits } from './table.ts'
import { cut, inert } from './text.ts'
import { timeTable } from './time.ts'
import { timeline } from './timeline.ts'
import { verdicts } from './verdicts.ts'

/** How much a summary may be: GitHub drops one of more than 1 MiB whole. */
const MOST_BYTES = 1_000_000
const MOST_ITEMS = 50
const LONGEST_ITEM = 600
/** Of a list of warnings or problems. */
const MOST_LIST_BYTES = 60_000

/** The job summary: what happened and why in the first line, then what to do, then the details. */
export function markdown(report: Report): string {
  const hasBegun = report.phases.length > 0
  const parts = [
    heading(report),
    opening(report),
    ...(hasBegun ? planParts(report) : []),
    bullets('Not begun, because:', problemsBeside(report)),
    factsTable(report),
    nextStep(report),
    failures(report),
    bullets('Warnings:', report.warnings),
    ...(hasBegun ? [] : planParts(report)),
    picture(report),
    timeline(report),
    trafficPart(report),
    timeTable(report),
    verdicts(report),
    serverTable(report),
  ]
  return `${withinLimit(parts.filter((part) => part !== '')).join('\n\n')}\n`
}

/** A single one is in the first line already. */
function problemsBeside({ problems, conclusion }: Report): readonly string[] {
  const [first = ''] = problems
  return problems.length === 1 && conclusion?.reason.includes(first) === true ? [] : problems
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

function bullets(title: string, items: readonly string[]): string {
  if (items.length === 0) return ''
  const lines = items.slice(0, MOST_ITEMS).map((item) => `- ${inert(cut(item, LONGEST_ITEM)).trim()}`)
  const shown = whatFits(lines, MOST_LIST_BYTES)
  const more = items.length - shown.length
  return [
    `**${title}**`,
    '',
    ...shown,
    ...(more > 0 ? [`- … and ${more} more; the log has them all.`] : []),
  ].join('\n')
}
