import { type Estimate, estimateOf } from '../../src/domain/estimate.ts'
import type { Snapshot } from '../../src/domain/fleet.ts'
import type { Conclusion } from '../../src/domain/outcome.ts'
import type { Plan } from '../../src/domain/plan.ts'
import type { Settings } from '../../src/domain/settings.ts'
import type { Strategy } from '../../src/domain/strategy.ts'
import { blueGreen } from '../../src/strategies/blue-green.ts'
import { inPlace } from '../../src/strategies/in-place.ts'
import { World, type WorldOptions } from './world.ts'

export interface Estimated {
  readonly world: World
  readonly conclusion: Conclusion
  readonly tookMs: number
  readonly estimate: Estimate
}

interface Seen {
  readonly plan: Plan
  readonly settings: Settings
  readonly snapshot: Snapshot
}

/** A rollout, and what was to be expected of it by one who knows how long its updates take. */
export async function estimated(
  options: WorldOptions & { readonly updateMs: (id: string) => number },
  settings: Partial<Settings>,
): Promise<Estimated> {
  const held: { seen?: Seen } = {}
  const noting = (strategy: Strategy): Strategy => ({
    ...strategy,
    plan(asked, snapshot) {
      const plan = strategy.plan(asked, snapshot)
      held.seen ??= { plan, settings: asked, snapshot }
      return plan
    },
  })
  const world = new World({ ...options, strategy: noting(inPlace), shiftStrategy: noting(blueGreen) })
  // So that no two of them are at the same point of their health checks.
  await world.clock.advance((options.seed ?? 0) % 60_000)
  const startedAt = world.clock.now()
  const conclusion = await world.rollOut(settings)
  const tookMs = world.clock.now() - startedAt
  const { plan, snapshot, settings: asked } = held.seen as Seen
  const strategy = asked.strategy === 'in-place' ? inPlace : blueGreen
  const fleet = strategy.fleet(asked, snapshot)
  const estimate = estimateOf(plan, { fleet, snapshot, settings: asked, updateMs: options.updateMs })
  return { world, conclusion, tookMs, estimate }
}
