/** Answers numbers in [0, 1); the same seed gives the same numbers. */
export type Random = () => number

/** mulberry32: small, fast, and good enough for phases, shares and weights. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Five streams that have nothing to do with each other. The factor is that of the four there once were: what tests
 * know of their seeds stays true, and a seed's fifth stream is the first of the next.
 */
export function randomStreams(seed: number): [Random, Random, Random, Random, Random] {
  const stream = (index: number): Random => seededRandom(Math.imul(seed, 4) + index)
  return [stream(0), stream(1), stream(2), stream(3), stream(4)]
}

/** A fixed duration, or a range from which each use draws. */
export type Duration = number | readonly [min: number, max: number]

export function drawDuration(duration: Duration, random: Random): number {
  if (typeof duration === 'number') return duration
  const [min, max] = duration
  return min + random() * (max - min)
}
