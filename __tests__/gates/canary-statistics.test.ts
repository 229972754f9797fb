import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  binomialTail,
  chanceOfShare,
  dispersion,
  rateAtMost,
  worth,
} from '../../src/gates/canary-statistics.ts'

/** The same in whole numbers, with a rate in 256ths. */
function exactTail(least: number, tries: number, rate256: number): number {
  let [sum, coefficient] = [0n, 1n]
  for (let hits = 0; hits <= tries; hits++) {
    if (hits >= least)
      sum += coefficient * BigInt(rate256) ** BigInt(hits) * BigInt(256 - rate256) ** BigInt(tries - hits)
    coefficient = (coefficient * BigInt(tries - hits)) / BigInt(hits + 1)
  }
  return Number((sum << 1100n) / 256n ** BigInt(tries)) / 2 ** 1000 / 2 ** 100
}

const counts = fc
  .integer({ min: 1, max: 100 })
  .chain((tries) => fc.tuple(fc.integer({ min: 0, max: tries }), fc.constant(tries)))

describe('the chance of so many hits', () => {
  test('is exact', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 0, max: 256 }), ([least, tries], rate) => {
        const exact = exactTail(least, tries, rate)
        expect(Math.abs(binomialTail(least, tries, rate / 256) - exact)).toBeLessThanOrEqual(
          1e-12 * exact + 1e-15,
        )
      }),
    )
  })

  test('of millions, as other software has it', () => {
    // Boost's incomplete beta function, by way of stdlib.
    expect(binomialTail(15, 42, 0.1) / 0.00000702917462055368).toBeCloseTo(1, 12)
    expect(binomialTail(103_000, 10_002_999, 0.01) / 2.966838978065517e-21).toBeCloseTo(1, 6)
  })

  test('at the ends', () => {
    expect([binomialTail(0, 10, 0), binomialTail(1, 10, 0), binomialTail(10, 10, 1)]).toEqual([1, 0, 1])
    expect([binomialTail(11, 10, 0.5), binomialTail(0, 0, 0.5)]).toEqual([0, 1])
  })

  test('falls with the hits, and rises with the rate', () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(counts, rate, rate, ([least, tries], one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)]
        const tail = binomialTail(least, tries, low)
        expect(binomialTail(least + 1, tries, low)).toBeLessThanOrEqual(tail + 1e-12)
        expect(binomialTail(least, tries, high)).toBeGreaterThanOrEqual(tail - 1e-12)
      }),
    )
  })
})

test('the highest rate that so few hits allow is the one at which they are that improbable', () => {
  fc.assert(
    fc.property(counts, fc.constantFrom(0.05, 0.001, 1e-6), ([hits, tries], level) => {
      const rate = rateAtMost(hits, tries, level)
      if (hits === tries) return expect(rate).toBe(1)
      expect(rate).toBeGreaterThan(hits / tries)
      expect((1 - binomialTail(hits + 1, tries, rate)) / level).toBeCloseTo(1, 4)
    }),
  )
})

describe('the chance of a share', () => {
  const tally = fc.integer({ min: 1, max: 100_000 }).chain((requests) =>
    fc.record({
      requests: fc.constant(requests),
      errors: fc.integer({ min: 0, max: Math.min(200, requests) }),
    }),
  )

  test('says nothing against the one that is no worse', () => {
    fc.assert(
      fc.property(tally, tally, (one, other) => {
        if (one.errors / one.requests > other.errors / other.requests) return
        expect(chanceOfShare(one, other)).toBeGreaterThan(0.3)
      }),
    )
  })

  test('grows with what is allowed', () => {
    fc.assert(
      fc.property(tally, tally, (one, other) => {
        expect(chanceOfShare(one, other, 2)).toBeGreaterThanOrEqual(chanceOfShare(one, other) - 1e-12)
      }),
    )
  })

  test('is 1 without errors', () => {
    expect(chanceOfShare({ requests: 5, errors: 0 }, { requests: 9, errors: 3 })).toBe(1)
  })
})

describe('the dispersion', () => {
  const minutes = (...errors: number[]) => errors.map((each) => ({ errors: each, requests: 1_000 }))

  test.each([
    ['steady', minutes(10, 10, 10, 10), 1],
    ['nothing', [], 1],
    ['without errors', minutes(0, 0, 0), 1],
    ['all errors', minutes(1_000, 1_000), 1],
    ['an incident', minutes(0, 0, 0, 40), 40 / 0.99],
  ])('of %s', (_, given, expected) => {
    expect(dispersion(given)).toBeCloseTo(expected, 9)
  })

  test('makes an incident worth one error', () => {
    const incident = { errors: 40, requests: 4_000 }
    expect(worth(incident, dispersion(minutes(0, 0, 0, 20)))).toEqual({ errors: 1, requests: 199 })
    expect(worth(incident, 1)).toEqual(incident)
  })
})
