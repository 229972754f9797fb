import type { PhaseReport, Report, ServerReport, VerdictReport } from '../domain/report.ts'
import { duration, plural } from '../domain/wording.ts'
import { phaseTitle } from './phase-title.ts'
import { code, cut, folded, inert, output, unfolded } from './text.ts'

const MOST_SHOWN = 10
const LONGEST = 1_000

/** What failed and by what it is known; not more than fits on a screen, the tables have the rest. */
export function failures(report: Report): string {
  const items = report.phases.flatMap((phase) => itemsOf(report, phase))
  const shown = items.slice(0, MOST_SHOWN)
  const more = items.length - shown.length
  return [
    ...(items.length === 0 ? [] : ['### What failed', shown.map(({ line }) => line).join('\n')]),
    ...(more > 0 ? [`… and ${more} more; the table of the servers names them all.`] : []),
    ...tails(report),
  ].join('\n\n')
}

interface Item {
  readonly line: string
}

function itemsOf(report: Report, phase: PhaseReport): Item[] {
  const failed = phase.servers.filter(({ failure }) => failure !== undefined)
  const servers = failed.map((server) => ({
    line: `- ${code(server.id)} in ${where(report, phase)}: ${told(server)}`,
  }))
  const isTold = failed.some(({ failure = '' }) => phase.failure?.includes(failure))
  if (phase.failure === undefined || isTold) return servers
  const evidence = objections(report, phase).filter(
    ({ evidence: said }) => phase.failure?.includes(said) !== true,
  )
  return [
    ...servers,
    { line: `- In ${where(report, phase)}: ${text(phase.failure)}` },
    ...evidence.map((verdict) => ({ line: `- ${inert(verdict.gate)} said: ${text(verdict.evidence)}` })),
  ]
}

const told = ({ failure = '' }: ServerReport): string => text(failure)

const text = (words: string): string => inert(cut(words, LONGEST))

/** `batch 2, step update, 1 m 3 s after the start`. */
function where({ facts }: Report, phase: PhaseReport): string {
  const step = phase.steps.find(({ end }) => end === 'failed')
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
  const more = failed.length - MOST_SHOWN
  return [
    ...failed.slice(0, MOST_SHOWN).map(({ id, tail = [] }, index) => {
      const show = index === 0 ? unfolded : folded
      return show(`Last lines of the update of ${id}`, output(tail))
    }),
    ...(more > 0 ? [`… and ${plural(more, 'more failed update')}; the log has their output.`] : []),
  ]
}
