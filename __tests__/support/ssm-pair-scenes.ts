import fc from 'fast-check'
import type { TrafficStep } from '../../src/domain/traffic.ts'
import { type PairOptions, weights } from './pair.ts'
import { leftTags, wrongWeights } from './pair-disasters.ts'
import { PairInvariants } from './pair-invariants.ts'
import { build, playIn, UPDATES, scenario as updates } from './ssm-scenes.ts'
import type { World } from './world.ts'

const TRAFFIC: readonly (readonly TrafficStep[])[] = [
  [{ share: 1000 }],
  [{ share: 100, holdMs: 20_000 }, { share: 1000 }],
]

/** Two groups, of which the one without traffic is updated by Run Command. */
export const scenario = fc
  .record({
    updates,
    blue: fc.integer({ min: 1, max: 4 }),
    green: fc.integer({ min: 1, max: 5 }),
    minGreen: fc.constantFrom(50, 100),
    routes: fc.array(fc.record({ weight: fc.integer({ min: 1, max: 99 }) }), { minLength: 1, maxLength: 3 }),
    traffic: fc.constantFrom(...TRAFFIC),
  })
  .map((raw) => ({ ...raw, updates: { ...raw.updates, servers: raw.blue + raw.green } }))

export type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never

/** As `play` of ssm-scenes: what was wrong, and how the first run ended. */
export async function play(scene: Scenario) {
  const { blue, green, routes, minGreen, traffic } = scene
  const pair: PairOptions = { blue, green, routes, targetType: 'instance', intervalSeconds: 5 }
  const world = build(scene.updates, { pair })
  const home = JSON.stringify(weights(world))
  const invariants = new PairInvariants(world, { blue: 1, green: 1 })
  const broken = watchUpdates(world)
  const { concurrency } = scene.updates
  const { outcome, reason } = await playIn(world, scene.updates, {
    ...{ ...UPDATES, traffic, minGreen: { percent: minGreen }, settleTimeMs: 5_000, bakeTimeMs: 10_000 },
    healthTimeoutMs: 120_000,
    ...(concurrency === undefined ? {} : { updateConcurrency: concurrency }),
  })
  const wrong = [...invariants.broken, ...broken, ...wrongWeights(world, [home]), ...leftTags(world, reason)]
  return { wrong, outcome }
}

/** A server that runs a command gets no traffic, and no second command. */
function watchUpdates(world: World): readonly string[] {
  const broken: string[] = []
  const { onUpdate } = world
  world.onUpdate = (id) => {
    if (world.servers.get(id)?.isUpdating === true) broken.push(`${id} was updated twice at once`)
    onUpdate(id)
  }
  world.simulator.observe((event) => {
    if (event.type !== 'actions') return
    for (const { isUpdating, id } of world.servers.values())
      if (isUpdating && hasTraffic(world, id)) broken.push(`${id} got traffic in the middle of its update`)
  })
  return broken
}

function hasTraffic(world: World, id: string): boolean {
  const isOf = (arn: string | undefined) => world.simulator.targets(arn ?? '').some(({ Id }) => Id === id)
  const [blue, green] = world.groupArns
  return weights(world).some((one) => (one.blue > 0 && isOf(blue)) || (one.green > 0 && isOf(green)))
}
