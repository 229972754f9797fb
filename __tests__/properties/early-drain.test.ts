import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { byCounter, READINGS } from '../support/draining.ts'
import { Traffic } from '../support/in-flight.ts'
import { Invariants } from '../support/invariants.ts'
import { search } from '../support/search.ts'
import { NEW, World } from '../support/world.ts'

const FAULTS = {
  none: {},
  throttled: { throttleShare: 0.3 },
  broken: { throttleShare: 0.2, errorShare: 0.1, resetShare: 0.1, lostReplyShare: 0.1 },
  stale: { staleReadsMs: 3_000 },
}

const scenario = fc.record({
  seed: fc.nat(),
  servers: fc.integer({ min: 2, max: 6 }),
  reading: fc.constantFrom(...READINGS),
  delaySeconds: fc.constantFrom(25, 60, 300),
  longestMs: fc.integer({ min: 10, max: 14_000 }),
  /** New requests go on coming: never as long as nothing that is seen counts. */
  lagMs: fc.nat(9_000),
  faults: fc.constantFrom('none' as const, 'throttled' as const, 'broken' as const, 'stale' as const),
  fails: fc.option(fc.nat(5), { nil: undefined }),
  updateMs: fc.nat(40_000),
})

test('where a counter of requests ends the drains, no request is ever cut or lost, in random fleets', async () => {
  const byWhom = new Set<string>()
  await fc.assert(
    fc.asyncProperty(scenario, async (scene) => {
      const world: World = new World({
        ...{ seed: scene.seed, servers: scene.servers, targetType: 'instance' },
        groups: [{ delaySeconds: scene.delaySeconds }],
        behaviour: { reregisterWhileDraining: scene.reading, deregistrationLagMs: scene.lagMs },
        faults: FAULTS[scene.faults],
        updateMs: () => scene.updateMs,
        updateFails: (id, version) =>
          version === NEW && id === [...world.servers.keys()][scene.fails ?? -1] ? 'exit code 3' : undefined,
        ...drainProbe(() => traffic),
      })
      const traffic: Traffic = new Traffic(world, { ...scene, perSecond: 5 })
      const invariants = new Invariants(world, 1)
      const { outcome } = await world.rollOut({ minHealthy: { count: 1 } })
      for (const { by } of world.of('drained')) byWhom.add(by)
      const isToFail = scene.fails !== undefined && scene.fails < scene.servers
      // Two minutes without luck, and it has not begun.
      const hadNoLuck = outcome === 'refused' && scene.faults === 'broken'
      const expected = isToFail ? 'rolled-back' : 'succeeded'
      expect([outcome, traffic.lost, invariants.broken]).toEqual([hadNoLuck ? outcome : expected, [], []])
      expect(world.serving()).toHaveLength(scene.servers)
    }),
    search(1 / 10),
  )
  expect(byWhom).toEqual(new Set(['command', 'load-balancer']))
}, 120_000)

test('one that was rejected as it drained, and was gone when we looked, is registered again', async () => {
  const world = new World({
    ...{ seed: 1_004_681_938, servers: 2, targetType: 'instance', groups: [{ delaySeconds: 25 }] },
    ...{ behaviour: { reregisterWhileDraining: 'reject', deregistrationLagMs: 0 }, faults: FAULTS.broken },
    ...{ updateMs: () => 0, drainProbe: { isDrained: async () => true } },
  })
  expect((await world.rollOut({ minHealthy: { count: 1 } })).outcome).toBe('succeeded')
})

function drainProbe(traffic: () => Traffic) {
  const probe = byCounter({ inFlightAt: (id) => traffic().inFlightAt(id) })
  return probe === undefined ? {} : { drainProbe: probe }
}
