import { batchesOf } from '../domain/batches.ts'
import type { Fleet, Server } from '../domain/fleet.ts'
import type { Phase, Plan, Step } from '../domain/plan.ts'
import type { Progress } from '../domain/progress.ts'
import type { Settings } from '../domain/settings.ts'
import { awaitHealthy, batchPhase, type Goal, idsOf } from './batch-phases.ts'

/** Only what was touched goes back, what is out already first: it costs no capacity. */
export function rollbackPlan(goal: Goal, progress: Progress): Plan {
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
export function freezePlan(settings: Settings, fleet: Fleet, progress: Progress): Plan {
  const good = fleet.servers.filter(({ id }) => {
    const { place, inDoubt, failure } = progress.of(id)
    return place !== 'in' && !inDoubt && failure === undefined
  })
  return putBackPlan({ settings, fleet, version: settings.version }, good)
}

export function putBackPlan(goal: Goal, back: readonly Server[]): Plan {
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
