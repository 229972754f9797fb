import { batchesOf } from '../domain/batches.ts'
import { floorOf } from '../domain/capacity.ts'
import type { Server, Snapshot } from '../domain/fleet.ts'
import { isServerHealthy } from '../domain/fleet.ts'
import type { Phase, Step } from '../domain/plan.ts'
import type { Progress } from '../domain/progress.ts'
import { dependsOnVersion, isPerServer, sizeDown } from '../domain/settings.ts'
import { poolsOf } from '../domain/zones.ts'
import { awaitHealthy, batchPhase, type Goal, idsOf, withServiceCheck } from './batch-phases.ts'

/** Of a fleet before anything has begun: those that are healthy are to stay so. */
export function closingAhead(goal: Goal, { health }: Snapshot): Phase[] {
  const { settings, fleet } = goal
  const watched = fleet.servers.filter((server) => isServerHealthy(server, health))
  return closingPhases(goal, { watched, mayFail: sizeDown(settings.maxFailures, fleet.servers.length) })
}

/** Of those that are there when all have been updated: those that have come back healthy are to stay so. */
export function closingNow(goal: Goal, progress: Progress): Phase[] {
  const watched = goal.fleet.servers.filter(({ id }) => {
    const { place, failure, isUnhealthy } = progress.of(id)
    return place === 'in' && failure === undefined && isUnhealthy !== true
  })
  return closingPhases(goal, { watched, mayFail: mayStillFail(goal, progress) })
}

const failedIn = (progress: Progress): number => progress.where(({ failure }) => failure !== undefined).length

export const mayStillFail = ({ settings, fleet }: Goal, progress: Progress): number =>
  Math.max(0, sizeDown(settings.maxFailures, fleet.servers.length) - failedIn(progress))

interface Watched {
  readonly watched: readonly Server[]
  /** How many of them, if that leaves enough. */
  readonly mayFail: number
}

/**
 * What proves the version when all servers run it: a check of the service that asks for the version, then the bake. The way
 * back does not bake.
 */
function closingPhases(goal: Goal, { watched, mayFail }: Watched): Phase[] {
  const { settings, fleet, version } = goal
  const { bakeTimeMs: forMs, mode, smoke, healthTimeoutMs: withinMs } = settings
  const steps: Step[] = []
  if (smoke !== undefined && !isPerServer(smoke) && dependsOnVersion(smoke)) {
    steps.push({ kind: 'check', scope: 'service', servers: idsOf(fleet.servers), version, withinMs })
  }
  if (forMs > 0 && mode !== 'rollback') {
    const scopes =
      smoke === undefined ? [] : [isPerServer(smoke) ? ('server' as const) : ('service' as const)]
    const spare = watched.length - floorOf(settings, fleet)
    const mayFallIll = Math.max(0, Math.min(mayFail, spare))
    const watch = { groups: [], servers: idsOf(watched), mayFallIll, version, scopes, settleMs: 0 }
    steps.push({ kind: 'hold', forMs, watch })
  }
  const kind = steps.some((step) => step.kind === 'hold') ? 'bake' : 'check'
  return steps.length === 0 ? [] : [{ kind, servers: [], steps }]
}

/**
 * Batches for servers that have been launched meanwhile, once they have come into service. One that its zone cannot spare is
 * left as it is.
 */
export function followPhases(goal: Goal, arrivals: readonly string[]): Phase[] {
  const { settings, fleet } = goal
  const poor = poolsOf(fleet, floorOf(settings, fleet))
    .filter(({ zone, servers, floor }) => zone !== undefined && servers.length <= floor)
    .flatMap(({ servers }) => idsOf(servers))
  const fresh = fleet.servers.filter(({ id }) => arrivals.includes(id) && !poor.includes(id))
  const atOnce = { ...settings, batchSizes: settings.batchSizes.slice(-1) }
  return batchesOf(fresh, atOnce, fleet).map((servers) => {
    const { steps, ...phase } = batchPhase(idsOf(servers), goal)
    return withServiceCheck({ ...phase, steps: [awaitHealthy(idsOf(servers), goal), ...steps] }, goal)
  })
}
