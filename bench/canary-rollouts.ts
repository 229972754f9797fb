import { type Random, seededRandom } from '../simulator/random.ts'
import type { CanaryLimits } from '../src/domain/canary-limits.ts'
import { leastHoldMs, PUBLICATION_MS } from '../src/domain/canary-limits.ts'
import type { GroupCounts, Minute } from '../src/gates/canary-minutes.ts'
import { judgeMinutes } from '../src/gates/canary-verdict.ts'
import { BEFORE_MS, MINUTE_MS, windowOf } from '../src/gates/canary-window.ts'

/** Rollouts that consist of their metrics only: requests come at random, and fail at random. */

export interface Service {
  /** Of both groups together. */
  readonly requestsPerSecond: number
  readonly errorRate: number
  /** Requests that no server answers. */
  readonly unansweredRate: number
  readonly slowRate: number
  /** How much more often green fails; 1: the groups are equal. */
  readonly greenErrors: number
  /** Green's; absent: that of all. */
  readonly greenUnansweredRate?: number
  /** How much the rates of both groups differ from minute to minute: the standard deviation of their logarithm. */
  readonly swing: number
}

export interface Step {
  /** Green's, in thousandths. */
  readonly share: number
  readonly holdMs: number
}

export interface Case {
  readonly service: Service
  readonly steps: readonly Step[]
  readonly limits: CanaryLimits
}

export interface Ending {
  /** The step that it was aborted in, from 0; undefined: it was not. */
  readonly step?: number
  /** From the beginning of that step. */
  readonly afterMs?: number
  readonly evidence?: string
}

const SETTLE_MS = 30_000
const NOON = Date.UTC(2026, 10, 23, 12)

/** One whole rollout. */
export function rollOut({ service, steps, limits }: Case, seed: number): Ending {
  const random = seededRandom(seed)
  const metrics = new Metrics(service, random)
  let at = NOON + Math.floor(random() * MINUTE_MS)
  metrics.pass({ from: NOON - BEFORE_MS, to: at, share: 0 })
  for (const [step, { share, holdMs }] of steps.entries()) {
    const since = at + SETTLE_MS
    metrics.pass({ from: at, to: since + holdMs, share })
    at = since + holdMs
    for (let now = since + leastHoldMs(PUBLICATION_MS); now <= at; now += MINUTE_MS) {
      const window = windowOf({ since, now }, PUBLICATION_MS)
      const minutes = metrics.between(window.from - BEFORE_MS, window.to)
      const { verdict, evidence } = judgeMinutes(minutes, limits, { window, share, holds: steps.length })
      if (verdict === 'fail') return { step, afterMs: now - since, evidence }
    }
  }
  return {}
}

interface Stretch {
  readonly from: number
  readonly to: number
  readonly share: number
}

/** What the load balancer counts. */
class Metrics {
  readonly #service: Service
  readonly #random: Random
  readonly #minutes = new Map<number, Required<Minute>>()

  constructor(service: Service, random: Random) {
    this.#service = service
    this.#random = random
  }

  pass({ from, to, share }: Stretch): void {
    const { requestsPerSecond, errorRate, unansweredRate, greenErrors, swing } = this.#service
    const { greenUnansweredRate = unansweredRate } = this.#service
    for (let at = Math.floor(from / MINUTE_MS) * MINUTE_MS; at < to; at += MINUTE_MS) {
      const seconds = (Math.min(to, at + MINUTE_MS) - Math.max(from, at)) / 1_000
      const requests = seconds * requestsPerSecond
      const by = swing === 0 ? 1 : Math.exp(swing * normal(this.#random) - swing ** 2 / 2)
      const groups = {
        green: this.#group((requests * share) / 1_000, [
          errorRate * greenErrors * by,
          greenUnansweredRate * by,
        ]),
        blue: this.#group(requests * (1 - share / 1_000), [errorRate * by, unansweredRate * by]),
      }
      this.#minutes.set(at, merged(this.#minutes.get(at), this.#counted(at, groups)))
    }
  }

  /** Minutes without requests have no data. */
  between(from: number, to: number): Minute[] {
    return [...this.#minutes.values()]
      .filter(({ at }) => from <= at && at < to)
      .map(({ at, green, blue, balancer, latency }) => ({
        at,
        ...(green.requests > 0 ? { green } : {}),
        ...(blue.requests > 0 ? { blue } : {}),
        ...(balancer.requests > 0 ? { balancer } : {}),
        ...(latency.answers > 0 ? { latency } : {}),
      }))
  }

  #group(mean: number, [errorRate, unansweredRate]: readonly [number, number]): GroupCounts {
    const failed = poisson(mean * errorRate, this.#random)
    const unanswered = poisson(mean * unansweredRate, this.#random)
    const good = poisson(mean * Math.max(0, 1 - errorRate - unansweredRate), this.#random)
    return { requests: failed + unanswered + good, failed, refused: 0, answered: failed + good }
  }

  #counted(at: number, groups: { green: GroupCounts; blue: GroupCounts }): Required<Minute> {
    const { green, blue } = groups
    const requests = green.requests + blue.requests
    const errors = requests - green.answered - blue.answered
    const slow = Math.min(green.answered, poisson(green.answered * this.#service.slowRate, this.#random))
    const latency = { answers: green.answered, slow, percentileMs: 500 }
    return { at, green, blue, balancer: { requests, errors }, latency }
  }
}

function merged(before: Required<Minute> | undefined, after: Required<Minute>): Required<Minute> {
  if (before === undefined) return after
  return {
    at: after.at,
    green: added(before.green, after.green),
    blue: added(before.blue, after.blue),
    balancer: added(before.balancer, after.balancer),
    latency: { ...added(before.latency, after.latency), percentileMs: after.latency.percentileMs },
  }
}

function added<Counts extends object>(one: Counts, other: Counts): Counts {
  const theirs = other as Readonly<Record<string, number>>
  return Object.fromEntries(
    Object.entries(one).map(([key, value]) => [key, value + (theirs[key] ?? 0)]),
  ) as Counts
}

/** Of many, as the sum of few. */
function poisson(mean: number, random: Random): number {
  if (mean > 500) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)))
  let total = 0
  for (let left = mean; left > 0; left -= 30) {
    const stop = Math.exp(-Math.min(30, left))
    for (let product = random(); product > stop; product *= random()) total++
  }
  return total
}

const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
