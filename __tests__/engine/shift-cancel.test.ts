import { describe, expect, test } from '@jest/globals'
import { type RouteOptions, weights } from '../support/pair.ts'
import {
  cancelled,
  everyRoute,
  gateOf,
  operator,
  run,
  SMOKE,
  watchChanges,
  whenGreenHas,
} from '../support/shifts.ts'
import { World } from '../support/world.ts'

const STEPS = { settleTimeMs: 10_000, bakeTimeMs: 20_000, traffic: [{ share: 100 }, { share: 1000 }] }
const routes: RouteOptions[] = [{ weight: 7 }, { weight: 3, on: 'own-listener' }]
const HOME = [
  { blue: 7, green: 0 },
  { blue: 3, green: 0 },
]

/** Cancelled at this moment; answers how long it took to end. */
async function cancelledAt(world: World, ms: number, change = {}) {
  const at = world.clock.now() + ms
  world.clock.schedule(at, () => world.stop(cancelled))
  const conclusion = await world.rollOut({ ...STEPS, ...change })
  return { ...conclusion, tookMs: world.clock.now() - at }
}

describe('a cancel', () => {
  test.each([
    ['during the claim', 1_000],
    ['while green is updated', 4_000],
    ['while green becomes healthy', 15_000],
    ['in the hold at 10%', 35_000],
    ['in the hold at 100%', 45_000],
    ['in the bake', 55_000],
  ])('%s: the weights are those before within 7.5 s', async (_, ms) => {
    const world = new World({ pair: { routes } })
    const { outcome, reason, tookMs } = await cancelledAt(world, ms)
    expect(outcome).toBe('interrupted')
    expect(reason).toMatch(/^cancelled/)
    expect(tookMs).toBeLessThanOrEqual(7_500)
    expect(weights(world)).toEqual(HOME)
    // And the next one can begin at once.
    world.forgetCancel()
    expect((await world.rollOut({ ...STEPS })).outcome).toBe('succeeded')
  })

  test.each([100, 400])('in the middle of the writes, with calls that take %d ms', async (latencyMs) => {
    const world = new World({ pair: { routes }, faults: { latencyMs } })
    whenGreenHas(world, 10, () => world.stop(cancelled), 1)
    let at = 0
    whenGreenHas(world, 10, () => {
      at = world.clock.now()
    })
    const { outcome } = await world.rollOut(STEPS)
    expect([outcome, weights(world)]).toEqual(['interrupted', HOME])
    expect(world.clock.now() - at).toBeLessThanOrEqual(7_500)
  })

  test('with reads that are three seconds old', async () => {
    const world = new World({ pair: { routes }, faults: { staleReadsMs: 3_000, staleRulesMs: 3_000 } })
    let at = 0
    whenGreenHas(world, 10, () => {
      at = world.clock.now()
      world.stop(cancelled)
    })
    const { outcome } = await world.rollOut(STEPS)
    expect([outcome, weights(world)]).toEqual(['interrupted', HOME])
    expect(world.clock.now() - at).toBeLessThanOrEqual(7_500)
  })

  test('when the weights cannot be put back in time, says so, and recover does it', async () => {
    const world = new World({ pair: { routes } })
    whenGreenHas(world, 10, () => {
      world.simulator.faults = { resetShare: 1 }
      world.stop(cancelled)
    })
    let at = 0
    whenGreenHas(world, 10, () => {
      at = world.clock.now()
    })
    const { outcome, reason } = await world.rollOut(STEPS)
    expect(outcome).toBe('interrupted')
    expect(world.clock.now() - at).toBeLessThanOrEqual(7_500)
    world.forgetCancel()
    world.simulator.faults = {}
    await world.clock.advance(3600_000)
    const { outcome: recovered } = await run(world, operator('recover'))
    expect([recovered, weights(world)]).toEqual(['succeeded', HOME])
    expect(reason).toContain('mode: recover')
  })

  test('of a rollback under way after a failure ends with the weights before', async () => {
    const world: World = new World({ pair: { routes }, gates: [gateOf('service', () => isBad())] })
    const isBad = () => weights(world)[0]?.green === 10
    whenGreenHas(world, 10, () => whenGreenHas(world, 0, () => world.stop(cancelled), 3_000))
    const { outcome } = await world.rollOut({ ...STEPS, smoke: SMOKE.service })
    expect([outcome, weights(world)]).toEqual(['interrupted', HOME])
  })
})

describe('a cancelled promotion', () => {
  const HELD = everyRoute(new World({ pair: { routes } }), 90, 10)
  const held = async (options: { isBad?: (world: World) => boolean } = {}): Promise<World> => {
    const { isBad = () => false } = options
    const world: World = new World({ pair: { routes }, gates: [gateOf('service', () => isBad(world))] })
    await world.rollOut({ ...STEPS, traffic: [{ share: 100 }] })
    return world
  }
  const promotion = operator('promote', { traffic: [{ share: 500 }, { share: 1000 }], smoke: SMOKE.service })

  test.each([50, 100])('at %d% is back at its hold, and can be promoted again', async (green) => {
    const world = await held()
    whenGreenHas(world, green, () => world.stop(cancelled), 3_000)
    const { outcome, reason } = await run(world, promotion)
    expect([outcome, reason, weights(world)]).toEqual([
      'interrupted',
      'cancelled; 1.0.2 (green) carries 10% of the traffic, 1.0.1 (blue) the rest',
      HELD,
    ])
    world.forgetCancel()
    const again = await run(world, promotion)
    expect([again.outcome, weights(world)]).toEqual(['succeeded', everyRoute(world, 0, 100)])
  })

  test('whose rollback was under way already gives nothing to the bad version again', async () => {
    const world = await held({ isBad: (one) => weights(one)[0]?.green === 50 })
    const changes = watchChanges(world)
    whenGreenHas(world, 0, () => world.stop(cancelled), 5_000)
    const { outcome } = await run(world, promotion)
    expect(outcome).toBe('interrupted')
    expect(changes.at(-1)).toMatchObject({ green: 0 })
    expect(weights(world)).toEqual(HOME)
  })

  test('whose rollback has died does not give the bad version anything again either', async () => {
    const world = await held({ isBad: (one) => weights(one)[0]?.green === 50 })
    const main = world.start(promotion)
    whenGreenHas(world, 0, () => main.life.end(), 5_000)
    await world.clock.advance(6 * 3600_000)
    expect([main.life.isOver, weights(world)]).toEqual([true, HOME])
    await run(world, operator('recover'))
    expect(weights(world)).toEqual(HOME)
  })
})
