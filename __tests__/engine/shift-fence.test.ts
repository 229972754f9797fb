import { describe, expect, test } from '@jest/globals'
import { type RouteOptions, weights } from '../support/pair.ts'
import { everyRoute, holds, ledger, operator, watchChanges } from '../support/shifts.ts'
import { World } from '../support/world.ts'

const QUICK = { settleTimeMs: 10_000, bakeTimeMs: 10_000 }
const routes: RouteOptions[] = [{ weight: 7 }, { weight: 3, on: 'own-listener' }]
const HOME = [
  { blue: 7, green: 0 },
  { blue: 3, green: 0 },
]
const STALE = { staleReadsMs: 3_000, staleRulesMs: 3_000 }

async function held(): Promise<World> {
  const world = new World({ pair: { routes }, faults: STALE })
  await world.rollOut({ ...QUICK, traffic: [{ share: 100 }] })
  await world.clock.advance(10_000)
  return world
}

/** Milliseconds by which the second one comes later. */
const APART = [0, 500, 1_500, 2_900, 3_100, 5_000, 9_000, 20_000]

describe('two that come at about the same time, with reads that are 3 s old', () => {
  test.each(APART)(
    'a promotion, and %d ms later a rollback: it ends as the one that was not refused says',
    async (apart) => {
      const world = await held()
      const promotion = world.start(operator('promote', QUICK))
      await world.clock.advance(apart)
      const rollback = world.start(operator('rollback', QUICK))
      const [one, two] = await world.clock.run(Promise.all([promotion.ended, rollback.ended]))
      // Of two claims at the same moment one is refused; later, a rollback waits for the other one to end.
      expect([one.outcome, two.outcome]).toEqual(['succeeded', apart < 3_000 ? 'refused' : 'succeeded'])
      expect(weights(world)).toEqual(apart < 3_000 ? everyRoute(world, 0, 100) : HOME)
    },
  )

  test.each(APART)('two promotions, %d ms apart: one of them does it', async (apart) => {
    const world = await held()
    const changes = watchChanges(world)
    const first = world.start(operator('promote', QUICK))
    await world.clock.advance(apart)
    const second = world.start(operator('promote', QUICK))
    const all = await world.clock.run(Promise.all([first.ended, second.ended]))
    expect(all.map(({ outcome }) => outcome).sort()).toEqual(['refused', 'succeeded'])
    expect(weights(world)).toEqual(everyRoute(world, 0, 100))
    expect(changes).toHaveLength(2)
  })

  test.each(APART)('two deploys, %d ms apart: one of them does it', async (apart) => {
    const world = new World({ pair: { routes }, faults: STALE })
    const first = world.start({ settings: QUICK })
    await world.clock.advance(apart)
    const second = world.start({ settings: { ...QUICK, version: '1.0.3' } })
    const all = await world.clock.run(Promise.all([first.ended, second.ended]))
    expect(all.map(({ outcome }) => outcome).sort()).toEqual(['refused', 'succeeded'])
    expect(weights(world)).toEqual(everyRoute(world, 0, 100))
    expect(new Set(world.of('update-started').map(({ version }) => version)).size).toBe(1)
  })
})

describe('a process that was away for longer than it said', () => {
  test('changes nothing more when somebody has put right what it left', async () => {
    const world = new World({ pair: { routes } })
    const main = world.start({
      settings: { ...QUICK, traffic: [{ share: 100, holdMs: 60_000 }, { share: 1000 }] },
    })
    await world.clock.advance(60_000)
    expect(weights(world)).toEqual(everyRoute(world, 90, 10))
    main.life.suspend()
    await world.clock.advance(3600_000)
    const recovered = await world.clock.run(world.start(operator('recover', QUICK)).ended)
    expect([recovered.outcome, weights(world)]).toEqual(['succeeded', HOME])
    const changes = watchChanges(world)
    main.life.resume()
    const { outcome, reason } = await world.clock.run(main.ended)
    expect([outcome, weights(world), changes]).toEqual(['interrupted', HOME, []])
    expect(reason).not.toContain('(green) carries 10%')
  })
})

describe('somebody else has come meanwhile', () => {
  test('between our survey and our claim: what they have written is not lost, and nothing is said that is not so', async () => {
    const world = new World({ pair: { routes: [{ green: 'attached' }] } })
    let isFirst = true
    const onCall = (_: number, action: string): undefined => {
      const isSlow = action === 'DescribeRules' && isFirst
      if (isSlow) isFirst = false
      world.simulator.faults = { onCall, latencyMs: isSlow ? 400_000 : 0 }
    }
    world.simulator.faults = { onCall }
    const slow = world.start({ settings: { ...QUICK, version: '1.0.3' } })
    // Its look at the rules took effect at 200 s; a whole rollout comes and goes before it hears of it.
    await world.clock.advance(201_000)
    expect((await world.rollOut(QUICK)).outcome).toBe('succeeded')
    const { outcome, reason } = await world.clock.run(slow.ended)
    expect([outcome, weights(world)]).not.toEqual(['succeeded', everyRoute(world, 1, 0)])
    expect(reason).not.toContain('(blue) carries all traffic')
    expect(holds(world, 'green')).toBe('1.0.2')
    expect(ledger(world, 'green')).toContain('last=r-002')
  })

  test('and taken over, while we change many routes: we stop within one look', async () => {
    const many: RouteOptions[] = Array.from({ length: 100 }, () => ({ weight: 7, green: 'attached' }))
    const world = new World({ pair: { routes: many }, faults: { latencyMs: 60_000 } })
    const main = world.start()
    await world.clock.advance(2_050_000)
    const other = world.start(operator('recover'))
    await world.clock.run(Promise.all([main.ended, other.ended]))
    const takenOverAt = world.of('unfinished-shift-found')[0]?.at ?? 0
    const late = main.life.calls.filter(({ at, action }) => action === 'ModifyRule' && at > takenOverAt)
    expect(weights(world)).toEqual(everyRoute(world, 7, 0))
    expect(late.length).toBeLessThanOrEqual(20)
  })
})
