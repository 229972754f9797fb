import type { Ledger, Shift } from './journal.ts'
import { baseOf, knownTraffic } from './known-traffic.ts'
import type { Conclusion, Course } from './outcome.ts'
import { withoutArns } from './outcome.ts'
import { shiftToGoOnWith, stageOf } from './pair.ts'
import { readinessOf } from './readiness.ts'
import type { Pair } from './routing.ts'
import { nameOfGroup, weightOf } from './routing.ts'
import type { Ending, EndingFacts } from './strategy.ts'
import type { Share } from './traffic.ts'
import { showShare, WHOLE } from './traffic.ts'
import { idList } from './wording.ts'

/** How a blue-green rollout has ended. */
export function concludeShift(course: Course): Conclusion {
  const { outcome, reason } = judged(course)
  return { outcome, reason: withoutArns(reason) }
}

function judged(course: Course): Conclusion {
  const { settings, forward, back } = course
  const where = [standing(course), ...stillUpdating(course)].join('; ')
  if (forward === undefined) return { outcome: isHeld(course) ? 'held' : 'succeeded', reason: where }
  const causes = [forward.cause, back?.cause]
  if (causes.includes('ousted')) {
    return {
      outcome: 'interrupted',
      reason: `${(back ?? forward).reason}; this run changes nothing more`,
    }
  }
  if (causes.includes('cancel')) {
    return { outcome: 'interrupted', reason: `${(back ?? forward).reason}; ${where}${wayHome(course)}` }
  }
  const also = back === undefined ? '' : `; the rollback stopped too: ${back.reason}`
  if (settings.mode === 'rollback') return { outcome: 'failed', reason: `${forward.reason}; ${where}` }
  if (settings.onFailure === 'freeze') {
    return { outcome: 'failed', reason: `${forward.reason}; frozen as it is: ${where}${wayOn(course)}` }
  }
  const outcome = back === undefined && isAt(course, 0) ? 'rolled-back' : 'failed'
  return { outcome, reason: `${forward.reason}${also}; ${where}` }
}

function isAt(course: Course, share: Share): boolean {
  const known = knownTraffic(course)
  return known.kind === 'sure' && known.share === share
}

const isHeld = (course: Course): boolean => course.settings.mode !== 'rollback' && !isAt(course, WHOLE)

/** After a cancel: what is not where it was is nobody's wish. */
function wayHome(course: Course): string {
  const known = knownTraffic(course)
  return known.kind === 'sure' && known.share !== baseOf(course) ? '; mode: recover takes it back' : ''
}

const wayOn = (course: Course): string =>
  isAt(course, 0) ? '' : '; go on with mode: promote, or back with mode: rollback'

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
  const known = knownTraffic(course)
  switch (known.kind) {
    case 'unknown':
      return `${known.why}: look at the weights of the routes to see who carries the traffic`
    case 'between': {
      const [from, to] = [known.from, known.to].map(showShare)
      return `some routes may give ${fresh} ${from} of the traffic and others ${to}; mode: recover puts them right`
    }
    case 'sure':
      if (known.share === 0) return `${old} carries all traffic`
      if (known.share === WHOLE) return `${fresh} carries all traffic, ${old} stands by`
      return `${fresh} carries ${showShare(known.share)} of the traffic, ${old} the rest`
  }
}

/** It may write over what the next deploy does. */
function stillUpdating({ progress }: Course): string[] {
  const ids = progress.where((server) => server.inDoubt)
  return ids.length === 0 ? [] : [`an update may still be running on ${idList(ids)}`]
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
const isAtHold = (course: Course): boolean => baseOf(course) > 0 && isAt(course, baseOf(course))

function shiftAfter(course: Course, pair: Pair): Shift | undefined {
  const { settings, forward, progress } = course
  const facts = { ...pair, ...recordOf(course, pair) }
  // Once it is on its way back, nobody goes on from a hold.
  const base = progress.traffic?.wanted === 0 ? 0 : baseOf(course)
  const known = knownTraffic(course)
  if (known.kind !== 'sure') {
    // Green has been given nothing, so there is nothing to take back.
    return progress.traffic?.hasMoved === true ? { ...facts, state: 'under-way', base } : undefined
  }
  const { share } = known
  if (share === 0) return undefined
  if (forward === undefined && share === WHOLE) return { ...facts, state: 'ended', base: 0 }
  const isFrozen =
    forward?.cause !== 'cancel' && settings.onFailure === 'freeze' && settings.mode !== 'rollback'
  const isMeant = forward === undefined || share === base || isFrozen
  return isMeant ? { ...facts, state: 'held', base: share } : { ...facts, state: 'under-way', base }
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
