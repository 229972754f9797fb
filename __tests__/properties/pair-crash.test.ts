import { describe, expect, test } from '@jest/globals'
import { FAULTS } from '../support/disasters.ts'
import {
  cancelPair,
  crashPair,
  PAIR_AFTERMATHS,
  PAIR_FLEETS,
  type PairFleet,
} from '../support/pair-disasters.ts'

/** Each so-many-eth call; `npm run torture -- --virtual` tries all of them. */
const STRIDE = 4

describe.each(PAIR_FLEETS.map((fleet) => [fleet.name, fleet] as const))(
  'a blue-green run of %s',
  (_, fleet) => {
    test.each(Object.entries(PAIR_AFTERMATHS))(
      'that dies before or after any call: %s puts every weight right',
      async (_, after) => {
        let points = 0
        for (let call = 1; ; call += STRIDE) {
          const before = await crashPair({ call, when: 'before' }, { fleet, after })
          const later = await crashPair({ call, when: 'after' }, { fleet, after })
          if (before === undefined && later === undefined) break
          expect({ call, before, later: later ?? [] }).toEqual({ call, before: [], later: [] })
          points += 2
        }
        expect(points).toBeGreaterThan(40 / STRIDE)
      },
      120_000,
    )

    test('that is cancelled at any second ends in time, with its weights as before', async () => {
      let points = 0
      for (let atMs = 0; ; atMs += 1_000 * STRIDE) {
        const wrong = await cancelPair(atMs, fleet)
        if (wrong === undefined) break
        expect({ atMs, wrong }).toEqual({ atMs, wrong: [] })
        points++
      }
      expect(points).toBeGreaterThan(10 / STRIDE)
    }, 120_000)
  },
)

describe.each(Object.entries(FAULTS))('while %s', (_, faults) => {
  const [fleet] = PAIR_FLEETS as [PairFleet]

  test.each(Object.entries(PAIR_AFTERMATHS))(
    'a blue-green run that dies anywhere is put right by %s',
    async (_, after) => {
      let points = 0
      for (let call = 1; ; call += 5) {
        const when = call % 2 === 0 ? 'before' : 'after'
        const wrong = await crashPair({ call, when }, { fleet, after, faults: faults() })
        if (wrong === undefined) break
        expect({ call, wrong }).toEqual({ call, wrong: [] })
        points++
      }
      expect(points).toBeGreaterThan(8)
    },
    120_000,
  )
})
