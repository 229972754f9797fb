import type { Report } from '../domain/report.ts'
import type { Advice } from './advice.ts'
import { adviceFor, underWay } from './advice.ts'
import { stepOf } from './snippets.ts'
import { folded } from './text.ts'

/** What whoever reads this should do next; the last words of a run that was killed are those of one under way. */
export function nextStep(report: Report): string {
  const { conclusion } = report
  const advice = conclusion === undefined ? underWay() : adviceFor(report, conclusion.outcome)
  return `**Next:** ${told(report, advice)}`
}

function told(report: Report, { text, command, step, or }: Advice): string {
  const yaml = step === undefined ? undefined : stepOf(report, step)
  return [
    text,
    ...(command === undefined ? [] : [command]),
    ...stepText(yaml, command),
    ...(or === undefined ? [] : [told(report, or)]),
  ].join('\n\n')
}

function stepText(yaml: string | undefined, command: string | undefined): string[] {
  if (yaml === undefined) return []
  return command === undefined ? [yaml] : [folded('or as a step of a workflow', yaml)]
}
