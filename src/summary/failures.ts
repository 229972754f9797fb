import type { PhaseReport, Report, ServerReport, VerdictReport } from '../domain/report.ts'
import { duration, plural } from '../domain/wording.ts'
import { phaseTitle } from './phase-title.ts'
import { whatFits } from './table.ts'
import { code, cut, folded, inert, output, unfolded } from './text.ts'

const MOST_SHOWN = 10
const LONGEST = 400
const LONGEST_LINE = 500
/** Of the output of one command: its end says most. */
const MOST_TAIL_BYTES = 8_000

/** What failed and by what it is known; not more than fits on a screen, the tables have the rest. */
export function failures(report: Report): string {
  const items = report.phases.flatMap((phase) => itemsOf(report, phase))
  const shown = items.slice(0, MOST_SHOWN)
  const more = items.length - shown.length
  return [
    ...(items.length === 0 ? [] : ['### What failed', shown.map((line) => line()).join('\n')]),
    ...(more > 0 ? [`… and ${more} more; the table of the servers names them all.`] : []),
    ...tails(report),
  ].join('\n\n')
}

/** A line each, to be written only when it is shown. Servers that failed for the same reason are one. */
function itemsOf(report: Report, phase: PhaseReport): (() => string)[] {
  // A cancel is no failure, and the verdict tells of it.
  if (phase.stoppedBy === 'cancel') return []
  const failed = phase.servers.filter(({ failure }) => failure !== undefined)
  const alike = Map.groupBy(failed, ({ failure, failedIn }) => JSON.stringify([failure, failedIn]))
  const servers = [...alike.values()].map((group) => () => serversLine(report, phase, group))
  const isTold = failed.some(({ failure = '' }) => phase.failure?.includes(failure))
  if (phase.failure === undefined || isTold) return servers
  const evidence = objections(report, phase).filter((said) => phase.failure?.includes(said.evidence) !== true)
  return [
    ...servers,
    () => `- In ${where(report, phase)}: ${text(phase.failure ?? '')}`,
    ...evidence.map(
      ({ gate, evidence: said }) =>
        () =>
          `- ${text(gate)} said: ${text(said)}`,
    ),
  ]
}

function serversLine(report: Report, phase: PhaseReport, group: readonly ServerReport[]): string {
  const [{ failure = '', failedIn } = {}] = group
  const ids = group.slice(0, MOST_SHOWN).map(({ id }) => code(id))
  const more = group.length - ids.length
  const many = group.length === 1 ? '' : `${plural(group.length, 'server')}: `
  return `- ${many}${ids.join(', ')}${more > 0 ? ` and ${more} more` : ''}, in ${where(report, phase, failedIn)}: ${text(failure)}`
}

/** Four spaces at the start of an item would make code of it. */
const text = (words: string): string => inert(cut(words, LONGEST)).trim()

/** `batch 2, step update, 1 m 3 s after the start`. */
function where({ facts }: Report, phase: PhaseReport, failedIn?: ServerReport['failedIn']): string {
  const step =
    phase.steps.findLast(({ kind }) => kind === failedIn) ?? phase.steps.find(({ end }) => end === 'failed')
  const at = step?.endedAt ?? phase.endedAt
  return [
    phaseTitle(phase),
    ...(step === undefined ? [] : [`step ${code(step.kind)}`]),
    ...(at === undefined ? [] : [`${duration(Math.max(0, at - facts.startedAt))} after the start`]),
  ].join(', ')
}

const objections = ({ verdicts, phases }: Report, phase: PhaseReport): VerdictReport[] =>
  verdicts.filter(({ verdict, phase: index }) => verdict === 'fail' && phases[index ?? -1] === phase)

/** The first one open: it is what most failures are about. */
function tails({ phases }: Report): string[] {
  const failed = phases.flatMap((phase) => phase.servers.filter(({ tail }) => (tail ?? []).length > 0))
  const [first, ...others] = failed.slice(0, MOST_SHOWN)
  const more = failed.length - MOST_SHOWN
  if (first === undefined) return []
  return [
    unfolded(titleOf(first), tailOf(first)),
    ...(others.length === 0
      ? []
      : [folded(`The same of ${plural(others.length, 'other')}`, othersBody(others))]),
    ...(more > 0 ? [`… and ${plural(more, 'more failed update')}; the log has their output.`] : []),
  ]
}

/** The last lines that there is room for. */
function tailOf({ tail = [] }: ServerReport): string {
  const lines = tail.map((line) => cut(line, LONGEST_LINE))
  const shown = whatFits(
    lines.toReversed().map((line) => output([line])),
    MOST_TAIL_BYTES,
  ).length
  return output(lines.slice(lines.length - shown))
}

const titleOf = ({ id }: ServerReport): string => `Last lines of the update of ${cut(id, 100)}`

const othersBody = (others: readonly ServerReport[]): string =>
  others.map((server) => `${inert(titleOf(server))}\n\n${tailOf(server)}`).join('\n\n')
