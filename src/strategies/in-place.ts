import { batchesOf, inOrder } from '../domain/batches.ts'
import { floorOf } from '../domain/capacity.ts'
import type { Fleet, HealthByGroup, Server, Snapshot } from '../domain/fleet.ts'
import { fleetOf, isServerHealthyIn } from '../domain/fleet.ts'
import { concludeInPlace, endInPlace } from '../domain/in-place-end.ts'
import type { OutList } from '../domain/journal.ts'
import type { Phase, Plan, Step } from '../domain/plan.ts'
import { preflightProblems, preflightWarnings } from '../domain/preflight.ts'
import type { Progress } from '../domain/progress.ts'
import type { Settings } from '../domain/settings.ts'
import { dependsOnVersion, isPerServer, sizeDown, updatesServers } from '../domain/settings.ts'
import type { Strategy } from '../domain/strategy.ts'
import { plural } from '../domain/wording.ts'
import { awaitsHealthFor, leastDrain, updateWithin } from './timing.ts'

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
    const batches = batchesOf(inOrder(fleet.servers, snapshot.health), settings, fleet)
    const goal = { settings, fleet, version: settings.version }
    const { previousVersion } = settings
    return {
      direction: settings.mode === 'rollback' ? 'rollback' : 'forward',
      version: settings.version,
      ...(previousVersion === undefined ? {} : { leaves: previousVersion }),
      maxFailures: sizeDown(settings.maxFailures, fleet.servers.length),
      phases: [
        ...batches.map((servers, index) =>
          withServiceCheck(batchPhase(idsOf(servers), goal), {
            settings,
            isLast: index === batches.length - 1,
          }),
        ),
        ...bakePhases(goal, snapshot.health),
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

  follow: followPlan,

  afterFailure(settings: Settings, snapshot: Snapshot, progress: Progress): Plan {
    const fleet = fleetOf(snapshot)
    const { previousVersion } = settings
    return settings.onFailure === 'freeze' || previousVersion === undefined
      ? freezePlan(settings, fleet, progress)
      : rollbackPlan({ settings, fleet, version: previousVersion }, progress)
  },

  conclude: concludeInPlace,
  ending: endInPlace,
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

interface Goal {
  readonly settings: Settings
  readonly fleet: Fleet
  readonly version: string
}

const idsOf = (servers: readonly Server[]): string[] => servers.map((server) => server.id)

function batchPhase(servers: readonly string[], goal: Goal): Phase {
  const { settings, version } = goal
  const floor = floorOf(settings, goal.fleet)
  const withinMs = settings.healthTimeoutMs
  return {
    kind: 'batch',
    servers,
    steps: [
      { kind: 'reserve-capacity', servers, floor, withinMs },
      { kind: 'deregister', servers, floor },
      { kind: 'await-drained', servers, floor, ...leastDrain(settings) },
      { kind: 'update', servers, version, withinMs: updateWithin(servers, settings) },
      ...serverCheck(servers, goal),
      { kind: 'register', servers },
      awaitHealthy(servers, goal),
    ],
  }
}

function serverCheck(servers: readonly string[], { settings, version }: Goal): Step[] {
  if (settings.smoke === undefined || !isPerServer(settings.smoke)) return []
  return [{ kind: 'check', scope: 'server', servers, version, withinMs: settings.healthTimeoutMs }]
}

function awaitHealthy(servers: readonly string[], { settings, fleet }: Goal): Step {
  return {
    kind: 'await-healthy',
    servers,
    withinMs: settings.healthTimeoutMs,
    forMs: awaitsHealthFor(settings, fleet.groups),
  }
}

/** A check that asks for the new version through the load balancer can only hold once every server runs it. */
function withServiceCheck(
  phase: Phase,
  { settings, isLast }: { settings: Settings; isLast: boolean },
): Phase {
  const { smoke, version, healthTimeoutMs } = settings
  if (smoke === undefined || isPerServer(smoke)) return phase
  if (dependsOnVersion(smoke) && !isLast) return phase
  const { servers } = phase
  const check: Step = { kind: 'check', scope: 'service', servers, version, withinMs: healthTimeoutMs }
  return { ...phase, steps: [...phase.steps, check] }
}

/** At the end of the way forward; the way back asks nobody. No server that was healthy may fall ill, but for those that may fail. */
function bakePhases({ settings, fleet, version }: Goal, health: HealthByGroup): Phase[] {
  const { bakeTimeMs: forMs, mode, smoke, maxFailures } = settings
  if (forMs === 0 || mode === 'rollback') return []
  const healthyIn = (arn: string) => fleet.servers.filter((server) => isServerHealthyIn(server, arn, health))
  const mayFail = sizeDown(maxFailures, fleet.servers.length)
  const leastIn = (arn: string) => Math.max(floorOf(settings, fleet), healthyIn(arn).length - mayFail)
  const watch = {
    groups: fleet.groups.map(({ arn }) => ({ arn, least: leastIn(arn) })),
    servers: idsOf(fleet.servers),
    version,
    scopes: smoke === undefined ? [] : [isPerServer(smoke) ? ('server' as const) : ('service' as const)],
    settleMs: 0,
  }
  return [{ kind: 'bake', servers: [], steps: [{ kind: 'hold', forMs, watch }] }]
}

/** Servers that were launched meanwhile, in batches of their own, once they have come into service. */
function followPlan(settings: Settings, snapshot: Snapshot, progress: Progress): Plan {
  const { phases, maxFailures, ...plan } = inPlace.plan(settings, snapshot)
  const fleet = fleetOf(snapshot)
  const goal = { settings, fleet, version: settings.version }
  const fresh = fleet.servers.filter(({ id }) => {
    const { touched, vanished, failure } = progress.of(id)
    return !touched && vanished !== true && failure === undefined
  })
  const failed = progress.where(({ failure }) => failure !== undefined).length
  const atOnce = { ...settings, batchSizes: settings.batchSizes.slice(-1) }
  const batches = batchesOf(fresh, atOnce, fleet)
  return {
    ...plan,
    maxFailures: Math.max(0, maxFailures - failed),
    phases: batches.map((servers, index) => {
      const { steps, ...phase } = batchPhase(idsOf(servers), goal)
      const first = { ...phase, steps: [awaitHealthy(idsOf(servers), goal), ...steps] }
      return withServiceCheck(first, { settings, isLast: index === batches.length - 1 })
    }),
  }
}

/** Only what was touched goes back, what is out already first: it costs no capacity. */
function rollbackPlan(goal: Goal, progress: Progress): Plan {
  const { settings, fleet, version } = goal
  const mayMove = fleet.servers.filter(({ id }) => !progress.of(id).inDoubt)
  const isBehind = ({ id }: Server) => progress.of(id).touched && progress.of(id).version !== version
  const out = mayMove.filter((server) => {
    const { place } = progress.of(server.id)
    return place === 'out' || (place === 'returning' && !isBehind(server))
  })
  const failed = mayMove.filter(({ id }) => progress.of(id).failure !== undefined)
  const costly = mayMove.filter(
    (server) => isBehind(server) && !out.includes(server) && !failed.includes(server),
  )
  const atOnce = { ...settings, batchSizes: settings.batchSizes.slice(-1) }
  const first = [...new Set([...out, ...failed])]
  return {
    direction: 'rollback',
    version,
    leaves: settings.version,
    maxFailures: Number.POSITIVE_INFINITY,
    phases: [
      ...(first.length > 0 ? [returnPhase(first, { ...goal, isBehind })] : []),
      ...batchesOf(costly, atOnce, fleet).map((servers) => batchPhase(idsOf(servers), goal)),
    ],
  }
}

/** Untouched servers go straight back in; they need no wait, only a place in the wait for healthy. */
function returnPhase(servers: readonly Server[], goal: Goal & { isBehind(server: Server): boolean }): Phase {
  const untouched = idsOf(servers.filter((server) => !goal.isBehind(server)))
  const behind = idsOf(servers.filter(goal.isBehind))
  const register: Step[] = untouched.length > 0 ? [{ kind: 'register', servers: untouched }] : []
  const ids = [...untouched, ...behind]
  if (behind.length === 0) {
    return { kind: 'put-back', servers: ids, steps: [...register, awaitHealthy(ids, goal)] }
  }
  const { steps } = batchPhase(behind, goal)
  return {
    kind: 'batch',
    servers: ids,
    steps: [...register, ...steps.slice(0, -1), awaitHealthy(ids, goal)],
  }
}

/** `on-failure: freeze`: what is good goes back in, nothing is updated any more. */
function freezePlan(settings: Settings, fleet: Fleet, progress: Progress): Plan {
  const good = fleet.servers.filter(({ id }) => {
    const { place, inDoubt, failure } = progress.of(id)
    return place !== 'in' && !inDoubt && failure === undefined
  })
  return putBackPlan({ settings, fleet, version: settings.version }, good)
}

function putBackPlan(goal: Goal, back: readonly Server[]): Plan {
  const servers = idsOf(back)
  const phase: Phase = {
    kind: 'put-back',
    servers,
    steps: [{ kind: 'register', servers }, awaitHealthy(servers, goal)],
  }
  return {
    direction: 'rollback',
    version: goal.version,
    maxFailures: Number.POSITIVE_INFINITY,
    phases: servers.length > 0 ? [phase] : [],
  }
}
