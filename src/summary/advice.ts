import type { Outcome } from '../domain/outcome.ts'
import type { Report } from '../domain/report.ts'
import { WHOLE } from '../domain/traffic.ts'
import { hasGoneBack, hasLostServers, isLate } from './course.ts'
import type { Step } from './snippets.ts'
import { rerunCommand, rollbackCommand } from './snippets.ts'
import { code } from './text.ts'

/** What to do now, in words, and what to type for it. */
export interface Advice {
  readonly text: string
  readonly command?: string | undefined
  readonly step?: Step
  /** Another way, for whoever decides otherwise. */
  readonly or?: Advice
}

type Advise = (report: Report) => Advice

export const underWay = (): Advice => ({
  text: `wait: this page is written anew at each phase. If the job has ended and this is still here, it was cut short: the post step of the same job has put right what it could and has a summary of its own; if there is none, run ${code('mode: recover')}.`,
  step: { mode: 'recover' },
})

export function adviceFor(report: Report, outcome: Outcome): Advice {
  const isOusted = report.phases.some(({ stoppedBy }) => stoppedBy === 'ousted')
  if (isOusted && outcome === 'interrupted') {
    return {
      text: 'look at the run that has taken over, which the first line names: this one changes nothing more.',
    }
  }
  const byMode = ADVICE[report.facts.mode] ?? ADVICE.deploy
  return (byMode?.[outcome] ?? DEPLOY[outcome])(report)
}

const NOTHING: Advise = () => ({ text: 'nothing is to be done.' })

const planned: Advise = () => ({ text: `run it again without ${code('dry-run')} to do it.` })

/** A re-run keeps the inputs. */
const refused: Advise = (report) => ({ text: 'do what is said above, then run it again.', ...rerun(report) })

function rerun(report: Report): Pick<Advice, 'or'> {
  const command = rerunCommand(report)
  return command === undefined ? {} : { or: { text: 'If no input has to change, that is:', command } }
}

const isShift = ({ facts, traffic }: Report): boolean =>
  traffic !== undefined || facts.strategy === 'blue-green'

/** On the first in-place rollout nobody has written down where it came from. */
const isFirst = (report: Report): boolean =>
  !isShift(report) && (report.facts.previousVersion ?? '') === '' && report.facts.mode === 'deploy'

function undo(report: Report): Pick<Advice, 'command' | 'step'> {
  const { rolloutId } = report.facts
  const step = { mode: 'rollback', rolloutId, updates: !isShift(report) } as const
  return isFirst(report)
    ? { step: { ...step, needsVersion: true } }
    : { command: rollbackCommand(report), step }
}

const asWorkflow = (report: Report): string =>
  undo(report).command === undefined ? '' : ` (with ${code('examples/rollback.yml')} as a workflow of yours)`

const promoteOrBack = (report: Report): Pick<Advice, 'step' | 'or'> => ({
  step: { mode: 'promote', rolloutId: report.facts.rolloutId },
  or: {
    text: `And this takes the traffic back to the version before${asWorkflow(report)}:`,
    ...undo(report),
  },
})

const held: Advise = (report) => ({
  text: 'decide; until then no other rollout begins on these target groups. This step gives the new version all of the traffic:',
  ...promoteOrBack(report),
})

const succeeded: Advise = (report) => {
  const { facts, phases } = report
  if (phases.length === 0) return NOTHING(report)
  const before =
    (facts.previousVersion ?? '') === '' ? 'the version before' : code(facts.previousVersion ?? '')
  const speed = isShift(report)
    ? 'in seconds, for as long as the other target group holds it'
    : 'batch by batch, now or days later'
  const first = hasLostServers(report)
    ? 'look at the servers that failed, below: they stay out of the load balancer until a deploy has updated them.'
    : 'nothing is to be done.'
  return {
    text: `${first} Should the new version turn out to be bad, this goes back to ${before}, ${speed}${asWorkflow(report)}:`,
    ...undo(report),
  }
}

const mended = 'Mend the new version by what is said below, then deploy it again'

const rolledBack: Advise = (report) => ({
  text: isLate(report)
    ? `nothing is urgent. Find out below what was slow, or give more ${code('timeout')}, then deploy it again.`
    : `nothing is urgent. ${mended}; or run this one again if the cause was outside of it.`,
  ...(isLate(report) ? {} : { command: rerunCommand(report) }),
})

const POST = 'look for the summary of the post step of this job, which puts back what is out.'

