import type { ErrorLimit } from '../domain/canary-limits.ts'
import type { Verdict } from '../domain/ports.ts'
import {
  type Comparison,
  comparison,
  errorsOf,
  type GroupCounts,
  type Observed,
  sum,
} from './canary-minutes.ts'
import { binomialTail, chanceOfShare, worth } from './canary-statistics.ts'
import { chance, count, percent, rateOf } from './canary-wording.ts'

export interface Terms {
  readonly limit: ErrorLimit
  readonly minRequests: number
  /** How improbable a result must be to count. */
  readonly level: number
}

/** Whether green fails more of its requests than it may. */
export function judgeErrors(observed: Observed, { limit, minRequests, level }: Terms): Verdict {
  const green = sum(observed.minutes, 'green')
  const compared = comparison(observed)
  const isComparable = compared.blue.requests >= minRequests && compared.green.requests > 0
  const chances: number[] = []
  if (limit.rate !== undefined) {
    const { errors, requests } = errorsOf(green)
    chances.push(binomialTail(errors, requests, limit.rate))
  }
  if (limit.timesBlue !== undefined && isComparable)
    chances.push(chanceAgainstBlue(compared, limit.timesBlue))
  if (chances.length === 0) return { verdict: 'unknown', evidence: noComparison(compared, minRequests) }
  const p = Math.max(...chances)
  const evidence = `errors ${rateOf(errorsOf(green))} on green${failedConnections(green)}${besides(compared, { limit, isComparable })}`
  if (p >= level) return { verdict: 'pass', evidence }
  return { verdict: 'fail', evidence: `${evidence} (${chance(p)})` }
}

function chanceAgainstBlue(compared: Comparison, times: number): number {
  const { green, blue, perError } = compared
  const [ours, theirs] = [worth(errorsOf(green), perError), worth(errorsOf(blue), perError)]
  return chanceOfShare(ours, theirs, fair(times, compared))
}

/** Errors come and go with the hour: what blue did before is a rough measure. */
const LEAST_TIMES_BEFORE = 2

export const fair = (times: number, { when }: Comparison): number =>
  when === 'before' ? Math.max(times, LEAST_TIMES_BEFORE) : times

function failedConnections({ refused }: GroupCounts): string {
  return refused === 0 ? '' : `, among them ${count(refused)} failed connections`
}

function besides(compared: Comparison, by: { limit: ErrorLimit; isComparable: boolean }): string {
  const { rate } = by.limit
  const when = compared.when === 'before' ? ' before' : ''
  const blue = by.isComparable ? `, ${rateOf(errorsOf(compared.blue))} on blue${when}` : ''
  return rate === undefined ? blue : `${blue}, ${percent(rate)} allowed`
}

function noComparison({ blue, when }: Comparison, minRequests: number): string {
  const had = when === 'before' ? 'had' : 'has had'
  return `blue ${had} ${count(blue.requests)} of the ${count(minRequests)} requests that a comparison needs`
}
