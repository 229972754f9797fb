import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Settings } from '../../src/domain/settings.ts'
import { estimated } from '../support/estimated.ts'
import { search } from '../support/search.ts'
import { gateOf, SMOKE } from '../support/shifts.ts'
import { NEW, World, type WorldOptions } from '../support/world.ts'

interface Scene {
  readonly seed: number
  readonly options: Omit<WorldOptions, 'seed' | 'updateMs'>
  readonly settings: Partial<Settings>
  readonly updates: { readonly shortestMs: number; readonly spreadMs: number }
}

const updates = fc.record({ shortestMs: fc.integer({ min: 0, max: 120_000 }), spreadMs: fc.nat(60_000) })
/** What a call to AWS takes, here and there. */
const latencyMs = fc.constantFrom<[number, number]>([20, 60], [50, 150])
const healthyForMs = fc.option(fc.integer({ min: 0, max: 90_000 }), { nil: undefined })
const group = fc.record({
  ports: fc.constantFrom([8080], [8080], [8080, 8081]),
  delaySeconds: fc.constantFrom(0, 1, 7, 30, 60, 300),
  intervalSeconds: fc.constantFrom(5, 10, 30, 60),
  slowStartSeconds: fc.constantFrom(0, 0, 0, 30, 120),
})

const inPlaceScene: fc.Arbitrary<Scene> = fc
  .record({
    seed: fc.nat(),
    latencyMs,
    updates,
    healthyForMs,
    servers: fc.integer({ min: 2, max: 12 }),
    batch: fc.constantFrom(1, 10, 25, 34, 50),
    groups: fc.array(group, { minLength: 1, maxLength: 3 }),
    targetType: fc.constantFrom('instance' as const, 'ip' as const),
    balancer: fc.constantFrom('application' as const, 'application' as const, 'network' as const),
    isAsked: fc.boolean(),
    updateConcurrency: fc.constantFrom(undefined, 1, 3),
    bakeTimeMs: fc.constantFrom(0, 0, 60_000),
  })
  .map(
    ({
      seed,
      updates,
      latencyMs,
      healthyForMs,
      batch,
      bakeTimeMs,
      isAsked,
      updateConcurrency,
      ...options
    }) => {
      const isEarly = isAsked && options.targetType === 'instance'
      return {
        ...{ seed, updates },
        options: {
          ...options,
          zones: ['a'],
          faults: { latencyMs },
          ...(isEarly ? { drainProbe: { isDrained: async () => true } } : {}),
        },
        settings: {
          ...{ bakeTimeMs, batchSizes: [{ percent: batch }] },
          ...(isEarly ? { drainedCommand: 'true' } : {}),
          ...(updateConcurrency === undefined ? {} : { updateConcurrency }),
          ...(healthyForMs === undefined ? {} : { healthyForMs }),
        },
      }
    },
  )

const shiftScene: fc.Arbitrary<Scene> = fc
  .record({
    seed: fc.nat(),
    latencyMs,
    updates,
    healthyForMs,
    green: fc.integer({ min: 1, max: 8 }),
    blue: fc.integer({ min: 1, max: 8 }),
    minGreen: fc.constantFrom(50, 100),
    intervalSeconds: fc.constantFrom(5, 10, 30),
    attached: fc.constantFrom('attached' as const, 'unattached' as const),
    routes: fc.constantFrom(1, 3, 40),
    traffic: fc.constantFrom(
      [{ share: 1000 }],
      [{ share: 100, holdMs: 60_000 }, { share: 1000 }],
      [{ share: 100, holdMs: 300_000 }, { share: 500, holdMs: 120_000 }, { share: 1000 }],
      [{ share: 200 }],
    ),
    settleTimeMs: fc.constantFrom(0, 10_000, 30_000),
    bakeTimeMs: fc.constantFrom(0, 60_000),
    hasUpdates: fc.boolean(),
    updateConcurrency: fc.constantFrom(undefined, 1, 3),
  })
  .filter(({ green, blue }) => green >= blue)
  .map(({ seed, updates, latencyMs, healthyForMs, green, blue, intervalSeconds, attached, ...rest }) => {
    const { routes, minGreen, hasUpdates, updateConcurrency, ...settings } = rest
    const route = { green: attached }
    return {
      ...{ seed, updates },
      options: {
        faults: { latencyMs },
        pair: { blue, green, intervalSeconds, routes: Array.from({ length: routes }, () => route) },
      },
      settings: {
        ...{ ...settings, minGreen: { percent: minGreen } },
        ...(healthyForMs === undefined ? {} : { healthyForMs }),
        ...(updateConcurrency === undefined ? {} : { updateConcurrency }),
        ...(hasUpdates ? {} : ({ updateCommand: undefined } as unknown as Partial<Settings>)),
      },
    }
  })

