import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { StateEvent } from '../../simulator/events.ts'
import { search } from '../support/search.ts'
import { NEW, World } from '../support/world.ts'

const fleet = fc.record({
  seed: fc.nat(),
  servers: fc.integer({ min: 2, max: 12 }),
  batch: fc.integer({ min: 10, max: 50 }),
  groups: fc.array(
    fc.record({
      delaySeconds: fc.constantFrom(1, 7, 30, 300),
      intervalSeconds: fc.constantFrom(5, 10, 30, 60),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  updateMs: fc.array(fc.integer({ min: 0, max: 90_000 }), { minLength: 12, maxLength: 12 }),
  healthyForMs: fc.option(fc.integer({ min: 0, max: 90_000 }), { nil: undefined }),
})

interface Batch {
  readonly startedAt: number
  readonly endedAt: number
  readonly servers: readonly string[]
}

function batchesOf(world: World): Batch[] {
  const ends = world.of('phase-ended')
  return world.of('phase-started').map((start, index) => ({
    startedAt: start.at,
    endedAt: ends[index]?.at ?? Number.NaN,
    servers: start.servers,
  }))
}

describe('the price of a rollout that goes well, in virtual time with random health-check phases', () => {
  test('is at most a second a batch beyond drain, update, the first passing check and healthy-for', async () => {
    await fc.assert(
      fc.asyncProperty(fleet, async (given) => {
        const index = (id: string) => [...world.servers.keys()].indexOf(id)
        const updateMs = (id: string) => given.updateMs[index(id)] ?? 0
        const world: World = new World({ ...given, updateMs })
        await world.clock.advance(given.seed % 60_000)
        const healthyAt: StateEvent[] = []
        world.simulator.observe((event) => {
          if (event.type === 'state' && event.to === 'healthy') healthyAt.push(event)
        })
        const { healthyForMs } = given
        const { outcome } = await world.rollOut({
          batchSizes: [{ percent: given.batch }],
          ...(healthyForMs === undefined ? {} : { healthyForMs }),
        })
        expect(outcome).toBe('succeeded')
        expect(new Set(world.versions())).toEqual(new Set([NEW]))

        const forMs =
          healthyForMs ?? Math.max(...given.groups.map((group) => (group.intervalSeconds + 5) * 1000))
        const delayMs = Math.max(...given.groups.map((group) => group.delaySeconds * 1000))
        for (const batch of batchesOf(world)) {
          const updated = batch.startedAt + delayMs + Math.max(...batch.servers.map(updateMs))
          const checked = healthyAt.filter(
            (event) =>
              batch.servers.includes(event.target.Id) && event.at >= updated && event.at <= batch.endedAt,
          )
          const lastCheck = Math.max(...checked.map((event) => event.at))
          expect(batch.endedAt - (lastCheck + forMs)).toBeLessThanOrEqual(1000)
          expect(batch.endedAt).toBeGreaterThanOrEqual(lastCheck + forMs)
          const registeredAt = world.of('returned').find((event) => event.at >= updated)?.at ?? Number.NaN
          expect(registeredAt - updated).toBeLessThanOrEqual(0)
        }
      }),
      search(1 / 3),
    )
  }, 120_000)

  test('is at most ten calls a batch beyond looks at the health, journal and fence included', async () => {
    await fc.assert(
      fc.asyncProperty(fleet, async (given) => {
        const { seed, servers, groups } = given
        const world = new World({ seed, servers, groups })
        let changes = 0
        await world.clock.advance(given.seed % 60_000)
        world.simulator.observe((event) => {
          if (event.type !== 'call' || event.action === 'DescribeTargetHealth') return
          if (world.of('phase-started').length > world.of('phase-ended').length) changes++
        })
        await world.rollOut({ batchSizes: [{ percent: given.batch }] })
        expect(changes / world.of('phase-started').length).toBeLessThanOrEqual(10)
      }),
      search(1 / 15),
    )
  }, 120_000)
})
