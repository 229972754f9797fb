import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Settings } from '../../src/domain/settings.ts'
import { estimated } from '../support/estimated.ts'
import { search } from '../support/search.ts'
import type { WorldOptions } from '../support/world.ts'

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
    groups: fc.array(group, { minLength: 1, maxLength: 5 }),
    targetType: fc.constantFrom('instance' as const, 'ip' as const),
    balancer: fc.constantFrom('application' as const, 'application' as const, 'network' as const),
    isAsked: fc.boolean(),
    bakeTimeMs: fc.constantFrom(0, 0, 60_000),
  })
  .map(({ seed, updates, latencyMs, healthyForMs, batch, bakeTimeMs, isAsked, ...options }) => {
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
        ...(healthyForMs === undefined ? {} : { healthyForMs }),
      },
    }
  })

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
  })
  .filter(({ green, blue }) => green >= blue)
  .map(({ seed, updates, latencyMs, healthyForMs, green, blue, intervalSeconds, attached, ...rest }) => {
    const { routes, minGreen, hasUpdates, ...settings } = rest
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
        ...(hasUpdates ? {} : ({ updateCommand: undefined } as unknown as Partial<Settings>)),
      },
    }
  })

async function errorOf(scene: Scene, seed = scene.seed) {
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

function show({ error, spread, scene, tookMs, estimate }: any): string {
  const { options, ...rest } = scene
  const { pair, ...others } = options
  if (pair !== undefined) pair.routes = [pair.routes.length, pair.routes[0].green]
  const { parts } = estimate
  return [
    JSON.stringify({ error, spread, tookMs, ms: estimate.ms }),
    JSON.stringify({ ...rest, ...others, pair }),
    parts.map((p: any) => `${p.cause} ${Math.round(p.ms)}`).join(', '),
  ].join('\n')
}

describe('dev', () => {
  test.each([
    ['in-place', inPlaceScene],
    ['blue-green', shiftScene],
  ] as const)(
    '%s',
    async (_, arb) => {
      const errors: { error: number; spread: number; scene: Scene; tookMs: number; estimate: unknown }[] = []
      await fc.assert(
        fc.asyncProperty(arb, async (scene) => {
          const { error, tookMs, estimate } = await errorOf(scene)
          if (estimate.ms < 30_000) return
          errors.push({ error, spread: estimate.spreadMs / tookMs, scene, tookMs, estimate })
        }),
        search(1 / 5),
      )
      errors.sort((a, b) => a.error - b.error)
      const q = (share: number) => errors[Math.floor(share * (errors.length - 1))]?.error.toFixed(3)
      console.log(errors.length, 'quantiles', [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1].map(q))
      const bad = errors.filter(({ error, spread }) => Math.abs(error) > 0.05 + spread)
      console.log('mean', errors.reduce((s, e) => s + e.error, 0) / errors.length, 'bad', bad.length)
      for (const one of [...bad.slice(0, 3), ...bad.slice(-3)]) console.log(show(one))
    },
    300_000,
  )
})
