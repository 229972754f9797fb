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
  watchCalls,
  watchChanges,
} from '../support/shifts.ts'
import { OLD, World } from '../support/world.ts'

const STEPS = { settleTimeMs: 10_000, bakeTimeMs: 20_000, traffic: [{ share: 100 }, { share: 1000 }] }
const routes: RouteOptions[] = [{ weight: 7 }, { weight: 3 }, { weight: 5, on: 'own-listener' }]
const HOME = [
  { blue: 7, green: 0 },
  { blue: 3, green: 0 },
  { blue: 5, green: 0 },
]

/** A new version that is found to be bad once it carries this much. */
function badFrom(green: number): World {
  const world: World = new World({ pair: { routes }, gates: [gateOf('service', () => isBad())] })
  const isBad = () => (weights(world)[0]?.green ?? 0) >= green
  return world
}

describe('a red gate', () => {
  test.each([
    ['at 10%', 10],
    ['at 100%', 100],
  ])('%s brings all routes back to what they were, and the servers of green stay', async (_, green) => {
    const world = badFrom(green)
    const { outcome, reason } = await world.rollOut({ ...STEPS, smoke: SMOKE.service })
    expect([outcome, reason]).toEqual([
      'rolled-back',
      'smoke test failed: status 500; 1.0.1 (blue) carries all traffic',
    ])
    expect(weights(world)).toEqual(HOME)
    expect([holds(world, 'blue'), holds(world, 'green')]).toEqual([OLD, 'unknown'])
    expect(ledger(world, 'blue')).toContain('outcome=rolled-back')
    expect(Object.keys(world.simulator.tags(world.groupArns[0] as string))).not.toContain('elb-rollout:out:0')
  })

  test('during the bake brings everything back', async () => {
    const world: World = new World({ pair: { routes }, gates: [gateOf('service', () => isBad())] })
    const isBad = () => world.of('phase-started').some(({ phase }) => phase === 'bake')
    const { outcome } = await world.rollOut({ ...STEPS, smoke: SMOKE.service })
    expect([outcome, weights(world)]).toEqual(['rolled-back', HOME])
  })

  test.each([0, 300, 1_000])(
    'with calls that take %d ms: back within the time of the calls alone',
    async (latencyMs) => {
      const world = badFrom(10)
      world.simulator.faults = { latencyMs }
      const calls = watchCalls(world, /./)
      await world.rollOut({ ...STEPS, smoke: SMOKE.service })
      const verdictAt = world.of('stopped')[0]?.at ?? 0
      const after = calls.filter(({ at }) => at >= verdictAt)
      const last = after.findLastIndex(({ action }) => action.startsWith('Modify'))
      const tookMs = (after[last]?.at ?? 0) - verdictAt
      expect(last).toBeGreaterThanOrEqual(3)
      // Some of them are made at once: a look at the owner, one at the rules of two listeners, three changes.
      expect(last + 1).toBeLessThanOrEqual(6)
      expect(tookMs).toBeLessThanOrEqual(3 * latencyMs)
      expect(weights(world)).toEqual(HOME)
    },
  )

  test('then the reason is looked into: nothing else is done before the weights are back', async () => {
    const world = badFrom(10)
    await world.rollOut({ ...STEPS, smoke: SMOKE.service })
    const types = world.events.map(({ type }) => type)
    const after = types.slice(types.indexOf('stopped'))
    expect(after.slice(0, 5)).toEqual([
      'stopped',
      'phase-started',
      'step-started',
      'shifting',
      'route-changed',
    ])
  })
})

describe('on-failure: freeze', () => {
  test('leaves the traffic where it is, and says so', async () => {
    const world = badFrom(10)
    const { outcome, reason } = await world.rollOut({ ...STEPS, smoke: SMOKE.service, onFailure: 'freeze' })
    expect([outcome, reason]).toEqual([
      'failed',
      'smoke test failed: status 500; frozen as it is: 1.0.2 (green) carries 10% of the traffic, 1.0.1 (blue) the rest; go on with mode: promote, or back with mode: rollback',
    ])
    expect(weights(world)).toEqual(everyRoute(world, 90, 10))
  })

  test.each([10, 100])('at %d% can be rolled back later', async (green) => {
    const world = badFrom(green)
    await world.rollOut({ ...STEPS, smoke: SMOKE.service, onFailure: 'freeze' })
    await world.clock.advance(3600_000)
    const refused = await world.rollOut({ version: '1.0.3' })
    expect([refused.outcome, refused.reason]).toEqual(['refused', expect.stringContaining('mode: rollback')])
    const back = await run(world, operator('rollback'))
    expect([back, weights(world)]).toEqual([
      { outcome: 'succeeded', reason: '1.0.1 (blue) carries all traffic' },
      HOME,
    ])
  })

  test('at 100% can be promoted later, when somebody has looked', async () => {
    let isBad = true
    const world: World = new World({ pair: {}, gates: [gateOf('service', () => isBad)] })
    await world.rollOut({ ...STEPS, traffic: [{ share: 1000 }], smoke: SMOKE.service, onFailure: 'freeze' })
    isBad = false
    const { outcome, reason } = await run(world, operator('promote', { smoke: SMOKE.service }))
    expect([outcome, reason]).toEqual([
      'succeeded',
      '1.0.2 (green) carries all traffic, 1.0.1 (blue) stands by',
    ])
  })

  test('before anything was shifted: there is nothing to be frozen', async () => {
    const world = new World({ pair: { routes }, updateFails: () => 'exit code 1' })
    const { outcome, reason } = await world.rollOut({ ...STEPS, onFailure: 'freeze' })
    expect(outcome).toBe('failed')
    expect(reason).toMatch(/1\.0\.1 \(blue\) carries all traffic$/)
    expect(weights(world)).toEqual(HOME)
    // The next one may begin: nothing is held.
    expect((await world.rollOut({ dryRun: true })).outcome).toBe('planned')
  })
})

describe('timeout', () => {
  test('bounds the way forward, and brings the traffic back', async () => {
    const world = new World({ pair: { routes } })
    const changes = watchChanges(world)
    const traffic = [{ share: 100, holdMs: 600_000 }, { share: 1000 }]
    const { outcome, reason } = await world.rollOut({ ...STEPS, traffic, timeoutMs: 120_000 })
    expect([outcome, reason]).toEqual([
      'rolled-back',
      'not done within the timeout of 2 m; 1.0.1 (blue) carries all traffic',
    ])
    expect(weights(world)).toEqual(HOME)
    // From the claim on, which takes 3 s.
    expect(changes.at(-1)?.at).toBe(123_000)
  })
})
