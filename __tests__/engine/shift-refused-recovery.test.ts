import { describe, expect, test } from '@jest/globals'
import { type RouteOptions, weights } from '../support/pair.ts'
import {
  afterCall,
  everyRoute,
  operator,
  run,
  runUntilDeath,
  setWeights,
  watchCalls,
} from '../support/shifts.ts'
import { World } from '../support/world.ts'

const QUICK = { settleTimeMs: 10_000, bakeTimeMs: 0 }
const routes: RouteOptions[] = [{ weight: 7 }, { weight: 3 }]
const HOME = [
  { blue: 7, green: 0 },
  { blue: 3, green: 0 },
]
const HOURS = 6 * 3600_000

describe('a deploy that has died before it shifted anything, while a server of blue is down', () => {
  const died = async (): Promise<World> => {
    const world = new World({ pair: { routes } })
    await runUntilDeath(world, { settings: QUICK }, afterCall('ModifyListener', 1))
    Object.assign(world.servers.get('10.0.0.11') ?? {}, { isUp: false })
    await world.clock.advance(HOURS)
    expect(weights(world)).toEqual(HOME)
    return world
  }
  test.each(['recover', 'rollback'] as const)('%s has nothing to wait for', async (mode) => {
    const world = await died()
    const { outcome, reason } = await run(world, operator(mode))
    expect([outcome, reason]).toEqual(['succeeded', expect.stringContaining('1.0.1 (blue)')])
  })

  test('the next deploy can begin', async () => {
    const world = await died()
    const { outcome } = await world.rollOut({ ...QUICK, version: '1.0.3' })
    expect([outcome, weights(world)]).toEqual(['succeeded', everyRoute(world, 0, 100)])
  })

  test('with a smaller min-green they do it', async () => {
    const world = await died()
    const { outcome } = await run(world, operator('recover', { minGreen: { percent: 75 } }))
    expect(outcome).toBe('succeeded')
  })
})

describe('a rollback that may not change a route', () => {
  test('changes the others, says which one it is, and can be finished', async () => {
    const world = new World({ pair: { routes } })
    await world.rollOut(QUICK)
    world.simulator.faults = { deny: ['ModifyRule'] }
    const { outcome, reason } = await run(world, operator('rollback'))
    expect([outcome, weights(world)]).toEqual(['failed', [HOME[0], { blue: 0, green: 100 }]])
    expect(reason).toMatch(/^HTTP:80 rule 1 could not be changed: .*ModifyRule/)
    world.simulator.faults = {}
    const again = await run(world, operator('rollback'))
    expect([again.outcome, weights(world)]).toEqual(['succeeded', HOME])
    expect(again.reason).toBe('1.0.1 (blue) carries all traffic')
  })
})

describe('dry-run of a deploy that finds something unfinished', () => {
  test('changes nothing, and says that it would be put right first', async () => {
    const world = new World({ pair: { routes } })
    await runUntilDeath(world, { settings: QUICK }, afterCall('ModifyListener', 2))
    await world.clock.advance(HOURS)
    const writes = watchCalls(world)
    const { outcome } = await world.rollOut({ ...QUICK, dryRun: true })
    expect([outcome, writes]).toEqual(['planned', []])
    expect(world.of('warned').map(({ text }) => text)).toContain(
      'rollout r-001 did not end: what it has left would be put right first',
    )
  })
})

describe('somebody changes the weights in the bake', () => {
  test('it does not end by saying what is no longer so', async () => {
    const world = new World({ pair: { routes } })
    const [arn = ''] = world.routeArns
    const start = world.clock.now()
    world.clock.schedule(start + 60_000, () => setWeights(world, arn, { blue: 100, green: 0 }))
    const { outcome, reason } = await world.rollOut({ ...QUICK, bakeTimeMs: 120_000 })
    expect([outcome, weights(world)[0]]).toEqual(['rolled-back', { blue: 7, green: 0 }])
    expect(reason).toMatch(
      /^somebody else has changed the routes: \S+ forwards to blue 100, green 0 instead of blue 0, green 100; 1\.0\.1 \(blue\) carries all traffic$/,
    )
  })
})
