import { WHOLE } from '../domain/traffic.ts'
import { fair, type Terms } from './canary-errors.ts'
import { comparison, errorsOf, type Minute, type Observed, sum, unansweredOf } from './canary-minutes.ts'
import {
  binomialTail,
  chanceOfShare,
  dispersion,
  rateAtMost,
  type Tally,
  worth,
} from './canary-statistics.ts'
import { chance, rateOf } from './canary-wording.ts'

/** That green leaves more requests unanswered than blue need only be likely: the growth itself is what is proven. */
const LIKELY = 0.05

/** Of so many requests that are expected, none at all would be less than one chance in twenty thousand. */
const SURELY_SOME = 10

/**
 * Servers that are dead, break off or are too late show as 502, 503 or 504 of the load balancer, which counts them for
 * no group. So they must have grown against before, by more than green may fail; and it must be green that leaves more
 * requests unanswered than blue, as other groups of the load balancer may fail as well. Answers the evidence, if there is any.
 */
export function findGrowth(observed: Observed, terms: Terms): string | undefined {
  const [now, before] = [total(balancer(observed.minutes)), total(balancer(observed.before))]
  if (now.requests < terms.minRequests || before.requests < terms.minRequests) return undefined
  const added = allowed(observed, { terms, before })
  // Most of the time this is enough, and cheap.
  if (now.errors <= now.requests * (before.errors / before.requests + added)) return undefined
  const perError = dispersion(balancer(observed.before))
  const level = terms.level / 2
  const [ours, usual] = [worth(now, perError), worth(before, perError)]
  const rate = Math.min(1, rateAtMost(usual.errors, usual.requests, level) + added)
  const p = binomialTail(ours.errors, ours.requests, rate)
  if (p >= level || !isGreens(observed)) return undefined
  return `the load balancer's own 5xx have grown to ${rateOf(now)}, from ${rateOf(before)} before (${chance(p)})`
}

/** Of all requests of the load balancer, those that green may fail. */
function allowed(observed: Observed, { terms, before }: { terms: Terms; before: Tally }): number {
  const { rate = 0, timesBlue } = terms.limit
  const compared = comparison(observed)
  const blue = errorsOf(compared.blue)
  const bluesRate = before.errors / before.requests + (blue.requests === 0 ? 0 : blue.errors / blue.requests)
  const { requests } = total(balancer(observed.minutes))
  const times = timesBlue === undefined ? 0 : fair(timesBlue, compared)
  return (Math.max(rate, times * bluesRate) * sum(observed.minutes, 'green').requests) / requests
}

function isGreens(observed: Observed): boolean {
  const { green, blue } = comparison(observed)
  if (sum(observed.minutes, 'green').requests === 0) return isStarved(observed)
  return chanceOfShare(unansweredOf(green), unansweredOf(blue)) < LIKELY
}

/** Green has no requests, where it should have had some: none of its servers could be chosen. */
function isStarved({ minutes, before, share }: Observed): boolean {
  const expected =
    share < WHOLE
      ? (sum(minutes, 'blue').requests * share) / (WHOLE - share)
      : (sum(before, 'blue').requests / before.length) * minutes.length
  return expected >= SURELY_SOME
}

/** Requests without a server to go to are no requests in AWS's count. */
const balancer = (minutes: readonly Minute[]): Tally[] =>
  minutes.flatMap(({ balancer: counts }) =>
    counts === undefined ? [] : { errors: counts.errors, requests: counts.requests + counts.errors },
  )

const total = (tallies: readonly Tally[]): Tally => ({
  errors: tallies.reduce((sum, each) => sum + each.errors, 0),
  requests: tallies.reduce((sum, each) => sum + each.requests, 0),
})
