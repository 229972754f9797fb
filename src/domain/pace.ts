/**
 * How fast routes are changed: ELBv2 has a bucket of 20 changes for the whole account, filled up by 3 a second. Some of
 * it is left to the journal, and to others.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html
 */
export const PACE = { atOnce: 15, everyMs: 350 } as const

/** How long so many changes take, made as fast as they may be. */
export const changesMs = (changes: number): number => Math.max(0, changes - PACE.atOnce) * PACE.everyMs

/** How much of the bucket is used up: when it will be full again. Milliseconds, of any clock. */
export function pacedMs(changes: number, from: { readonly nowMs: number; readonly fullAtMs: number }) {
  const fullAtMs = Math.max(from.fullAtMs, from.nowMs) + changes * PACE.everyMs
  const ms = changes === 0 ? 0 : Math.max(0, fullAtMs - PACE.atOnce * PACE.everyMs - from.nowMs)
  return { ms, fullAtMs }
}