async function errorOf(scene: Scene) {
  const { seed } = scene
  const { shortestMs, spreadMs } = scene.updates
  const updateMs = (id: string) => {
    const number = [...id].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 9_973, seed % 9_973)
    return shortestMs + ((number * 7_919) % (spreadMs + 1))
  }
  const { conclusion, tookMs, estimate } = await estimated(
    { ...scene.options, seed, updateMs },
    scene.settings,
  )
  expect(['succeeded', 'held']).toContain(conclusion.outcome)
  return { tookMs, estimate, error: (estimate.ms - tookMs) / tookMs }
}

const CLOSE = 0.1
/** Of what takes seconds, one slow call is a tenth. */
const WORTH_ESTIMATING_MS = 30_000

interface Told {
  /** As shares of what it took. */
  readonly error: number
  readonly spread: number
}

const shareOf = (all: readonly Told[], holds: (told: Told) => boolean): number =>
  all.filter(holds).length / all.length

describe.each([
  ['in-place', inPlaceScene],
  ['blue-green', shiftScene],
] as const)('what is said of the time of a %s rollout that goes well', (_, scenes) => {
  test('is within a tenth of what it takes, or says how far off it may be', async () => {
    const all: Told[] = []
    await fc.assert(
      fc.asyncProperty(scenes, async (scene) => {
        const { error, tookMs, estimate } = await errorOf(scene)
        if (estimate.ms < WORTH_ESTIMATING_MS) return
        const spread = estimate.spreadMs / tookMs
        all.push({ error, spread })
        // The spread is twice the standard deviation; nobody chooses when health checks come.
        expect(Math.abs(error)).toBeLessThanOrEqual(CLOSE + 2 * spread)
      }),
      search(1 / 8),
    )
    expect(shareOf(all, ({ error }) => Math.abs(error) <= CLOSE)).toBeGreaterThan(0.95)
    expect(shareOf(all, ({ error, spread }) => Math.abs(error) <= Math.max(CLOSE, spread))).toBeGreaterThan(
      0.99,
    )
    const mean = all.reduce((sum, { error }) => sum + error, 0) / all.length
    expect(Math.abs(mean)).toBeLessThan(0.02)
  }, 240_000)
})

describe('what is said of the way back', () => {
  test.each([
    ['in halves', { servers: 6, groups: [{ delaySeconds: 60 }] }, {}],
    ['one by one', { servers: 4, groups: [{ delaySeconds: 30 }] }, { batchSizes: [{ count: 1 }] }],
    ['behind a network load balancer', { servers: 4, zones: ['a'], balancer: 'network' }, {}],
  ] as const)(
    'is within a tenth, when somebody objects at the very end: %s',
    async (_name, options, change) => {
      const gate = gateOf('service', () => world.versions().every((version) => version === NEW))
      const world: World = new World({
        ...{ ...(options as WorldOptions), seed: 3, gates: [gate] },
        ...{ faults: { latencyMs: [20, 60] }, updateMs: () => 0 },
      })
      const settings = { ...(change as Partial<Settings>), smoke: SMOKE.service }
      const { outcome } = await world.rollOut(settings)
      expect(outcome).toBe('rolled-back')
      const began = world.of('phase-started').find(({ direction }) => direction === 'rollback')?.at ?? 0
      const tookMs = (world.of('phase-ended').at(-1)?.at ?? 0) - began
      const { ms = 0 } = world.of('planned')[0]?.outlook.wayBack ?? {}
      expect(Math.abs(ms - tookMs) / tookMs).toBeLessThan(CLOSE)
    },
  )

  test('of a shift counts the changes of its routes', async () => {
    const gate = gateOf('service', () => (world.of('shifted').at(-1)?.share ?? 0) === 500)
    const world: World = new World({
      pair: { routes: Array.from({ length: 60 }, () => ({ green: 'attached' as const })) },
      gates: [gate],
    })
    const traffic = [{ share: 500, holdMs: 60_000 }, { share: 1000 }]
    const { outcome } = await world.rollOut({ traffic, smoke: SMOKE.service })
    expect(outcome).toBe('rolled-back')
    const began = world.of('phase-started').find(({ phase }) => phase === 'shift-back')?.at ?? 0
    const tookMs = (world.of('phase-ended').at(-1)?.at ?? 0) - began
    const { ms = 0 } = world.of('planned')[0]?.outlook.wayBack ?? {}
    expect(Math.abs(ms - tookMs) / tookMs).toBeLessThan(CLOSE)
  })
})
