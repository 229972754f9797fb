/** How the traffic moves from blue to green. */

/** The share that goes to green, in thousandths of the traffic: 0 to 1000. */
export type Share = number

export const WHOLE: Share = 1000

/** One rise of the share, and how long it stays there. */
export interface TrafficStep {
  readonly share: Share
  /** Absent: `settle-time`. */
  readonly holdMs?: number
}

/**
 * Weights that give green exactly this share. They go up to 999, so a thousandth is the finest; whole percents stay
 * readable.
 */
export function weightsFor(share: Share): { readonly blue: number; readonly green: number } {
  const unit = share % 10 === 0 ? 10 : 1
  return { blue: (WHOLE - share) / unit, green: share / unit }
}

/** `10%`, `0.5%`. */
export const showShare = (share: Share): string => `${share / 10}%`
