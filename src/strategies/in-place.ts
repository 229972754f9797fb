import { batchesOf, inOrder } from '../domain/batches.ts'
import type { Snapshot } from '../domain/fleet.ts'
import { fleetOf } from '../domain/fleet.ts'
import { concludeInPlace, endInPlace } from '../domain/in-place-end.ts'
import type { OutList } from '../domain/journal.ts'
import type { Plan } from '../domain/plan.ts'
import { preflightProblems, preflightWarnings } from '../domain/preflight.ts'
import type { Progress } from '../domain/progress.ts'
import { stillThere } from '../domain/progress.ts'
import type { Settings } from '../domain/settings.ts'
import { sizeDown, updatesServers } from '../domain/settings.ts'
import type { Strategy } from '../domain/strategy.ts'
import { plural } from '../domain/wording.ts'
import { batchPhase, type Goal, idsOf, withServiceCheck } from './batch-phases.ts'
import { freezePlan, putBackPlan, rollbackPlan } from './in-place-back.ts'
import { closingAhead, closingNow, followPhases, mayStillFail } from './in-place-closing.ts'

/** A batch leaves the load balancer, drains, is updated, proves itself and comes back; then the next one. */
export const inPlace: Strategy = {
  reads: 'nothing-else',
  problems: (settings, snapshot) => [
    ...noCommand(settings),
    ...noWayBack(settings),
    ...preflightProblems(settings, snapshot),
  ],
  warnings: preflightWarnings,

  plan(settings: Settings, snapshot: Snapshot): Plan {
    const fleet = fleetOf(snapshot)
    const goal = { settings, fleet, version: settings.version }
    const batches = batchesOf(inOrder(fleet.servers, snapshot.health), settings, fleet)
    return {
      ...planOf(goal),
      phases: [
        ...batches.map((servers) => withServiceCheck(batchPhase(idsOf(servers), goal), goal)),
        ...closingAhead(goal, snapshot),
      ],
    }
  },

  fleet: (_, snapshot) => fleetOf(snapshot),

  // After a rollout that did not end well nobody knows what they hold; the way back is then for all of them.
  versionNow: (_, __, { holds, before }) => holds ?? before,

  preview({ phases, version }) {
    const batches = phases.filter(({ kind }) => kind === 'batch').length
    return `${version} would be rolled out in ${plural(batches, 'batch', 'batches')}`
  },

  putRight(settings, { groups }, { servers }: OutList) {
    return putBackPlan({ settings, fleet: { groups, servers }, version: settings.version }, servers)
  },

  follow(settings, snapshot, { arrivals, progress }) {
    const goal = { settings, fleet: stillThere(fleetOf(snapshot), progress), version: settings.version }
    return {
      ...planOf(goal),
      maxFailures: mayStillFail(goal, progress),
      phases: followPhases(goal, arrivals),
    }
  },

  prove(settings, snapshot, progress) {
    const goal = { settings, fleet: stillThere(fleetOf(snapshot), progress), version: settings.version }
    return { ...planOf(goal), phases: closingNow(goal, progress) }
  },

  afterFailure(settings: Settings, snapshot: Snapshot, progress: Progress): Plan {
    const fleet = stillThere(fleetOf(snapshot), progress)
    const { previousVersion } = settings
    return settings.onFailure === 'freeze' || previousVersion === undefined
      ? freezePlan(settings, fleet, progress)
      : rollbackPlan({ settings, fleet, version: previousVersion }, progress)
  },

  conclude: concludeInPlace,
  ending: endInPlace,
}

function planOf({ settings, fleet, version }: Goal): Omit<Plan, 'phases'> {
  const { mode, previousVersion, maxFailures } = settings
  return {
    direction: mode === 'rollback' ? 'rollback' : 'forward',
    version,
    ...(previousVersion === undefined ? {} : { leaves: previousVersion }),
    maxFailures: sizeDown(maxFailures, fleet.servers.length),
  }
}

function noCommand(settings: Settings): string[] {
  if (updatesServers(settings)) return []
  return [
    'update-command is empty: give the bash script that updates one server, or ssm-parameters (strategy in-place needs one of them)',
  ]
}

function noWayBack({ onFailure, previousVersion }: Settings): string[] {
  if (onFailure !== 'rollback' || previousVersion !== undefined) return []
  return [
    'previous-version is empty, and no earlier rollout has written it on the target groups: a failed rollout would not know where to go back to; give previous-version, or say on-failure: freeze',
  ]
}
