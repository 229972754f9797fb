import type { PhaseReport, Report } from '../domain/report.ts'
import { capitalised, duration, plural } from '../domain/wording.ts'
import type { Bar, Section } from './bars.ts'
import { endOf, sectionOf } from './bars.ts'
import { diagram, plain } from './diagram.ts'
import { moment } from './moment.ts'

/** More sections than this are not read. */
const MOST_SECTIONS = 14
const AT_EACH_END = 3
const MOST_FAILED = 6
/** What is shorter needs no picture, and its axis would have fractions of seconds. */
const LEAST_MS = 10_000
/** Seconds on the axis only where they say something. */
const SHORT_MS = 15 * 60_000

const TAGS: Readonly<Record<Bar['look'], string>> = {
  wait: 'done, ',
  work: '',
  // An active one has text that cannot be read beside its bar in a dark page.
  proof: '',
  failed: 'crit, ',
}

/**
 * What was done when. Times are UTC and carry no zone: https://mermaid.js.org/syntax/gantt.html shows them as they are then, to
 * every viewer the same.
 */
export function timeline(report: Report): string {
  const { phases, facts, endedAt } = report
  if (phases.length === 0 || endedAt - facts.startedAt < LEAST_MS) return ''
  const axis = endedAt - facts.startedAt < SHORT_MS ? '%H:%M:%S' : '%H:%M'
  const sections = distinct([...beginning(report), ...foldedSections(report)])
  const lines = [
    '%%{init: {"gantt": {"leftPadding": 120}}}%%',
    'gantt',
    '  title All times are UTC',
    '  dateFormat YYYY-MM-DD HH:mm:ss',
    `  axisFormat ${axis}`,
    '  todayMarker off',
    ...sections.flatMap(sectionLines),
  ]
  return `### Timeline\n\n${diagram(lines)}\n\n${legend(sections)}`
}

/** Sections of one title are drawn as one. */
function distinct(sections: readonly Section[]): Section[] {
  const seen = new Map<string, number>()
  return sections.map((section) => {
    const count = (seen.get(section.title) ?? 0) + 1
    seen.set(section.title, count)
    return count === 1 ? section : { ...section, title: `${section.title} - ${count}` }
  })
}

function legend(sections: readonly Section[]): string {
  const hasFailed = sections.some(({ bars }) => bars.some(({ look }) => look === 'failed'))
  return `Light grey is waiting: drains and holds.${hasFailed ? ' Red has failed.' : ''}`
}

function beginning({ phases, facts }: Report): Section[] {
  const { startedAt } = facts
  const [first] = phases
  if (first === undefined || first.startedAt - startedAt < 1_000) return []
  const name = `Look and plan ${duration(first.startedAt - startedAt)}`
  return [{ title: 'start', bars: [{ name, look: 'wait', startedAt, endedAt: first.startedAt }] }]
}

function sectionLines({ title, bars }: Section, index: number): string[] {
  return [
    `  section ${plain(capitalised(title), 30)}`,
    ...bars.map(({ name, look, startedAt, endedAt }, at) => {
      // A bar of no length is not drawn.
      const end = Math.max(Math.round(endedAt / 1_000), Math.floor(startedAt / 1_000) + 1) * 1_000
      return `    ${plain(name, 60)} :${TAGS[look]}t${index}x${at}, ${moment(startedAt)}, ${moment(end)}`
    }),
  ]
}

/** Of many phases the first ones, the last ones and those that failed; the rest as one bar each. */
function foldedSections(report: Report): Section[] {
  const { phases } = report
  if (phases.length <= MOST_SECTIONS) return phases.map((phase) => sectionOf(phase, report))
  const shown = new Set([...phases.slice(0, AT_EACH_END), ...phases.slice(-AT_EACH_END)])
  for (const phase of phases.filter(isSpecial).slice(0, MOST_FAILED)) shown.add(phase)
  const runs: PhaseReport[][] = []
  for (const phase of phases) {
    const last = runs.at(-1)
    const isFolded = last?.[0] !== undefined && !shown.has(last[0]) && !shown.has(phase)
    if (isFolded) last?.push(phase)
    else runs.push([phase])
  }
  return runs.map((run) => {
    const [only] = run as [PhaseReport]
    return run.length === 1 ? sectionOf(only, report) : runOf(run, report)
  })
}

const isSpecial = ({ failure, servers }: PhaseReport): boolean =>
  failure !== undefined || servers.some((server) => server.failure !== undefined)

function runOf(run: readonly PhaseReport[], report: Report): Section {
  const [first] = run as [PhaseReport]
  const last = run.at(-1) as PhaseReport
  const { startedAt } = first
  const endedAt = endOf(last, report)
  const servers = run.reduce((sum, phase) => sum + phase.servers.length, 0)
  const look = run.some(isSpecial) ? 'failed' : 'work'
  const name = `${plural(run.length, 'phase')} with ${plural(servers, 'server')} ${duration(endedAt - startedAt)}`
  const title = first.batch === last.batch ? 'between' : `phases ${first.batch} to ${last.batch}`
  return { title, bars: [{ name, look, startedAt, endedAt }] }
}
