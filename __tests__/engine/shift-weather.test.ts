import { describe, expect, test } from '@jest/globals'
import type { Faults } from '../../simulator/options.ts'
import { type RouteOptions, weights } from '../support/pair.ts'
import { everyRoute, gateOf, operator, run, SMOKE } from '../support/shifts.ts'
import { World } from '../support/world.ts'

const STEPS = { settleTimeMs: 10_000, bakeTimeMs: 10_000, traffic: [{ share: 100 }, { share: 1000 }] }
const routes: RouteOptions[] = [{ weight: 7, auth: 'oidc' }, { weight: 3 }, { weight: 5, on: 'own-listener' }]
const HOME = [
  { blue: 7, green: 0 },
  { blue: 3, green: 0 },
  { blue: 5, green: 0 },
]

const WEATHER: [name: string, faults: Partial<Faults>][] = [
  ['rules that are read as they were 3 s ago', { staleRulesMs: 3_000 }],
  ['tags and health that are read as they were 3 s ago', { staleReadsMs: 3_000 }],
  ['everything read as it was 3 s ago', { staleReadsMs: 3_000, staleRulesMs: 3_000 }],
  ['a fifth of all calls throttled', { throttleShare: 0.2 }],
  ['a fifth of all connections reset, before or after', { resetShare: 0.1, lostReplyShare: 0.1 }],
  ['calls that take up to 5 s', { latencyMs: [100, 5_000] }],
  [
    'all of it',
    { staleReadsMs: 3_000, staleRulesMs: 3_000, throttleShare: 0.2, errorShare: 0.1, lostReplyShare: 0.1 },
  ],
]

const SEEDS = [1, 2, 3]

describe.each(WEATHER)('with %s', (_, faults) => {
  test.each(SEEDS)('a good rollout succeeds, and is undone exactly (seed %d)', async (seed) => {
    const world = new World({ pair: { routes }, faults, seed })
    expect(await world.rollOut(STEPS)).toMatchObject({ outcome: 'succeeded' })
    expect(weights(world)).toEqual(everyRoute(world, 0, 100))
    expect((await run(world, operator('rollback'))).outcome).toBe('succeeded')
    expect(weights(world)).toEqual(HOME)
    expect(world.simulator.clientSecrets(world.routeArns[0] as string)).toEqual(['very secret'])
  })

  test.each(SEEDS)('a bad one is rolled back exactly (seed %d)', async (seed) => {
    const world: World = new World({
      pair: { routes },
      faults,
      seed,
      gates: [gateOf('service', () => isBad())],
    })
    const isBad = () => (weights(world)[0]?.green ?? 0) > 0
    const { outcome } = await world.rollOut({ ...STEPS, smoke: SMOKE.service })
    expect([outcome, weights(world)]).toEqual(['rolled-back', HOME])
  })

  test.each(SEEDS)('a hold is promoted, and another one goes back (seed %d)', async (seed) => {
    const world = new World({ pair: { routes }, faults, seed })
    expect(await world.rollOut({ ...STEPS, traffic: [{ share: 100 }] })).toMatchObject({ outcome: 'held' })
    // An entry that has just been removed is still seen.
    await world.clock.advance(5_000)
    expect((await run(world, operator('promote'))).outcome).toBe('succeeded')
    await world.clock.advance(5_000)
    const next = await world.rollOut({
      ...STEPS,
      version: '1.0.3',
      previousVersion: '1.0.2',
      traffic: [{ share: 5 }],
    })
    expect([next, weights(world)]).toMatchObject([{ outcome: 'held' }, everyRoute(world, 5, 995)])
    expect((await run(world, operator('rollback'))).outcome).toBe('succeeded')
    expect(weights(world)).toEqual(everyRoute(world, 0, 100))
  })
})

describe('a rollback job that comes right after', () => {
  test('reads nothing older than what the deploy has written', async () => {
    const world = new World({ pair: { routes }, faults: { staleReadsMs: 3_000, staleRulesMs: 3_000 } })
    const job = (name: string) => ({ runId: '17', attempt: '1', job: name })
    const deploy = world.start({
      settings: { ...STEPS, bakeTimeMs: 0, settleTimeMs: 0 },
      asker: { job: job('deploy') },
    })
    expect((await world.clock.run(deploy.ended)).outcome).toBe('succeeded')
    const options = {
      ...operator('rollback', { rolloutId: deploy.rolloutId }),
      asker: { job: job('rollback') },
    }
    const { outcome, reason } = await run(world, options)
    expect([outcome, reason, weights(world)]).toEqual(['succeeded', '1.0.1 (blue) carries all traffic', HOME])
  })
})
