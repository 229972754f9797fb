import { describe, expect, test } from '@jest/globals'
import { type RouteOptions, weights } from '../support/pair.ts'
import {
  everyRoute,
  gateOf,
  operator,
  run,
  SMOKE,
  setWeights,
  watchCalls,
  watchChanges,
} from '../support/shifts.ts'
import { World, type WorldOptions } from '../support/world.ts'

const QUICK = { settleTimeMs: 10_000, bakeTimeMs: 0 }
const COUNT = 200
const many = (green: 'attached' | 'unattached'): RouteOptions[] =>
  Array.from({ length: COUNT }, (_, index) => ({ weight: (index % 9) + 1, green }))

const worldOf = (green: 'attached' | 'unattached', options: Omit<WorldOptions, 'pair'> = {}): World =>
  new World({ pair: { routes: many(green) }, faults: { buckets: true }, ...options })

/** 15 at once, then one every 350 ms. */
const LEAST_MS = (COUNT - 15) * 350

const countBy = (calls: readonly { action: string }[]) =>
  Object.fromEntries(
    [...Map.groupBy(calls, ({ action }) => action)].map(([action, { length }]) => [action, length]),
  )

describe('200 rules on one load balancer', () => {
  test('are shifted without a single call that is throttled, as fast as the account lets us', async () => {
    const world = worldOf('attached')
    const calls = watchCalls(world, /./) as { at: number; action: string; error?: string }[]
    const changes = watchChanges(world)
    const { outcome } = await world.rollOut(QUICK)
    expect([outcome, weights(world)]).toEqual(['succeeded', everyRoute(world, 0, 100)])
    expect(calls.filter(({ error }) => error !== undefined)).toEqual([])
    // One is the default action of the listener.
    expect(countBy(calls)).toMatchObject({ ModifyRule: COUNT - 1, ModifyListener: 1 })
    const tookMs = (changes.at(-1)?.at ?? 0) - (changes[0]?.at ?? 0)
    expect(tookMs).toBeGreaterThanOrEqual(LEAST_MS - 350)
    expect(tookMs).toBeLessThanOrEqual(LEAST_MS + 5_000)
  })

  test('take few calls beside the changes', async () => {
    const world = worldOf('attached')
    const calls = watchCalls(world, /./)
    await world.rollOut(QUICK)
    const others = calls.filter(
      ({ action }) => !action.startsWith('Modify') && action !== 'DescribeTargetHealth',
    )
    // Before every ten writes a look at the rules and one at who may change them; the rest is the journal.
    expect(others.length).toBeLessThanOrEqual((2 * COUNT) / 10 + 35)
  })

  test('are attached first, and say beforehand how long that takes', async () => {
    const world = worldOf('unattached')
    const calls = watchCalls(world, /./) as { action: string; error?: string }[]
    const { outcome } = await world.rollOut(QUICK)
    expect(outcome).toBe('succeeded')
    expect(calls.filter(({ error }) => error !== undefined)).toEqual([])
    expect(countBy(calls)).toMatchObject({ ModifyRule: 2 * (COUNT - 1), ModifyListener: 2 })
    expect(world.of('planned')[0]?.outlook.estimate.ms).toBeGreaterThanOrEqual(2 * LEAST_MS + 10_000)
    expect(world.of('warned').map(({ text }) => text)).toEqual([
      expect.stringMatching(/^200 routes are changed at each step, which takes 1 m 5 s/),
    ])
  })

  test('only those that differ are written', async () => {
    const world = worldOf('attached')
    await world.rollOut(QUICK)
    const home = many('attached').map(({ weight = 1 }) => ({ blue: weight, green: 0 }))
    for (const [index, arn] of world.routeArns.entries()) {
      if (index >= 7) setWeights(world, arn, home[index] ?? { blue: 1, green: 0 })
    }
    const calls = watchCalls(world)
    const { outcome } = await run(world, operator('rollback'))
    expect([outcome, weights(world)]).toEqual(['succeeded', home])
    expect(countBy(calls)).toMatchObject({ ModifyRule: 6, ModifyListener: 1 })
  })

  test('are rolled back by another process, exactly, without a call that is throttled', async () => {
    const world = worldOf('attached')
    const home = weights(world)
    await world.rollOut(QUICK)
    await world.clock.advance(60_000)
    const calls = watchCalls(world, /./) as { at: number; action: string; error?: string }[]
    const changes = watchChanges(world)
    const { outcome } = await run(world, operator('rollback'))
    expect([outcome, weights(world)]).toEqual(['succeeded', home])
    expect(calls.filter(({ error }) => error !== undefined)).toEqual([])
    expect((changes.at(-1)?.at ?? 0) - (changes[0]?.at ?? 0)).toBeLessThanOrEqual(LEAST_MS + 5_000)
  })

  test('are rolled back after a failure right after the shift, without a call that is throttled', async () => {
    const world: World = worldOf('attached', { gates: [gateOf('service', () => isBad())] })
    const isBad = () => weights(world)[0]?.green === 10
    const home = weights(world)
    const calls = watchCalls(world, /./) as { at: number; action: string; error?: string }[]
    const traffic = [{ share: 100 }, { share: 1000 }]
    const { outcome } = await world.rollOut({ ...QUICK, settleTimeMs: 1_000, traffic, smoke: SMOKE.service })
    expect([outcome, weights(world)]).toEqual(['rolled-back', home])
    expect(calls.filter(({ error }) => error !== undefined)).toEqual([])
  })

  test('a failure in the middle of the writes tells it in a sentence that can be read', async () => {
    const world = worldOf('attached')
    let writes = 0
    const onCall = (_: number, action: string): undefined => {
      if (action !== 'ModifyRule' || ++writes !== 40) return
      for (const arn of world.routeArns.slice(0, 30)) setWeights(world, arn, { blue: 50, green: 50 })
    }
    world.simulator.faults = { onCall }
    const { outcome, reason } = await world.rollOut(QUICK)
    expect(outcome).toBe('rolled-back')
    expect(reason.length).toBeLessThanOrEqual(1_000)
  })

  test('do not fit into the tags when there are too many others: refused, and it says how many', async () => {
    const world = worldOf('attached')
    const Tags = Array.from({ length: 45 }, (_, index) => ({ Key: `theirs-${index}`, Value: 'x' }))
    await world.simulator.call('AddTags', { ResourceArns: [world.groupArns[0]], Tags })
    const { outcome, reason } = await world.rollOut(QUICK)
    expect(outcome).toBe('refused')
    expect(reason).toMatch(
      /^the weights of 200 routes take \d+ tags to write down, and the target groups have room for \d+/,
    )
  })
})
