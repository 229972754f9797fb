import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { problemWith } from '../../src/action/parse.ts'
import { traffic } from '../../src/action/parse-traffic.ts'
import { showShare, type TrafficStep } from '../../src/domain/traffic.ts'
import { cases } from './parse-cases.ts'

const minutes = (count: number) => count * 60_000

cases('traffic', {
  parse: traffic,
  good: [
    ['100%', [{ share: 1000 }]],
    [
      '10% for 5m, 50% for 1h30m, 100%',
      [{ share: 100, holdMs: minutes(5) }, { share: 500, holdMs: minutes(90) }, { share: 1000 }],
    ],
    ['0.5%,33.3%,\n  100.0%', [{ share: 5 }, { share: 333 }, { share: 1000 }]],
    [
      '0.1% \t for  0s,100% for 5m',
      [
        { share: 1, holdMs: 0 },
        { share: 1000, holdMs: minutes(5) },
      ],
    ],
    ['10%', [{ share: 100 }]],
    [
      '5% for 1m, 10% for 1m',
      [
        { share: 50, holdMs: minutes(1) },
        { share: 100, holdMs: minutes(1) },
      ],
    ],
    ['25% every 90s', [...[250, 500, 750].map((share) => ({ share, holdMs: 90_000 })), { share: 1000 }]],
    ['30%  every  1m', [...[300, 600, 900].map((share) => ({ share, holdMs: minutes(1) })), { share: 1000 }]],
    ['66.7% every 1s', [{ share: 667, holdMs: 1_000 }, { share: 1000 }]],
    ['100% every 1m', [{ share: 1000 }]],
    [
      '60% for 60h, 70% for 60h, 100%',
      [{ share: 600, holdMs: minutes(3600) }, { share: 700, holdMs: minutes(3600) }, { share: 1000 }],
    ],
  ],
  bad: [
    '',
    ',',
    '10',
    '10 %',
    '%',
    '.5%',
    '5.%',
    '0%',
    '0.0%',
    '0.05%',
    '33.33%',
    '100.1%',
    '101%',
    '-1%',
    '+5%',
    '1e1%',
    '٣%',
    'all',
    '10%,',
    ',10%',
    '10%,,100%',
    '10% 100%',
    '10%; 100%',
    '10%\n100%',
    '10% for 5m\n100%',
    '50%, 50%',
    '50%, 10%',
    '100%, 100%',
    '10% for',
    '10% for 5',
    '10% for 5m for 5m',
    '10% for 5 m',
    '10%for 5m',
    '10% during 5m',
    'for 5m',
    '10% for 121h',
    '10% every',
    '10% every 0s',
    '10% every minute',
    '0% every 1m',
    '101% every 1m',
    'every 1m',
    '10% every 1m, 100%',
    '5%, 10% every 1m',
    '10% every 1m for 5m',
  ],
})

const problem = (text: string): string => {
  const parsed = traffic(text)
  return 'value' in parsed ? '' : problemWith('traffic', text, parsed)
}

const FORMS =
  'give rising shares of the traffic, at most 100% and no finer than 0.1%, as weights end at 999 (10% for 5m, 50% for 5m, 100%), or equal steps alone (10% every 1m)'

test.each([
  ['0.25%', `traffic is "0.25%": ${FORMS}`],
  ['10%, 120%', `traffic has "120%": ${FORMS}`],
  ['50% for 5m, 10.5%', `traffic is "50% for 5m, 10.5%": ${FORMS}; 10.5% comes after 50%`],
  ['10% every 1m, 100%', `traffic has "10% every 1m": ${FORMS}`],
  ['0% every 1m', `traffic has "0%": ${FORMS}`],
  ['10% for 5, 100%', 'traffic has "5": give a duration in hours, minutes and seconds (90s, 5m, 1h30m)'],
  [
    '10% every 0s',
    'traffic has "0s": give a duration in hours, minutes and seconds (90s, 5m, 1h30m) of at least 1s',
  ],
  [
    '0.1% every 8m',
    'traffic is "0.1% every 8m": give times that come to at most 120h together, as no job runs longer',
  ],
])('%j is refused with a sentence that helps', (text, message) => {
  expect(problem(text)).toBe(message)
})

test('the finest equal steps are a thousand', () => {
  const parsed = traffic('0.1% every 7m')
  expect('value' in parsed && parsed.value.length).toBe(1000)
})

const rises = (steps: readonly TrafficStep[]) =>
  steps.every(({ share }, index) => share > (steps[index - 1]?.share ?? 0) && share <= 1000)

test('rising shares are read as they were written', () => {
  const written = fc.uniqueArray(
    fc.record(
      { share: fc.integer({ min: 1, max: 1000 }), seconds: fc.integer({ min: 0, max: 400 }) },
      { requiredKeys: ['share'] },
    ),
    { minLength: 1, selector: ({ share }) => share },
  )
  fc.assert(
    fc.property(written, (unsorted) => {
      const steps = unsorted.toSorted((a, b) => a.share - b.share)
      const text = steps
        .map(({ share, seconds }) => showShare(share) + (seconds === undefined ? '' : ` for ${seconds}s`))
        .join(', ')
      expect(traffic(text)).toEqual({
        value: steps.map(({ share, seconds }) =>
          seconds === undefined ? { share } : { share, holdMs: seconds * 1000 },
        ),
      })
    }),
  )
})

test('equal steps rise by the same share, each for the same time, up to the whole', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (rise) => {
      const parsed = traffic(`${showShare(rise)} every 1m`)
      const steps = 'value' in parsed ? parsed.value : []
      expect(rises(steps)).toBe(true)
      expect(steps.length).toBe(Math.ceil(1000 / rise))
      expect(steps.slice(0, -1)).toEqual(
        steps.slice(0, -1).map((_, index) => ({ share: (index + 1) * rise, holdMs: 60_000 })),
      )
      expect(steps.at(-1)).toEqual({ share: 1000 })
    }),
  )
})

test('any text is understood, as shares that rise, or told what would be', () => {
  const words = [
    '0',
    '1',
    '5',
    '10',
    '50',
    '100',
    '.',
    '%',
    '%',
    ',',
    ' ',
    ' for ',
    ' every ',
    '1m',
    '30s',
    '\n',
  ]
  const likely = fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(likely, fc.string({ unit: 'binary' })), (text) => {
      const parsed = traffic(text)
      if ('value' in parsed) expect(parsed.value.length > 0 && rises(parsed.value)).toBe(true)
      else expect(parsed.accepted).toMatch(/^give (rising shares|a duration|times)/)
    }),
    { numRuns: 1_000 },
  )
})
