import { type CanaryLimits, leastHoldMs, PUBLICATION_MS } from '../domain/canary-limits.ts'
import { explain, isTransient } from '../domain/errors.ts'
import type { Clock, TrafficGate, TrafficQuestion, Verdict } from '../domain/ports.ts'
import type { Pair } from '../domain/routing.ts'
import { timeOfDay } from '../domain/wording.ts'
import { minutesOf } from './canary-measure.ts'
import type { Minute } from './canary-minutes.ts'
import { type LoadBalancerOf, placeFinder } from './canary-place.ts'
import { measure, queriesFor, type Span } from './canary-queries.ts'
import { judgeMinutes } from './canary-verdict.ts'
import { BEFORE_MS, MINUTE_MS, type Window, windowOf } from './canary-window.ts'
import type { CloudWatchCalls } from './cloudwatch-client.ts'

export interface CanaryOptions {
  readonly client: CloudWatchCalls
  readonly clock: Pick<Clock, 'now'>
  readonly limits: CanaryLimits
  /** How many holds of the rollout are judged, the bake among them: each may be wrong, and all together rarely are. */
  readonly holds: number
  /** ARN of the load balancer that a target group is attached to. May reject; asked until it has answered once. */
  readonly loadBalancerOf: LoadBalancerOf
  /** How long after its end a minute is taken to be published; absent: two minutes. */
  readonly publicationMs?: number
}

/** It may forbid to begin: a load balancer without such metrics, a permission that is missing. */
export type CanaryGate = Required<TrafficGate>

/** Judges green by the metrics of an Application Load Balancer. How: see the limits, and the files of each check. */
export function createCanaryGate(options: CanaryOptions): CanaryGate {
  const { clock, publicationMs = PUBLICATION_MS } = options
  const read = readerOf(options)
  const judged = onceAMinute(options, read)
  return {
    name: 'canary metrics',
    leastHoldMs: leastHoldMs(publicationMs),
    async judge(question, signal) {
      signal.throwIfAborted()
      const window = windowOf(question, publicationMs)
      if (window.minutes === 0) return tooEarly(window.from + MINUTE_MS + publicationMs)
      return judged(question, window, signal)
    },
    async problems(pair, signal) {
      signal.throwIfAborted()
      try {
        await read(pair, { from: clock.now() - MINUTE_MS, to: clock.now() }, signal)
        return []
      } catch (error) {
        signal.throwIfAborted()
        return isTransient(error) ? [] : [`Canary metrics cannot be judged: ${explain(error)}.`]
      }
    },
  }
}

type Reader = (pair: Pair, span: Span, signal: AbortSignal) => Promise<Minute[]>

function readerOf({ client, limits, loadBalancerOf }: CanaryOptions): Reader {
  const findPlace = placeFinder(loadBalancerOf)
  return async (pair, span, signal) => {
    const queries = queriesFor(await findPlace(pair, signal), limits)
    return minutesOf(await measure(client, { queries, span }, signal), span, limits)
  }
}

const ASK_AGAIN_MS = 15_000

/** CloudWatch has something new once a minute, and is paid by the question. */
function onceAMinute({ limits, holds }: CanaryOptions, read: Reader) {
  let last: { since: number; to: number; againAt: number; verdict: Verdict } | undefined
  return async (question: TrafficQuestion, window: Window, signal: AbortSignal): Promise<Verdict> => {
    const { since, now, share } = question
    if (last?.since === since && last.to === window.to && now < last.againAt) return last.verdict
    const kept = { since, to: window.to, againAt: now + ASK_AGAIN_MS }
    try {
      const minutes = await read(question, { from: window.from - BEFORE_MS, to: window.to }, signal)
      const verdict = judgeMinutes(minutes, limits, { window, share, holds })
      const isLate = minutes.some(({ at, green }) => at >= window.from && green === undefined)
      last = { ...kept, verdict, ...(isLate ? {} : { againAt: Number.POSITIVE_INFINITY }) }
    } catch (error) {
      signal.throwIfAborted()
      last = { ...kept, verdict: unasked(explain(error)) }
    }
    return last.verdict
  }
}

const tooEarly = (firstAt: number): Verdict => ({
  verdict: 'unknown',
  evidence: `no whole minute has been published yet, the first one should be at ${timeOfDay(firstAt)}`,
})

const unasked = (why: string): Verdict => ({ verdict: 'unknown', evidence: `no metrics: ${why}` })
