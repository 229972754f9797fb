import type { Share } from '../domain/traffic.ts'
import { WHOLE } from '../domain/traffic.ts'
import { dispersion, type Tally } from './canary-statistics.ts'

/** What the load balancer has counted in one minute. A part that is missing was not measured: it is not zero. */
export interface Minute {
  /** Its start. Milliseconds since the epoch. */
  readonly at: number
  readonly green?: GroupCounts
  readonly blue?: GroupCounts
  readonly balancer?: Tally
  readonly latency?: LatencyCounts
}

export interface GroupCounts {
  readonly requests: number
  /** Answers of the servers' own with a status of 5xx. */
  readonly failed: number
  /** Connections that failed, TLS included: their 502 is the load balancer's, and not in `failed`. */
  readonly refused: number
  /** Answers of the servers' own, of whatever status. */
  readonly answered: number
}

/** Of green. */
export interface LatencyCounts {
  readonly answers: number
  /** Those that took longer than allowed. */
  readonly slow: number
  /** The percentile that is limited. Milliseconds. */
  readonly percentileMs: number
}

/** The minutes of a hold, and those before it in which green had little or no traffic. */
export interface Observed {
  readonly minutes: readonly Minute[]
  readonly before: readonly Minute[]
  readonly share: Share
}

/** Up to this part of what green has now, a minute still shows how things are with less of it. */
const LITTLE = 0.5

export function split(
  minutes: readonly Minute[],
  at: { readonly from: number; readonly share: Share },
): Observed {
  const most = (LITTLE * at.share) / WHOLE
  return {
    share: at.share,
    minutes: minutes.filter((minute) => minute.at >= at.from),
    before: minutes.filter((minute) => minute.at < at.from && shareIn(minute) <= most),
  }
}

function shareIn({ green, blue }: Minute): number {
  const [ours, theirs] = [green?.requests ?? 0, blue?.requests ?? 0]
  return theirs === 0 ? Number.POSITIVE_INFINITY : ours / (ours + theirs)
}

/** Groups that are compared, in the same minutes where both have traffic; else green with what blue was before. */
export interface Comparison {
  readonly green: GroupCounts
  readonly blue: GroupCounts
  readonly when: 'now' | 'before'
  /** How many errors are worth one that is independent: in the same minutes what strikes one strikes the other. */
  readonly perError: number
}

export function comparison({ minutes, before, share }: Observed): Comparison {
  if (share >= WHOLE) {
    const perError = dispersion(before.flatMap(({ blue }) => (blue === undefined ? [] : errorsOf(blue))))
    return { green: sum(minutes, 'green'), blue: sum(before, 'blue'), when: 'before', perError }
  }
  const common = minutes.filter(({ green, blue }) => green !== undefined && blue !== undefined)
  return { green: sum(common, 'green'), blue: sum(common, 'blue'), when: 'now', perError: 1 }
}

export function sum(minutes: readonly Minute[], group: 'green' | 'blue'): GroupCounts {
  const total = { requests: 0, failed: 0, refused: 0, answered: 0 }
  for (const { [group]: counts } of minutes) {
    total.requests += counts?.requests ?? 0
    total.failed += counts?.failed ?? 0
    total.refused += counts?.refused ?? 0
    total.answered += counts?.answered ?? 0
  }
  return total
}

/** Connections that failed may be more than requests, should the load balancer try again. */
export const errorsOf = ({ requests, failed, refused }: GroupCounts): Tally => ({
  requests,
  errors: Math.min(requests, failed + refused),
})

/** Requests that no server has answered. */
export const unansweredOf = ({ requests, answered, refused }: GroupCounts): Tally => ({
  requests,
  errors: Math.min(requests, Math.max(0, requests - answered, refused)),
})