const interrupted: Advise = (report) => {
  if (report.phases.length === 0) {
    return {
      text: 'nothing was changed; run it again when you want it done.',
      command: rerunCommand(report),
    }
  }
  const mixed = isShift(report)
    ? 'or deploy again, which recovers first.'
    : 'Servers may run different versions until a deploy, or a rollback, has come to its end.'
  return {
    text: `${POST} If it is not there, or not green, run the recovery${isShift(report) ? '; ' : '. '}${mixed}`,
    step: { mode: 'recover' },
  }
}

const failed: Advise = (report) => {
  const { traffic } = report
  if (isShift(report))
    return traffic?.isSure === true && traffic.share === 0 ? isHome(report) : shiftFailed(report)
  const once = hasGoneBack(report) ? 'Once what failed is put right, this' : 'This'
  return {
    text: `the first line says which servers run what, and which are out. ${once} brings all of them to the version before${asWorkflow(report)}:`,
    ...undo(report),
    or: {
      text: 'To go on with the new version instead, put right what failed and deploy it again; what is out is updated first.',
      command: rerunCommand(report),
    },
  }
}

const isHome: Advise = (report) => ({
  text: `nothing is urgent: all traffic is on the version before. ${mended}.`,
  command: report.facts.mode === 'deploy' ? rerunCommand(report) : undefined,
})

const shiftFailed: Advise = (report) => ({
  text: `the first line says who carries the traffic. This takes all of it back to the version before${asWorkflow(report)}:`,
  ...undo(report),
  ...goingOn(report),
})

/** A shift that was frozen in between may be gone on with. */
function goingOn(report: Report): Pick<Advice, 'or'> {
  const { traffic, facts } = report
  const isBetween = traffic?.isSure === true && traffic.share > 0 && traffic.share < WHOLE
  if (hasGoneBack(report) || !isBetween) return {}
  const text = 'Or, once what failed is put right, this gives the new version all of the traffic:'
  return { or: { text, step: { mode: 'promote', rolloutId: facts.rolloutId } } }
}

const DEPLOY: Readonly<Record<Outcome, Advise>> = {
  planned,
  refused,
  held,
  succeeded,
  interrupted,
  failed,
  'rolled-back': rolledBack,
}

const doAbove: Advise = () => ({ text: 'do what is said above, then start it again.' })

const PROMOTE: Partial<Record<Outcome, Advise>> = {
  refused: doAbove,
  'rolled-back': () => ({
    text: `nothing is urgent: the version before carries all of the traffic. ${mended}, from the start: nothing is held any more.`,
  }),
  interrupted: (report) => ({
    text: `${POST} The rollout is then held as it was before, and nothing else begins until somebody decides. This step gives the new version all of the traffic:`,
    ...promoteOrBack(report),
  }),
}

const sameAgain = (report: Report, text: string): Advice => ({
  text: `${text} then run the same rollback again: what is done already is not done twice.`,
  ...undo(report),
})

const ROLLBACK: Partial<Record<Outcome, Advise>> = {
  refused: doAbove,
  succeeded: NOTHING,
  interrupted: (report) => sameAgain(report, POST.replace(/\.$/, ';')),
  failed: (report) => sameAgain(report, 'put right what has stopped it,'),
}

const DIFFERENT = 'servers may run different versions. Deploy again, or take all of them back:'

const RECOVER: Partial<Record<Outcome, Advise>> = {
  succeeded(report) {
    const { phases, unfinished, traffic, isMixed } = report
    const isInPlace = traffic === undefined && phases.some(({ kind }) => kind === 'put-back')
    if ((phases.length === 0 && isMixed) || (isInPlace && unfinished !== undefined)) {
      const rolloutId = unfinished?.rolloutId ?? 'latest'
      return { text: DIFFERENT, step: { mode: 'rollback', rolloutId, updates: true } }
    }
    return phases.length === 0
      ? { text: 'nothing is to be put right; the first line says what is there.' }
      : { text: 'deploy again when you are ready.' }
  },
  interrupted: () => ({
    text: 'run the recovery again: what it could not do is still written down.',
    step: { mode: 'recover' },
  }),
  failed: () => ({
    text: 'look at the servers that the first line names. The next deploy updates those first that were left out.',
  }),
}

const ADVICE: Readonly<Record<string, Partial<Record<Outcome, Advise>>>> = {
  deploy: DEPLOY,
  promote: PROMOTE,
  rollback: ROLLBACK,
  recover: RECOVER,
}
