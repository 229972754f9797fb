import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { showShare, WHOLE, weightsFor } from '../../src/domain/traffic.ts'

const share = fc.integer({ min: 0, max: WHOLE })

describe('weightsFor', () => {
  test('gives green exactly its share, in weights that the API takes', () => {
    fc.assert(
      fc.property(share, (given) => {
        const { blue, green } = weightsFor(given)
        for (const each of [blue, green]) {
          expect(Number.isInteger(each) && each >= 0 && each <= 999).toBe(true)
        }
        expect(green / (blue + green)).toBe(given / WHOLE)
      }),
      { numRuns: 1001 },
    )
  })

  test.each([
    [0, { blue: 100, green: 0 }],
    [10, { blue: 99, green: 1 }],
    [5, { blue: 995, green: 5 }],
    [333, { blue: 667, green: 333 }],
    [WHOLE, { blue: 0, green: 100 }],
  ])('%d thousandths', (given, expected) => {
    expect(weightsFor(given)).toEqual(expected)
  })
})

describe('showShare', () => {
  test.each([
    [0, '0%'],
    [1, '0.1%'],
    [5, '0.5%'],
    [333, '33.3%'],
    [1000, '100%'],
  ])('%d thousandths', (given, expected) => {
    expect(showShare(given)).toBe(expected)
  })

  test('never shows more digits than there are', () => {
    fc.assert(
      fc.property(share, (given) => /^\d{1,3}(\.\d)?%$/.test(showShare(given))),
      { numRuns: 1001 },
    )
  })
})
