/** Exact binomial tests. Everything that is judged is a number of bad ones among so many. */

/** The chance of `least` or more hits in `tries`, each a hit with the chance `rate`. */
export function binomialTail(least: number, tries: number, rate: number): number {
  if (least <= 0) return 1
  if (least > tries || rate <= 0) return 0
  if (rate >= 1) return 1
  if (least <= tries * rate) return 1 - binomialTail(tries - least + 1, tries, 1 - rate)
  // Beyond the mean each term is smaller than the one before, by a factor that falls.
  const odds = rate / (1 - rate)
  let term = Math.exp(logChance(least, tries, rate))
  let sum = 0
  for (let hits = least; hits <= tries && term > sum * Number.EPSILON; hits++) {
    sum += term
    term *= ((tries - hits) / (hits + 1)) * odds
  }
  return Math.min(1, sum)
}

/** The rate above which so few `hits` in `tries` would be as improbable as `level`. */
export function rateAtMost(hits: number, tries: number, level: number): number {
  let [low, high] = [hits / tries, 1]
  for (let round = 0; round < 50; round++) {
    const middle = (low + high) / 2
    if (binomialTail(tries - hits, tries, 1 - middle) > level) low = middle
    else high = middle
  }
  return high
}

export interface Tally {
  readonly requests: number
  readonly errors: number
}

/**
 * The chance that as many errors as these, or more, fall on `one` when its rate is `times` that of the other. Given how
 * many there are in all, that does not depend on the rate, nor on bursts that strike both.
 */
export function chanceOfShare(one: Tally, other: Tally, times = 1): number {
  const weight = times * one.requests
  return binomialTail(one.errors, one.errors + other.errors, weight / (weight + other.requests))
}

/**
 * How much more errors differ from minute to minute than chance alone would have it: the ratio of the variances, at
 * least 1. Errors of one incident are not independent; so many of them say as much as one independent error does.
 */
export function dispersion(minutes: readonly Tally[]): number {
  const errors = minutes.reduce((total, each) => total + each.errors, 0)
  const requests = minutes.reduce((total, each) => total + each.requests, 0)
  if (errors === 0 || errors >= requests || minutes.length < 2) return 1
  const rate = errors / requests
  const squares = minutes
    .filter((each) => each.requests > 0)
    .map((each) => (each.errors - each.requests * rate) ** 2 / (each.requests * rate * (1 - rate)))
  return Math.max(1, squares.reduce((total, each) => total + each) / (minutes.length - 1))
}

/** What a tally is worth in independent errors. */
export const worth = ({ errors, requests }: Tally, perError: number): Tally => ({
  errors: Math.floor(errors / perError),
  requests: Math.ceil(requests / perError),
})

function logChance(hits: number, tries: number, rate: number): number {
  return (
    logFactorial(tries) -
    logFactorial(hits) -
    logFactorial(tries - hits) +
    hits * Math.log(rate) +
    (tries - hits) * Math.log1p(-rate)
  )
}

/** Stirling's series, from where its error is below that of a double. */
function logFactorial(n: number): number {
  if (n < 16) return Math.log(SMALL_FACTORIALS[n] as number)
  const x = n + 1
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7)
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series
}

const SMALL_FACTORIALS = [1]
for (let n = 1; n < 16; n++) SMALL_FACTORIALS.push((SMALL_FACTORIALS[n - 1] as number) * n)
