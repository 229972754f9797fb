import type { Ledger, Shift } from './journal.ts'
import type { Conclusion, Course } from './outcome.ts'
import { withoutArns } from './outcome.ts'
import { shareAtFirst, shiftToGoOnWith, stageOf } from './pair.ts'
import { readinessOf } from './readiness.ts'
import type { Pair } from './routing.ts'
import { nameOfGroup, weightOf } from './routing.ts'
import type { Ending, EndingFacts } from './strategy.ts'
import type { Share } from './traffic.ts'
import { showShare, WHOLE } from './traffic.ts'

/** How a blue-green rollout has ended. */
export function concludeShift(course: Course): Conclusion {
  const { outcome, reason } = judged(course)
  return { outcome, reason: withoutArns(reason) }
}

function judged(course: Course): Conclusion {
  const { settings, forward, back } = course
  const where = standing(course)
  if (forward === undefined)
    return {
      outcome: shareOf(course) < WHOLE && settings.mode !== 'rollback' ? 'held' : 'succeeded',
      reason: where,
    }
  if ([forward.cause, back?.cause].some((cause) => cause === 'cancel' || cause === 'ousted')) {
    return { outcome: 'interrupted', reason: `${(back ?? forward).reason}; ${where}` }
  }
  if (settings.mode === 'rollback') return { outcome: 'failed', reason: `${forward.reason}; ${where}` }
  if (settings.onFailure === 'freeze') {
    return { outcome: 'failed', reason: `${forward.reason}; frozen as it is: ${where}` }
  }
  if (back === undefined && shareOf(course) === 0) {
    return { outcome: 'rolled-back', reason: `${forward.reason}; ${where}` }
  }
  const also = back === undefined ? '' : `; the rollback stopped too: ${back.reason}`
  return { outcome: 'failed', reason: `${forward.reason}${also}; ${where}` }
}

/** Of green, as far as anybody knows. */
function shareOf({ progress, settings, snapshot }: Course): Share {
  if (progress.traffic?.hasMoved === true) return progress.traffic.share
  return shareAtFirst(settings, snapshot) ?? 0
}

function isSure({ progress, settings, snapshot }: Course): boolean {
  if (progress.traffic?.hasMoved === true) return progress.traffic.isSure
  return shareAtFirst(settings, snapshot) !== undefined
}

/** Who carries what: what an operator must know first. */
function standing(course: Course): string {
  const { settings } = course
  const { blue, green } = pairOf(course)
  const [fromVersion, toVersion] =
    settings.mode === 'rollback'
      ? [settings.version, settings.previousVersion]
      : [settings.previousVersion, settings.version]
  const old = `${fromVersion || 'the version before'} (${nameOfGroup(blue)})`
  const fresh = `${toVersion || 'the new version'} (${nameOfGroup(green)})`
  const share = shareOf(course)
  if (!isSure(course)) {
    return `the weights of some routes may be those before and of others those of ${showShare(share)} on ${fresh}; mode: recover puts them right`
  }
  if (share === 0) return `${old} carries all traffic`
  if (share === WHOLE) return `${fresh} carries all traffic, ${old} stands by`
  return `${fresh} carries ${showShare(share)} of the traffic, ${old} the rest`
}

function pairOf({ settings, snapshot }: Course): Pair {
  const stage = stageOf(settings, snapshot)
  if ('problems' in stage) throw new Error(stage.problems.join('; '))
  return stage.pair
}

/** What stays written: the version that each group holds, and how to undo the shift or to go on with it. */
export function endShift(course: Course, facts: EndingFacts): Ending {
  const none = { out: [], inDoubt: [] }
  const { blue, green } = pairOf(course)
  const ledgerOf = (arn: string) => facts.found.get(arn) ?? {}
  const last = { rolloutId: facts.rolloutId, outcome: facts.conclusion.outcome }
  if (course.progress.traffic === undefined) {
    const ledgers = new Map([
      [blue, { ...ledgerOf(blue), partner: nameOfGroup(green), last }],
      [green, { ...ledgerOf(green), partner: nameOfGroup(blue), last }],
    ])
    return { ...none, ledgers, shift: 'as-it-is' }
  }
  const ledgers = new Map([
    [blue, ledgerOfBlue(course, { ...facts, ledger: ledgerOf(blue), partner: nameOfGroup(green) })],
    [green, ledgerOfGreen(course, { ...facts, ledger: ledgerOf(green), partner: nameOfGroup(blue) })],
  ])
  const shift = shiftAfter(course, { blue, green })
  return { ...none, ledgers, ...(shift === undefined ? {} : { shift }) }
}

