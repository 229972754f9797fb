import { describe, expect, test } from '@jest/globals'
import { type RouteOptions, weights } from '../support/pair.ts'
import { afterCall, everyRoute, holds, operator, run, runUntilDeath, watchCalls } from '../support/shifts.ts'
import { World } from '../support/world.ts'

const QUICK = { settleTimeMs: 10_000, bakeTimeMs: 0 }
const routes: RouteOptions[] = [{ weight: 7 }, { weight: 3, on: 'own-listener' }]
const HOME = [
  { blue: 7, green: 0 },
  { blue: 3, green: 0 },
]
const HOURS = 6 * 3600_000

describe('a deploy that has died', () => {
  const died = async (nth: number, change = {}): Promise<World> => {
    const world = new World({ pair: { routes } })
    const dead = await runUntilDeath(
      world,
      { settings: { ...QUICK, ...change } },
      afterCall('ModifyListener', nth),
    )
    expect(dead).toBeDefined()
    return world
  }

  test.each([1, 2, 3, 4])('after %d changes: recover brings all routes back', async (nth) => {
    const world = await died(nth)
    await world.clock.advance(HOURS)
    const { outcome, reason } = await run(world, operator('recover'))
    expect([outcome, reason]).toEqual([
      'succeeded',
      'rollout r-001 did not end: all traffic is back on 1.0.1 (blue)',
    ])
    expect(weights(world)).toEqual(HOME)
    expect([holds(world, 'blue'), holds(world, 'green')]).toEqual(['1.0.1', 'unknown'])
  })

  test('recover says before what it would do', async () => {
    const world = await died(3)
    await world.clock.advance(HOURS)
    const writes = watchCalls(world)
    const { outcome, reason } = await run(world, operator('recover', { dryRun: true }))
    expect([outcome, reason, writes]).toEqual([
      'planned',
      'rollout r-001 did not end: the traffic would go back to blue; nothing was changed',
      [],
    ])
  })

  test('the next deploy brings it back first', async () => {
    const world = await died(3)
    await world.clock.advance(HOURS)
    const { outcome } = await world.rollOut({ ...QUICK, version: '1.0.3' })
    expect([outcome, weights(world)]).toEqual(['succeeded', everyRoute(world, 0, 100)])
    expect(world.of('unfinished-shift-found')).toMatchObject([{ rolloutId: 'r-001', base: 0 }])
    await run(world, operator('rollback'))
    expect(weights(world)).toEqual(HOME)
  })

  test('the next in-place deploy of one of its groups is refused, with what to do', async () => {
    const world = await died(3)
    await world.clock.advance(HOURS)
    const targetGroupArns = world.groupArns.slice(0, 1)
    const { outcome, reason } = await world.rollOut({ strategy: 'in-place', targetGroupArns })
    expect(outcome).toBe('refused')
    expect(reason).toContain(
      'did not end, and is about groups that are not listed here too; run mode: recover first',
    )
  })

  test('a promotion says that it must be recovered first', async () => {
    const world = await died(3)
    await world.clock.advance(HOURS)
    const { outcome, reason } = await run(world, operator('promote'))
    expect([outcome, reason]).toEqual([
      'refused',
      'nothing is held on these target groups that could be promoted: rollout r-001 did not end; run mode: recover first',
    ])
  })

  test('a recovery waits for blue to be healthy enough, and says why it gave up', async () => {
    const world = await died(4)
    for (const server of world.servers.values()) if (server.version === '1.0.1') server.isUp = false
    await world.clock.advance(HOURS)
    const { outcome, reason } = await run(world, operator('recover'))
    expect(outcome).toBe('failed')
    expect(reason).toMatch(/^blue has 0 healthy of 4/)
    expect(reason).toContain('green')
    for (const server of world.servers.values()) server.isUp = true
    await world.clock.advance(60_000)
    expect((await run(world, operator('recover'))).outcome).toBe('succeeded')
    expect(weights(world)).toEqual(HOME)
  })
})

describe('a rollback that has died', () => {
  const died = async (holdsAt: number): Promise<World> => {
    const world = new World({ pair: { routes } })
    await world.rollOut({ ...QUICK, traffic: [{ share: holdsAt }] })
    const dead = await runUntilDeath(world, operator('rollback'), afterCall('ModifyListener', 1))
    expect(dead).toBeDefined()
    await world.clock.advance(HOURS)
    return world
  }

  test.each(['recover', 'rollback'] as const)('of a success: %s finishes it', async (mode) => {
    const world = await died(1000)
    const { outcome, reason } = await run(world, operator(mode))
    expect([outcome, weights(world)]).toEqual(['succeeded', HOME])
    expect(reason).toContain('1.0.1 (blue)')
  })

  test('of a hold: rollback finishes it', async () => {
    const world = await died(100)
    const { outcome } = await run(world, operator('rollback'))
    expect([outcome, weights(world)]).toEqual(['succeeded', HOME])
  })

  test('of a hold: recover finishes it too', async () => {
    const world = await died(100)
    const { reason } = await run(world, operator('recover'))
    expect([weights(world), reason]).toEqual([HOME, expect.stringContaining('back on 1.0.1 (blue)')])
  })
})

describe('a promotion that has died', () => {
  test('is back at its hold after recover, and can be undone', async () => {
    const world = new World({ pair: { routes } })
    await world.rollOut({ ...QUICK, traffic: [{ share: 100 }] })
    await runUntilDeath(world, operator('promote'), afterCall('ModifyListener', 1))
    await world.clock.advance(HOURS)
    const { outcome, reason } = await run(world, operator('recover'))
    expect([outcome, reason, weights(world)]).toEqual([
      'succeeded',
      'the promotion of rollout r-001 did not end: it is held again, with 10% of the traffic on 1.0.2 (green)',
      everyRoute(world, 90, 10),
    ])
    expect((await run(world, operator('rollback'))).outcome).toBe('succeeded')
    expect(weights(world)).toEqual(HOME)
  })
})

describe('a deploy that has died right after its claim, after a good one', () => {
  const died = async (): Promise<World> => {
    const world = new World({ pair: { routes } })
    await world.rollOut(QUICK)
    const dead = await runUntilDeath(world, { settings: { version: '1.0.3' } }, afterCall('AddTags', 1))
    expect(dead).toBeDefined()
    await world.clock.advance(HOURS)
    return world
  }

  test('latest does not undo the good one', async () => {
    const world = await died()
    const { reason } = await run(world, operator('rollback'))
    expect([weights(world), reason]).toEqual([
      everyRoute(world, 0, 100),
      expect.stringContaining('nothing to undo'),
    ])
  })

  test('recover with its id puts away what it left', async () => {
    const world = await died()
    const { outcome, reason } = await run(world, operator('recover', { rolloutId: 'r-002' }))
    expect([outcome, reason]).toEqual(['succeeded', expect.stringContaining('had changed nothing')])
  })
})
