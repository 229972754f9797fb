import type { Outcome } from '../domain/outcome.ts'
import type { Report } from '../domain/report.ts'
import { WHOLE } from '../domain/traffic.ts'
import type { Step } from './snippets.ts'
import { rerunCommand, rollbackCommand, stepOf } from './snippets.ts'
import { code, folded } from './text.ts'

/** What to do now, in words, and what to type for it. */
interface Advice {
  readonly text: string
  readonly command?: string | undefined
  readonly step?: Step
  /** Another way, for whoever decides otherwise. */
  readonly or?: Advice
}

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

const underWay = (): Advice => ({
  text: `wait: this page is written anew at each phase. If the job has ended and this is still here, it was cut short: the post step of the same job has put right what it could and has a summary of its own; if there is none, run ${code('mode: recover')}.`,
  step: { mode: 'recover' },
})

function adviceFor(report: Report, outcome: Outcome): Advice {
  switch (outcome) {
    case 'planned':
      return { text: `run it again without ${code('dry-run')} to do it.` }
    case 'refused':
      return refused(report)
    case 'held':
      return held(report)
    case 'succeeded':
      return succeeded(report)
    case 'rolled-back':
      return {
        text: 'nothing is urgent. Mend the new version by what is said below, then deploy it again; or run this one again if the cause was outside of it.',
        command: rerunCommand(report),
      }
    case 'interrupted':
      return interrupted(report)
    case 'failed':
      return failed(report)
  }
}

const isShift = ({ facts, traffic }: Report): boolean =>
  traffic !== undefined || facts.strategy === 'blue-green'

/** A run again is a deploy again only where this was one. */
const again = (report: Report, text: string): Advice => ({
  text,
  command: report.facts.mode === 'recover' ? undefined : rerunCommand(report),
})

const undo = (report: Report): Pick<Advice, 'command' | 'step'> => ({
  command: rollbackCommand(report),
  step: { mode: 'rollback', rolloutId: report.facts.rolloutId, updates: !isShift(report) },
})

function refused(report: Report): Advice {
  const advice = again(report, 'do what is said above, then run it again.')
  return advice.command === undefined
    ? advice
    : { ...advice, text: `${advice.text} Where no input has to change:` }
}

const held = (report: Report): Advice => ({
  text: 'decide; until then no other rollout begins on these target groups. This step gives the new version all of the traffic:',
  step: { mode: 'promote', rolloutId: report.facts.rolloutId },
  or: {
    text: `And this takes the traffic back to the version before${asWorkflow(report)}:`,
    ...undo(report),
  },
})

function succeeded(report: Report): Advice {
  const { facts, phases } = report
  if (facts.mode === 'recover') {
    return phases.length === 0
      ? { text: 'nothing is to be done.' }
      : {
          text:
            report.traffic === undefined &&
            report.unfinished !== undefined &&
            report.phases.some(({ kind }) => kind === 'put-back')
              ? 'deploy again when you are ready: until then servers may run different versions.'
              : 'deploy again when you are ready.',
        }
  }
  if (facts.mode === 'rollback' || phases.length === 0) return { text: 'nothing is to be done.' }
  const before = facts.previousVersion === undefined ? 'the version before' : code(facts.previousVersion)
  const speed = isShift(report)
    ? 'in seconds, for as long as the other target group holds it'
    : 'batch by batch, now or days later'
  const lost = phases.some(({ servers }) => servers.some(({ failure }) => failure !== undefined))
  const first = lost
    ? 'look at the servers that failed, below: they stay out of the load balancer until a deploy has updated them.'
    : 'nothing is to be done.'
  return {
    text: `${first} Should the new version turn out to be bad, this goes back to ${before}, ${speed}${asWorkflow(report)}:`,
    ...undo(report),
  }
}

const asWorkflow = (report: Report): string =>
  rollbackCommand(report) === undefined
    ? ''
    : ` (with ${code('examples/rollback.yml')} as a workflow of yours)`

function interrupted(report: Report): Advice {
  const { phases, facts } = report
  if (phases.some(({ stoppedBy }) => stoppedBy === 'ousted'))
    return {
      text: 'look at the run that has taken over, which the reason names: this one changes nothing more.',
    }
  if (phases.length === 0 && facts.mode !== 'recover')
    return again(report, 'nothing was changed; run it again when you want it done.')
  const done =
    facts.mode === 'recover'
      ? 'run the recovery again: what it could not do is still written down.'
      : 'look for the summary of the post step of this job, which puts right what is left. If it is not there, or not green, run the recovery; or deploy again, which recovers first.'
  return { text: done, step: { mode: 'recover' } }
}

function failed(report: Report): Advice {
  const { facts } = report
  if (facts.mode === 'recover') {
    return again(
      report,
      'look at the servers that the reason names. A deploy that is run again updates those first that were left out.',
    )
  }
  if (facts.mode === 'rollback') {
    return {
      text: 'put right what has stopped it, then run the same rollback again: what is done already is not done twice.',
      ...undo(report),
    }
  }
  const way = isShift(report)
    ? `the reason says who carries the traffic. This takes all of it back to the version before${asWorkflow(report)}:`
    : `the reason says which servers run what, and which are out. This brings all of them to the version before${asWorkflow(report)}; to go on with the new version instead, put right what failed and run the deploy again:`
  return { text: way, ...undo(report), ...goingOn(report) }
}

/** A shift that was frozen in between may be gone on with. */
function goingOn({ traffic, phases, facts }: Report): Pick<Advice, 'or'> {
  const hasGoneBack = phases.some(({ direction }) => direction === 'rollback')
  const isBetween = traffic?.isSure === true && traffic.share > 0 && traffic.share < WHOLE
  if (hasGoneBack || !isBetween) return {}
  const text = 'Or, once what failed is put right, this gives the new version all of the traffic:'
  return { or: { text, step: { mode: 'promote', rolloutId: facts.rolloutId } } }
}
