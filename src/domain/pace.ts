/**
 * How fast routes are changed: ELBv2 has a bucket of 20 changes for the whole account, filled up by 3 a second. Some of
 * it is left to the journal, and to others.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html
 */
export const PACE = { atOnce: 15, everyMs: 350 } as const

/** How long so many changes take, made as fast as they may be. */
export const changesMs = (changes: number): number => Math.max(0, changes - PACE.atOnce) * PACE.everyMs
