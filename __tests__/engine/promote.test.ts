import { describe, expect, test } from '@jest/globals'
import { type RouteOptions, weights } from '../support/pair.ts'
import {
  everyRoute,
  gateOf,
  holds,
  ledger,
  operator,
  run,
  SMOKE,
  setWeights,
  watchCalls,
  watchChanges,
} from '../support/shifts.ts'
import { NEW, OLD, World } from '../support/world.ts'

const QUICK = { settleTimeMs: 10_000, bakeTimeMs: 10_000 }
const routes: RouteOptions[] = [{ weight: 7 }, { weight: 3, on: 'own-listener' }]
const HOME = [
  { blue: 7, green: 0 },
  { blue: 3, green: 0 },
]

async function held(options: { isBad?: (world: World) => boolean } = {}): Promise<World> {
  const { isBad = () => false } = options
  const world: World = new World({ pair: { routes }, gates: [gateOf('service', () => isBad(world))] })
  const { outcome, reason } = await world.rollOut({ ...QUICK, traffic: [{ share: 50 }, { share: 100 }] })
  expect([outcome, reason]).toEqual([
    'held',
    '1.0.2 (green) carries 10% of the traffic, 1.0.1 (blue) the rest',
  ])
  return world
}

describe('a hold', () => {
  test('stays as it is, and what it is about is written down', async () => {
    const world = await held()
    await world.clock.advance(72 * 3600_000)
    expect(weights(world)).toEqual(everyRoute(world, 90, 10))
    expect([holds(world, 'blue'), holds(world, 'green')]).toEqual([OLD, NEW])
    expect(ledger(world, 'green')).toContain('outcome=held')
    expect(Object.keys(world.simulator.tags(world.groupArns[0] as string)).join()).not.toContain('owner')
  })

  test('is not baked: somebody will look at it', async () => {
    const world = await held()
    expect(world.of('phase-started').map(({ phase }) => phase)).toEqual(['ready', 'shift', 'shift'])
  })

  test.each(['blue-green', 'in-place'] as const)(
    'refuses a deploy (%s), with what to do',
    async (strategy) => {
      const world = await held()
      const writes = watchCalls(world)
      const { outcome, reason } = await world.rollOut({ strategy, version: '1.0.3' })
      expect([outcome, reason, writes]).toEqual([
        'refused',
        'rollout r-001 is held with 10% of the traffic on its new version: promote it (mode: promote), or go back (mode: rollback), before the next one',
        [],
      ])
    },
  )

  test('refuses a deploy to one of its groups with the same words', async () => {
    const world = await held()
    const targetGroupArns = world.groupArns.slice(0, 1)
    const { outcome, reason } = await world.rollOut({ strategy: 'in-place', targetGroupArns })
    expect(outcome).toBe('refused')
    expect(reason).toContain('is held')
  })

  test('is nothing to recover', async () => {
    const world = await held()
    const { outcome, reason } = await run(world, operator('recover'))
    expect(outcome).toBe('succeeded')
    expect(reason).toContain('is held with 10% of the traffic on its new version, which is meant to be')
    expect(weights(world)).toEqual(everyRoute(world, 90, 10))
  })
})

