import { floorOf } from '../domain/capacity.ts'
import type { Fleet, Server } from '../domain/fleet.ts'
import type { Phase, Step } from '../domain/plan.ts'
import type { Settings } from '../domain/settings.ts'
import { dependsOnVersion, isPerServer } from '../domain/settings.ts'
import { awaitsHealthFor, leastDrain, updateWithin } from './timing.ts'

export interface Goal {
  readonly settings: Settings
  readonly fleet: Fleet
  readonly version: string
}

export const idsOf = (servers: readonly Server[]): string[] => servers.map((server) => server.id)

export function batchPhase(servers: readonly string[], goal: Goal): Phase {
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

export function awaitHealthy(servers: readonly string[], { settings, fleet }: Goal): Step {
  return {
    kind: 'await-healthy',
    servers,
    withinMs: settings.healthTimeoutMs,
    forMs: awaitsHealthFor(settings, fleet.groups),
  }
}

/** What is asked of the service after every batch: any server may answer, so one that asks for the version waits for the end. */
export function withServiceCheck(phase: Phase, { settings, version }: Goal): Phase {
  const { smoke, healthTimeoutMs } = settings
  if (smoke === undefined || isPerServer(smoke) || dependsOnVersion(smoke)) return phase
  const { servers } = phase
  const check: Step = { kind: 'check', scope: 'service', servers, version, withinMs: healthTimeoutMs }
  return { ...phase, steps: [...phase.steps, check] }
}
