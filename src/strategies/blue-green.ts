import { stageOf } from '../domain/pair.ts'
import type { Phase, Plan, PlannedShift } from '../domain/plan.ts'
import { concludeShift, endShift } from '../domain/shift-end.ts'
import type { Strategy } from '../domain/strategy.ts'
import { showShare, WHOLE } from '../domain/traffic.ts'
import { shiftProblems } from './blue-green-problems.ts'
import { shiftWarnings } from './blue-green-warnings.ts'
import { bakePhase, readyPhase, shiftBackPhase, shiftPhase } from './shift-phases.ts'
import { type Theatre, theatreOf } from './theatre.ts'

/** Green is made ready without traffic, then the weights move to it, in steps or at once; back is moving them back. */
export const blueGreen: Strategy = {
  reads: 'routes',
  problems: shiftProblems,
  warnings: shiftWarnings,

  fleet: (settings, snapshot) => theatreOf(settings, snapshot).fleet,

  versionNow(settings, snapshot) {
    const stage = stageOf(settings, snapshot)
    return 'problems' in stage ? undefined : snapshot.routing?.holds.get(stage.pair.blue)
  },

  plan(settings, snapshot) {
    const theatre = theatreOf(settings, snapshot)
    const phases = settings.mode === 'rollback' ? [shiftBackPhase(theatre, 'checked')] : forward(theatre)
    return planOf(theatre, phases)
  },

  preview({ phases, version }) {
    const shares = phases.flatMap(({ kind, share }) =>
      kind === 'shift' && share !== undefined ? [showShare(share)] : [],
    )
    if (shares.length > 0) return `the traffic would be shifted to ${version} (${shares.join(', ')})`
    return `all traffic would go back to ${version || 'the version before'}`
  },

  putRight(settings, snapshot, left) {
    const theatre = theatreOf({ ...settings, mode: 'recover', version: left.version }, snapshot)
    return backPlan(theatre, [shiftBackPhase(theatre, 'recovered')])
  },

  afterFailure(settings, snapshot, progress) {
    const theatre = theatreOf(settings, snapshot)
    const isFrozen = settings.onFailure === 'freeze'
    // Green has carried nothing; but in a promotion it carries the share of the hold.
    const isHome = progress.traffic?.hasMoved !== true && theatre.base === 0
    return backPlan(theatre, isFrozen || isHome ? [] : [shiftBackPhase(theatre, 'at-once')])
  },

  afterCancel(settings, snapshot, { traffic }) {
    const theatre = theatreOf(settings, snapshot)
    // One that was on its way back goes on with that.
    const way = traffic?.wanted === 0 ? 'cut-short-home' : 'cut-short'
    return backPlan(theatre, [shiftBackPhase(theatre, way)])
  },

  conclude: concludeShift,
  ending: endShift,
}

function forward(theatre: Theatre): Phase[] {
  const { settings, base } = theatre
  const steps = settings.traffic.filter(({ share }) => share > base)
  const endsWhole = (settings.traffic.at(-1)?.share ?? 0) === WHOLE
  return [
    readyPhase(theatre),
    ...steps.map((step) => shiftPhase(theatre, step)),
    ...(endsWhole && settings.bakeTimeMs > 0 ? [bakePhase(theatre)] : []),
  ]
}

function planOf(theatre: Theatre, phases: Phase[]): Plan {
  const { settings } = theatre
  const { previousVersion } = settings
  return {
    direction: settings.mode === 'rollback' ? 'rollback' : 'forward',
    version: settings.version,
    ...(previousVersion === undefined ? {} : { leaves: previousVersion }),
    maxFailures: 0,
    phases,
    shift: plannedShift(theatre),
  }
}

/**
 * The way back of a rollout that has failed or been cut short. What it needs is written down already, but for one that began
 * at a hold and leaves that too: should it die, nobody may go back there.
 */
function backPlan(theatre: Theatre, phases: Phase[]): Plan {
  const { settings, base } = theatre
  const leavesHold = base > 0 && phases.some(({ share }) => share === 0)
  return {
    ...(leavesHold ? { shift: { ...plannedShift(theatre), base: 0, touches: 'nothing' } } : {}),
    direction: 'rollback',
    version: settings.previousVersion ?? '',
    leaves: settings.version,
    maxFailures: Number.POSITIVE_INFINITY,
    phases,
  }
}

function plannedShift({ pair, base, blueServers, before, settings }: Theatre): PlannedShift {
  const touches = settings.mode === 'deploy' ? 'green' : 'nothing'
  // A rollback that dies is to be finished: it never returns to the hold that it began from.
  const returnsTo = settings.mode === 'rollback' ? 0 : base
  return { ...pair, base: returnsTo, blueServers, routes: before, touches }
}