interface GroupFacts extends EndingFacts {
  readonly ledger: Ledger
  readonly partner: string
}

/** Nothing was done to its servers. */
function ledgerOfBlue({ settings }: Course, { ledger, partner, ...facts }: GroupFacts): Ledger {
  const { conclusion, rolloutId, at } = facts
  const isRollback = settings.mode === 'rollback'
  const holds = (isRollback ? settings.version || undefined : settings.previousVersion) ?? ledger.holds
  const known = holds === undefined ? {} : { holds }
  if (conclusion.outcome !== 'succeeded') {
    return { ...ledger, ...known, partner, last: { rolloutId, outcome: conclusion.outcome } }
  }
  if (isRollback) return { ...known, partner, at, last: { rolloutId, outcome: 'rolled-back' } }
  const before = settings.previousVersion === undefined ? {} : { before: settings.previousVersion }
  return { ...known, ...before, partner, rolloutId, at, last: { rolloutId, outcome: conclusion.outcome } }
}

function ledgerOfGreen(course: Course, { ledger, partner, ...facts }: GroupFacts): Ledger {
  const { settings } = course
  const { conclusion, rolloutId, at } = facts
  const last = { rolloutId, outcome: conclusion.outcome }
  const { holds: _, ...rest } = ledger
  const before = settings.previousVersion === undefined ? {} : { before: settings.previousVersion }
  if (settings.mode === 'rollback') {
    const outcome = conclusion.outcome === 'succeeded' ? 'rolled-back' : conclusion.outcome
    return { ...ledger, partner, last: { rolloutId, outcome } }
  }
  if (conclusion.outcome === 'succeeded') {
    return { holds: settings.version, ...before, partner, rolloutId, at, last }
  }
  // It waits for somebody to go on with it: what green holds is known, and was proven.
  if (conclusion.outcome === 'held') return { ...rest, holds: settings.version, ...before, partner, last }
  if (settings.mode === 'promote' && isAtHold(course)) return { ...ledger, partner, last }
  return { ...rest, ...before, partner, last }
}

/** A process that went on from a hold, and is back at it. */
function isAtHold(course: Course): boolean {
  const { base = 0 } = shiftToGoOnWith(course.settings, course.snapshot) ?? {}
  return base > 0 && isSure(course) && shareOf(course) === base
}

function shiftAfter(course: Course, pair: Pair): Shift | undefined {
  const { settings, forward } = course
  const share = shareOf(course)
  const facts = { ...pair, ...recordOf(course, pair) }
  const base = shiftToGoOnWith(settings, course.snapshot)?.base ?? 0
  if (!isSure(course)) return { ...facts, state: 'under-way', base: settings.mode === 'rollback' ? 0 : base }
  if (share === 0) return undefined
  const isDone = forward === undefined && share === WHOLE
  return isDone ? { ...facts, state: 'ended', base: 0 } : { ...facts, state: 'held', base: share }
}

/** How things were before the rollout, as it is written already or as it was seen at the start. */
function recordOf({ settings, snapshot }: Course, { blue }: Pair): Pick<Shift, 'routes' | 'blueServers'> {
  const written = shiftToGoOnWith(settings, snapshot)
  if (written !== undefined) return { routes: written.routes, blueServers: written.blueServers }
  const stage = stageOf(settings, snapshot)
  const routes = 'problems' in stage ? [] : stage.routes
  const blueServers = readinessOf(blue, snapshot.health).healthy.length
  return { blueServers, routes: routes.map((route) => ({ arn: route.arn, weight: weightOf(route, blue) })) }
}
