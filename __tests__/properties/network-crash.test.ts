import { describe, expect, test } from '@jest/globals'
import { AFTERMATHS, type After, cancel, crash, FAULTS, type Fleet } from '../support/disasters.ts'

/** Each so-many-eth call. */
const STRIDE = 7

const recovery = AFTERMATHS['recover, later'] as After

/** Where servers take minutes to leave and to come back, and each zone depends on its own. */
const FLEETS: readonly Fleet[] = [
  {
    name: 'six in two zones behind a network load balancer, whose second batch fails',
    world: {
      servers: 6,
      zones: ['a', 'a', 'b', 'b', 'b', 'b'],
      targetType: 'instance',
      balancer: 'network',
      behaviour: { networkDrains: 'for-the-delay' },
      updateFails: (id, version) => (version === '1.0.2' && id.startsWith('i-6') ? 'exit code 3' : undefined),
    },
    settings: { batchSizes: [{ count: 3 }], minHealthy: { count: 2 } },
    floor: 2,
  },
  {
    name: 'five in two zones that depend on themselves, two groups',
    world: {
      servers: 5,
      zones: ['a', 'a', 'b', 'b', 'b'],
      groups: [{ attributes: { 'load_balancing.cross_zone.enabled': 'false' } }, { delaySeconds: 5 }],
    },
    settings: { batchSizes: [{ percent: 60 }], minHealthy: { count: 2 } },
    floor: 2,
  },
]

describe.each(FLEETS.map((fleet) => [fleet.name, fleet] as const))('a run of %s', (_, fleet) => {
  test.each(Object.entries(AFTERMATHS))(
    'that dies anywhere is put right by: %s',
    async (_, after) => {
      let points = 0
      for (let call = 1; ; call += STRIDE) {
        const when = call % 2 === 0 ? 'before' : 'after'
        const wrong = await crash({ call, when }, { fleet, after })
        if (wrong === undefined) break
        expect({ call, wrong }).toEqual({ call, wrong: [] })
        points++
      }
      for (let update = 1; ; update += 2) {
        const wrong = await crash({ update }, { fleet, after })
        if (wrong === undefined) break
        expect({ update, wrong }).toEqual({ update, wrong: [] })
      }
      expect(points).toBeGreaterThan(10)
    },
    120_000,
  )

  test.each(Object.entries(FAULTS))(
    'that dies while %s is put right by a recovery',
    async (_, faults) => {
      for (let call = 1; ; call += 3 * STRIDE) {
        const wrong = await crash({ call, when: 'after' }, { fleet, after: recovery, faults: faults() })
        if (wrong === undefined) break
        expect({ call, wrong }).toEqual({ call, wrong: [] })
      }
    },
    120_000,
  )

  test('that is cancelled at any time ends in time, and its post step puts the rest right', async () => {
    let points = 0
    for (let atMs = 0; ; atMs += 11_000) {
      const wrong = await cancel(atMs, { fleet })
      if (wrong === undefined) break
      expect({ atMs, wrong }).toEqual({ atMs, wrong: [] })
      points++
    }
    expect(points).toBeGreaterThan(5)
  }, 120_000)
})
