import type { CanaryLimits } from '../src/domain/canary-limits.ts'
import { type Case, type Ending, rollOut, type Service, type Step } from './canary-rollouts.ts'
import { table } from './table.ts'

/** How often the canary gate errs, and how soon it sees: simulated rollouts, the same ones each time. */

const ROLLOUTS = 4_000
const ROLLOUTS_OF_BAD_ONES = 500
const MINUTE = 60_000
const SHORT: Step[] = [
  { share: 100, holdMs: 5 * MINUTE },
  { share: 500, holdMs: 5 * MINUTE },
  { share: 1000, holdMs: 10 * MINUTE },
]
const LONG: Step[] = [
  { share: 100, holdMs: 60 * MINUTE },
  { share: 1000, holdMs: 60 * MINUTE },
]
const TENTH: Step[] = [{ share: 100, holdMs: 60 * MINUTE }]
const TRAFFIC = [2, 20, 200, 2_000]
const RATES = [0.0005, 0.005, 0.05]
/** What 1% of the answers take longer than: equal groups at the very limit, where the test errs most. */
const LATENCY = { percentile: 99, ms: 500 }
const EQUAL = { unansweredRate: 0.0005, slowRate: 0.01, greenErrors: 1, swing: 0 }
const SWINGING = { ...EQUAL, swing: 0.5 }

const LIMITS = {
  '1x': { timesBlue: 1 },
  '2x': { timesBlue: 2 },
  '0.5%, 2x': { rate: 0.005, timesBlue: 2 },
} as const
type Limit = keyof typeof LIMITS

function main(): void {
  console.log(
    `False aborts of whole rollouts of equal groups, ${count(ROLLOUTS)} of each kind. Steps: 10% and 50%`,
  )
  console.log('for 5 m each, bake 10 m; two hours: 10% for 1 h, bake 1 h; swinging: the rates of both groups')
  console.log('differ by half from minute to minute. max-latency is at its very limit.\n')
  console.log(falseAborts(), '\n')
  console.log(
    `Found within so long at 10% of the traffic, of ${count(ROLLOUTS_OF_BAD_ONES)} rollouts of each kind.\n`,
  )
  console.log(detection())
}

const FALSE_ABORT_CASES = [
  { title: '1x', limit: '1x', steps: SHORT, equal: EQUAL },
  { title: '2x', limit: '2x', steps: SHORT, equal: EQUAL },
  { title: '1x, two hours', limit: '1x', steps: LONG, equal: EQUAL },
  { title: '1x, swinging', limit: '1x', steps: SHORT, equal: SWINGING },
] as const

function falseAborts(): string {
  const head = ['Requests/s', 'Error rate', ...FALSE_ABORT_CASES.map(({ title }) => title)]
  const rows = TRAFFIC.flatMap((requestsPerSecond) =>
    RATES.map((errorRate) => [
      `${requestsPerSecond}`,
      percent(errorRate),
      ...FALSE_ABORT_CASES.map(({ limit, steps, equal }) => {
        const service = { ...equal, requestsPerSecond, errorRate }
        const found = endings({ service, steps, limits: limitsOf(limit, { latency: LATENCY }) }, ROLLOUTS)
        return percent(found.filter(({ step }) => step !== undefined).length / ROLLOUTS)
      }),
    ]),
  )
  return table(head, rows)
}

const WORSE: readonly { title: string; limit: Limit; rates: Omit<Service, 'requestsPerSecond'> }[] = [
  ...RATES.flatMap((errorRate) =>
    (['1x', '2x'] as const).map((limit) => ({
      title: `${percent(errorRate)} errors on blue, ${percent(errorRate * 5)} on green`,
      limit,
      rates: { ...EQUAL, errorRate, greenErrors: 5 },
    })),
  ),
  {
    title: '5% unanswered on green (502, 504)',
    limit: '0.5%, 2x',
    rates: { ...EQUAL, errorRate: 0.005, greenUnansweredRate: 0.05 },
  },
]

function detection(): string {
  const head = ['Requests/s', 'Green is worse', 'Limit', '5 m', '10 m', '30 m', '60 m', 'Median']
  const rows = TRAFFIC.flatMap((requestsPerSecond) =>
    WORSE.map(({ title, limit, rates }) => {
      const service = { ...rates, requestsPerSecond }
      const times = endings({ service, steps: TENTH, limits: limitsOf(limit) }, ROLLOUTS_OF_BAD_ONES)
        .map(({ afterMs = Number.POSITIVE_INFINITY }) => afterMs / MINUTE)
        .sort((a, b) => a - b)
      const within = (minutes: number): string =>
        percent(times.filter((time) => time <= minutes).length / times.length)
      const median = times[times.length / 2] ?? Number.NaN
      const shown = Number.isFinite(median) ? `${median} m` : 'later'
      return [`${requestsPerSecond}`, title, limit, ...[5, 10, 30, 60].map(within), shown]
    }),
  )
  return table(head, rows)
}

const limitsOf = (limit: Limit, more: Partial<CanaryLimits> = {}): CanaryLimits => ({
  errors: LIMITS[limit],
  minRequests: 100,
  ...more,
})

function endings(given: Case, rollouts: number): Ending[] {
  return Array.from({ length: rollouts }, (_, seed) => rollOut(given, seed + 1))
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`
}

function count(number: number): string {
  return number.toString().replace(/\B(?=(\d{3})+$)/g, ' ')
}

main()
