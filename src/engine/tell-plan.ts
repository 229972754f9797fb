import { autoScalingWarnings } from '../domain/auto-scaling-preflight.ts'
import type { Fleet } from '../domain/fleet.ts'
import { ledgerOf } from '../domain/journal.ts'
import { outlookOf } from '../domain/outlook.ts'
import { shareAtFirst, stageOf } from '../domain/pair.ts'
import type { Plan } from '../domain/plan.ts'
import { planWarnings } from '../domain/plan-warnings.ts'
import type { Settings } from '../domain/settings.ts'
import type { Strategy } from '../domain/strategy.ts'
import { drainDoubts } from './objections.ts'
import { routesFound } from './routes-found.ts'
import type { Scene } from './scene.ts'
import type { Survey } from './survey.ts'

export interface Prepared {
  readonly settings: Settings
  readonly strategy: Strategy
  readonly seen: Survey
  readonly plan: Plan
  readonly fleet: Fleet
}

/** Says what will be done, what is to be expected of it, and what should be known before it begins. */
export async function tellPlan(scene: Scene, prepared: Prepared): Promise<void> {
  const { settings, strategy, seen, plan, fleet } = prepared
  const { snapshot, entries } = seen
  const { emit } = scene
  emit({ type: 'stage-started', stage: 'Plan' })
  if (strategy.reads === 'routes') tellRoutes(scene, settings, seen)
  const { updateMs } = ledgerOf(entries)
  const outlook = outlookOf({ settings, snapshot, strategy, plan, fleet, updateMs })
  emit({ type: 'planned', rolloutId: scene.rolloutId, plan, outlook })
  emit({ type: 'stage-started', stage: 'Preflight' })
  const { estimate } = outlook
  const warnings = [
    ...strategy.warnings(settings, snapshot),
    ...planWarnings({ settings, snapshot, fleet, plan, estimate }),
    ...autoScalingWarnings({ settings, fleet, known: snapshot.autoScaling }),
    ...(await drainDoubts(scene, plan)),
  ]
  for (const text of warnings) emit({ type: 'warned', text })
}

function tellRoutes({ emit }: Scene, settings: Settings, { snapshot }: Survey): void {
  const stage = stageOf(settings, snapshot)
  if ('problems' in stage) return
  const { pair, routes } = stage
  emit(routesFound(pair, routes, shareAtFirst(settings, snapshot)))
}
