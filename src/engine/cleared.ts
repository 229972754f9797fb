import type { Snapshot } from '../domain/fleet.ts'
import type { Plan } from '../domain/plan.ts'
import { stillThere } from '../domain/progress.ts'
import type { Settings } from '../domain/settings.ts'
import type { Strategy } from '../domain/strategy.ts'
import type { Run } from './run.ts'
import type { Scene } from './scene.ts'
import { newRun } from './scene.ts'
import { healthyIn } from './survey.ts'
import type { Tenure } from './tenure.ts'

/** A plan that may begin now. */
export interface Cleared {
  readonly settings: Settings
  readonly strategy: Strategy
  /** Grows when servers appear. */
  snapshot: Snapshot
  readonly plan: Plan
  readonly tenure: Tenure
  /** Servers that have appeared, and were not updated, by id; some with the reason. */
  stragglers?: ReadonlyMap<string, string | undefined>
  /** When servers that have appeared and could not be updated yet were seen first, by id. */
  readonly seenAt: Map<string, number>
}

export interface Way {
  readonly plan: Plan
  readonly signal: AbortSignal
  /** Batches before it in the same direction. */
  readonly batch?: number
}

export function runOf(scene: Scene, cleared: Cleared, way: Way): Run {
  const { settings, snapshot, tenure, strategy } = cleared
  return newRun(scene, {
    ...way,
    snapshot,
    fleet: strategy.fleet(settings, snapshot),
    strategy: settings.strategy,
    wasHealthy: healthyIn(snapshot),
    journal: tenure,
  })
}

/** The same for those that are still there: nobody counts on one that is gone. */
export function runOfThose(scene: Scene, cleared: Cleared, way: Way): Run {
  const run = runOf(scene, cleared, way)
  return { ...run, fleet: stillThere(run.fleet, scene.progress) }
}
