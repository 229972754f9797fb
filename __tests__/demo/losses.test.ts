import { expect, test } from '@jest/globals'
import type { Failure } from '../../demo/load.ts'
import { failuresAfter, lostOtherwise } from '../../demo/losses.ts'
import { exposureIn, type Shift, shareOf } from '../../demo/traffic.ts'

/** A hundred requests a second. */
const shift = (atSeconds: number, green: number, route = 'production'): Shift => ({
  ...{ route, atSeconds, green, weights: { blue: 100 - green, green }, sent: atSeconds * 100 },
})

const failure = (
  sentAtSeconds: number,
  version: string | undefined = '3',
  reason = 'status 500',
): Failure => ({
  ...{
    sentAtSeconds,
    version,
    sentBefore: Math.round(sentAtSeconds * 100),
    endedAtSeconds: sentAtSeconds + 0.1,
  },
  reason: version === undefined ? reason : `${reason} from ${version}`,
})

const SHIFTS = [shift(1, 0), shift(2, 10), shift(4, 0)]
const judged = (...eachFailure: Failure[]): string[] =>
  lostOtherwise({ counts: { sent: 600, eachFailure }, shifts: SHIFTS }, { version: '3' })

test('the part of a group, to a tenth of a percent', () => {
  expect(shareOf('green', { blue: 995, green: 5 })).toBe(0.5)
  expect(shareOf('green', { blue: 2, green: 1 })).toBe(33.3)
  expect([shareOf('green', { blue: 1 }), shareOf('blue', { blue: 0, green: 0 })]).toEqual([0, 0])
})

test('green is exposed from the first route that shows it to the last that does not', () => {
  expect(exposureIn([shift(1, 0)])).toBeUndefined()
  const other = 'other'
  const shifts = [shift(2, 10), shift(3, 50, other), shift(4, 0), shift(5, 0, other)]
  expect(exposureIn(shifts)).toEqual({ from: shifts[0], until: shifts[3], most: 50 })
  expect(exposureIn(shifts.slice(0, 3))).toEqual({ from: shifts[0], until: undefined, most: 50 })
  expect(exposureIn([...SHIFTS, shift(7, 100)])).toMatchObject({ from: { atSeconds: 7 }, most: 100 })
})

test("what is lost on green's share while it has it is nobody else's", () => {
  expect(judged()).toEqual([])
  expect(judged(failure(1.95), failure(2.5), failure(3.99))).toEqual([])
})

test.each<[string, Failure, string]>([
  [
    'another version',
    failure(3, '1'),
    'otherwise than by a 500 of 3: status 500 from 1, the first was sent at 3.0 s',
  ],
  [
    'no answer',
    failure(3, undefined, 'no answer: ECONNRESET'),
    'otherwise than by a 500 of 3: no answer: ECONNRESET',
  ],
  ['a cut', failure(3, '3', 'cut short'), 'otherwise than by a 500 of 3: cut short from 3'],
  ['too early', failure(1.5), 'before green had any traffic: status 500 from 3'],
  ['too late', failure(4), 'though the weights were back: status 500 from 3, the first was sent at 4.0 s'],
])('%s is told', (_, wrong, how) => {
  expect(judged(failure(3), wrong)).toEqual([expect.stringContaining(`1 requests failed ${how}`)])
})

test('the load balancer may take a while to go by new weights', () => {
  const counts = { sent: 600, eachFailure: [failure(4.2)] }
  expect(lostOtherwise({ counts, shifts: SHIFTS }, { version: '3', settleSeconds: 0.5 })).toEqual([])
  expect(failuresAfter(counts, SHIFTS[2], 0.5)).toEqual([])
  expect(failuresAfter(counts, SHIFTS[2])).toHaveLength(1)
  expect(failuresAfter(counts, undefined)).toEqual([])
})

test('more than the share explains is told', () => {
  const some = (many: number) => Array.from({ length: many }, (_, index) => failure(2 + index / 100))
  expect(judged(...some(40))).toEqual([])
  expect(judged(...some(41))).toEqual(['41 of 200 requests failed while green had 10% at most'])
})
