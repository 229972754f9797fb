import { batchesOf } from '../domain/batches.ts'
import type { Server, Snapshot } from '../domain/fleet.ts'
import { isServerHealthy } from '../domain/fleet.ts'
import type { Phase, Step } from '../domain/plan.ts'
import type { Progress } from '../domain/progress.ts'
import { dependsOnVersion, isPerServer, sizeDown } from '../domain/settings.ts'
import { awaitHealthy, batchPhase, type Goal, idsOf, withServiceCheck } from './batch-phases.ts'

/** As it looks before anything has begun: those that are healthy are to stay so. */
export function closingAhead(goal: Goal, { health }: Snapshot): Phase[] {
  const { settings, fleet } = goal
  const healthy = fleet.servers.filter((server) => isServerHealthy(server, health))
  return closingPhases(goal, {
    servers: healthy,
    mayFallIll: sizeDown(settings.maxFailures, fleet.servers.length),
  })
}

/** The same when all servers have been updated: those that are there now, and have come back healthy. */
export function closingNow(goal: Goal, progress: Progress): Phase[] {
  const { fleet } = goal
  const servers = fleet.servers.filter(({ id }) => {
    const { place, failure, vanished, isUnhealthy } = progress.of(id)
    return place === 'in' && failure === undefined && vanished !== true && isUnhealthy !== true
  })
  return closingPhases(goal, { servers, mayFallIll: mayStillFail(goal, progress) })
}

const failedIn = (progress: Progress): number => progress.where(({ failure }) => failure !== undefined).length

export const mayStillFail = ({ settings, fleet }: Goal, progress: Progress): number =>
  Math.max(0, sizeDown(settings.maxFailures, fleet.servers.length) - failedIn(progress))

interface Watched {
  /** Who must stay healthy. */
  readonly servers: readonly Server[]
  readonly mayFallIll: number
}

/**
 * What proves the version when all servers run it: a check of the service that asks for the version, then the bake. The way
 * back does not bake.
 */
function closingPhases({ settings, version }: Goal, { servers, mayFallIll }: Watched): Phase[] {
  const { bakeTimeMs: forMs, mode, smoke, healthTimeoutMs: withinMs } = settings
  const ids = idsOf(servers)
  const steps: Step[] = []
  if (smoke !== undefined && !isPerServer(smoke) && dependsOnVersion(smoke)) {
    steps.push({ kind: 'check', scope: 'service', servers: ids, version, withinMs })
  }
  if (forMs > 0 && mode !== 'rollback') {
    const scopes =
      smoke === undefined ? [] : [isPerServer(smoke) ? ('server' as const) : ('service' as const)]
    const watch = { groups: [], servers: ids, mayFallIll, version, scopes, settleMs: 0 }
    steps.push({ kind: 'hold', forMs, watch })
  }
  return steps.length === 0 ? [] : [{ kind: 'bake', servers: [], steps }]
}

/** Batches for servers that have been launched meanwhile, once they have come into service. Those that are gone count no more. */
export function followPhases(goal: Goal, arrivals: readonly string[]): Phase[] {
  const { settings, fleet } = goal
  const fresh = fleet.servers.filter(({ id }) => arrivals.includes(id))
  const atOnce = { ...settings, batchSizes: settings.batchSizes.slice(-1) }
  return batchesOf(fresh, atOnce, fleet).map((servers) => {
    const { steps, ...phase } = batchPhase(idsOf(servers), goal)
    return withServiceCheck({ ...phase, steps: [awaitHealthy(idsOf(servers), goal), ...steps] }, goal)
  })
}
