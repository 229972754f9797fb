import { describe, expect, test } from '@jest/globals'
import { AFTERMATHS, cancel, crash, FAULTS, FLEETS, type Fleet, tagsOf } from '../support/disasters.ts'
import { Invariants } from '../support/invariants.ts'
import { World } from '../support/world.ts'

/** Each so-many-eth call; `npm run torture -- --virtual` tries all of them. */
const STRIDE = 4

describe.each(FLEETS.map((fleet) => [fleet.name, fleet] as const))('a run of %s that dies', (_, fleet) => {
  test.each(Object.entries(AFTERMATHS))(
    'before or after any call: %s puts everything right',
    async (_, after) => {
      let points = 0
      for (let call = 1; ; call += STRIDE) {
        const before = await crash({ call, when: 'before' }, { fleet, after })
        const later = await crash({ call, when: 'after' }, { fleet, after })
        if (before === undefined && later === undefined) break
        expect({ call, before, later: later ?? [] }).toEqual({ call, before: [], later: [] })
        points += 2
      }
      expect(points).toBeGreaterThan(80 / STRIDE)
    },
    120_000,
  )

  test.each(Object.entries(AFTERMATHS))(
    'in the middle of any update: %s puts everything right',
    async (_, after) => {
      let points = 0
      for (let update = 1; ; update++) {
        const wrong = await crash({ update }, { fleet, after })
        if (wrong === undefined) break
        expect({ update, wrong }).toEqual({ update, wrong: [] })
        points++
      }
      expect(points).toBeGreaterThanOrEqual(2)
    },
    120_000,
  )
})

describe.each(FLEETS.map((fleet) => [fleet.name, fleet] as const))(
  'a run of %s that is cancelled',
  (_, fleet) => {
    test('at any second ends in time, and its post step puts the rest right', async () => {
      let points = 0
      for (let atMs = 0; ; atMs += 1_000 * STRIDE) {
        const wrong = await cancel(atMs, { fleet })
        if (wrong === undefined) break
        expect({ atMs, wrong }).toEqual({ atMs, wrong: [] })
        points++
      }
      expect(points).toBeGreaterThan(60 / STRIDE)
    }, 120_000)
  },
)

describe.each(Object.entries(FAULTS))('while %s', (_, faults) => {
  const [fleet] = FLEETS as [Fleet]

  test.each(Object.entries(AFTERMATHS))(
    'a run that dies anywhere is put right by %s',
    async (_, after) => {
      let points = 0
      for (let call = 1; ; call += 5) {
        const when = call % 2 === 0 ? 'before' : 'after'
        const wrong = await crash({ call, when }, { fleet, after, faults: faults() })
        if (wrong === undefined) break
        expect({ call, wrong }).toEqual({ call, wrong: [] })
        points++
      }
      expect(points).toBeGreaterThan(10)
    },
    120_000,
  )

  test('one that is left alone ends well', async () => {
    const world = new World({ ...fleet.world, faults: faults() })
    const invariants = new Invariants(world, fleet.floor)
    expect(await world.rollOut(fleet.settings)).toMatchObject({ outcome: 'succeeded' })
    expect(invariants.broken).toEqual([])
    expect(tagsOf(world)).toEqual([])
  })
})