describe('promote', () => {
  test('goes on from what is written, and nothing is updated', async () => {
    const world = await held()
    await world.clock.advance(24 * 3600_000)
    world.events.length = 0
    const changes = watchChanges(world)
    const { outcome, reason } = await run(
      world,
      operator('promote', { traffic: [{ share: 500 }, { share: 1000 }] }),
    )
    expect([outcome, reason]).toEqual([
      'succeeded',
      '1.0.2 (green) carries all traffic, 1.0.1 (blue) stands by',
    ])
    expect(changes.map(({ green }) => green)).toEqual([50, 50, 100, 100])
    expect(world.of('update-started')).toEqual([])
    expect([holds(world, 'blue'), holds(world, 'green')]).toEqual([OLD, NEW])
    expect(ledger(world, 'green')).toMatch(/rollout=r-001 .*last=r-001 outcome=succeeded/)
  })

  test('with one of the two ARNs, or with latest, or with the id', async () => {
    const one = await held()
    const targetGroupArns = one.groupArns.slice(1)
    expect((await run(one, operator('promote', { targetGroupArns }))).outcome).toBe('succeeded')
    for (const rolloutId of ['latest', 'r-001']) {
      const world = await held()
      expect((await run(world, operator('promote', { rolloutId }))).outcome).toBe('succeeded')
      expect(weights(world)).toEqual(everyRoute(world, 0, 100))
    }
  })

  test('to another hold, and from there', async () => {
    const world = await held()
    const first = await run(world, operator('promote', { traffic: [{ share: 50 }, { share: 500 }] }))
    expect([first.outcome, weights(world)]).toEqual(['held', everyRoute(world, 50, 50)])
    const second = await run(world, operator('promote'))
    expect([second.outcome, weights(world)]).toEqual(['succeeded', everyRoute(world, 0, 100)])
    const back = await run(world, operator('rollback'))
    expect([back.outcome, weights(world)]).toEqual(['succeeded', HOME])
  })

  test('that fails goes back to before the rollout', async () => {
    const world = await held({ isBad: (one) => weights(one)[0]?.green === 50 })
    const traffic = [{ share: 500 }, { share: 1000 }]
    const { outcome, reason } = await run(world, operator('promote', { traffic, smoke: SMOKE.service }))
    expect([outcome, reason, weights(world)]).toEqual([
      'rolled-back',
      'smoke test failed: status 500; 1.0.1 (blue) carries all traffic',
      HOME,
    ])
    expect(holds(world, 'green')).toBe('unknown')
    expect((await run(world, operator('rollback'))).reason).toContain('nothing to undo')
    expect((await world.rollOut({ ...QUICK, dryRun: true })).outcome).toBe('planned')
  })

  test('of a green that is not healthy any more goes back', async () => {
    const world = await held()
    const server = world.servers.get('10.0.1.11')
    Object.assign(server ?? {}, { isUp: false })
    await world.clock.advance(120_000)
    const { outcome, reason } = await run(world, operator('promote', { healthTimeoutMs: 60_000 }))
    expect([outcome, weights(world)]).toEqual(['rolled-back', HOME])
    expect(reason).toMatch(
      /^green has 3 healthy of 4 .*, and 4 must be, .*1\.0\.1 \(blue\) carries all traffic$/,
    )
  })

  test('dry-run changes nothing', async () => {
    const world = await held()
    const writes = watchCalls(world)
    const { outcome, reason } = await run(world, operator('promote', { dryRun: true }))
    expect([outcome, writes]).toEqual(['planned', []])
    expect(reason).toContain('would be shifted to 1.0.2 (100%)')
  })
})

describe('a promotion is refused', () => {
  const refusal = async (world: World, change: Parameters<typeof operator>[1] = {}) => {
    const writes = watchCalls(world)
    const { outcome, reason } = await run(world, operator('promote', change))
    expect([outcome, writes]).toEqual(['refused', []])
    return reason
  }

  test('when nothing is held', async () => {
    const world = new World({ pair: { routes } })
    expect(await refusal(world)).toBe('nothing is held on these target groups that could be promoted')
    await world.rollOut(QUICK)
    expect(await refusal(world)).toBe('nothing is held on these target groups that could be promoted')
  })

  test('when another rollout is held', async () => {
    expect(await refusal(await held(), { rolloutId: 'r-000' })).toBe(
      'rollout-id is r-000, but the rollout that is held is r-001',
    )
  })

  test('to no more than it has', async () => {
    const traffic = [{ share: 100 }]
    expect(await refusal(await held(), { traffic })).toBe(
      'traffic ends at 10%, and the rollout is held at 10% already: give a larger share, such as 100%',
    )
  })

  test('when somebody has changed the weights', async () => {
    const world = await held()
    setWeights(world, world.routeArns[1] as string, { blue: 50, green: 50 })
    expect(await refusal(world)).toMatch(
      /^the routes are no longer as they were held: HTTP:81 forwards to blue 50, green 50 instead of blue 90, green 10; put/,
    )
  })
})
