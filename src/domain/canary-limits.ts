/**
 * `max-error-rate`, `max-latency` and `min-requests`: what green may do at most. One of `errors` and `latency` at least is there.
 *
 * `max-error-rate` is `1%` (of green's requests), `2x` (times blue's rate at the same time; `1x`: not more than blue),
 * or both, `1%, 2x`: then green fails only when it is above both. The first alone says what is too much on any day; the
 * second alone also takes a hundredth of a percent seriously; together they ask for an error rate that matters and that
 * blue does not have. Where blue has too little traffic to be compared with, the first decides alone. With all of the
 * traffic on green, blue's last half hour before that is what counts, and at least twice its rate is allowed: errors come
 * and go with the hour.
 *
 * Above means beyond chance: less than one good rollout in a hundred is failed, however often it is judged. That takes
 * requests to be sent to either group independently of each other: with stickiness all errors of a client strike one group.
 *
 * `max-latency` is `p99 500ms`: 99% of green's answers must come within that time. Of `TargetResponseTime`.
 */
export interface CanaryLimits {
  readonly errors?: ErrorLimit
  readonly latency?: LatencyLimit
  /** `min-requests`: with fewer a group is not judged. */
  readonly minRequests: number
}

/** At least one of the two. */
export interface ErrorLimit {
  /** 0 to 1. */
  readonly rate?: number
  /** 1 or more. */
  readonly timesBlue?: number
}

export interface LatencyLimit {
  /** 99 of p99: above 0, below 100. */
  readonly percentile: number
  readonly ms: number
}

/** How long after its end a minute is taken to be published. AWS gives no bound. */
export const PUBLICATION_MS = 120_000

/** The shortest hold that can be judged: one that begins just after a full minute loses almost all of that one. */
export const leastHoldMs = (publicationMs: number): number => 2 * 60_000 + publicationMs
