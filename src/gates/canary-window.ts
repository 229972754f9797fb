import type { TrafficQuestion } from '../domain/ports.ts'

export const MINUTE_MS = 60_000

/** How long before a share was set is looked for what is usual. */
export const BEFORE_MS = 30 * MINUTE_MS

/** The whole minutes of a hold that can be read now. */
export interface Window {
  /** Start of the first one. Milliseconds since the epoch. */
  readonly from: number
  /** End of the last one. */
  readonly to: number
  readonly minutes: number
}

/** `minutes` is 0 while there is none. */
export function windowOf(
  { since, now }: Pick<TrafficQuestion, 'since' | 'now'>,
  publicationMs: number,
): Window {
  const from = Math.ceil(since / MINUTE_MS) * MINUTE_MS
  const to = Math.max(from, Math.floor((now - publicationMs) / MINUTE_MS) * MINUTE_MS)
  return { from, to, minutes: (to - from) / MINUTE_MS }
}

/** For each of the checks: the share of rollouts of equal groups that it may abort. Three make less than one percent. */
const FALSE_ABORTS = 0.003

/**
 * How improbable a result must be to count. A hold is judged anew with every minute, and a rollout has several holds:
 * minute n may spend 1 / (n (n + 1)) of what its hold has, which is less than all of it however long that lasts.
 */
export const levelOf = (window: Window, holds: number): number =>
  FALSE_ABORTS / holds / (window.minutes * (window.minutes + 1))
