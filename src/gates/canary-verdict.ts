import type { CanaryLimits } from '../domain/canary-limits.ts'
import type { Verdict } from '../domain/ports.ts'
import type { Share } from '../domain/traffic.ts'
import { plural } from '../domain/wording.ts'
import { judgeErrors } from './canary-errors.ts'
import { findGrowth } from './canary-growth.ts'
import { judgeLatency } from './canary-latency.ts'
import { type Minute, type Observed, split, sum } from './canary-minutes.ts'
import { levelOf, type Window } from './canary-window.ts'
import { count } from './canary-wording.ts'

export interface Hold {
  readonly window: Window
  readonly share: Share
  /** How many holds the rollout has. */
  readonly holds: number
}

/** The verdict on what was measured in a hold and before it. */
export function judgeMinutes(minutes: readonly Minute[], limits: CanaryLimits, hold: Hold): Verdict {
  const { window, share, holds } = hold
  const level = levelOf(window, holds)
  const observed = split(minutes, { from: window.from, share })
  const { errors: limit, latency } = limits
  const minRequests = Math.max(1, limits.minRequests)
  const isEnough = sum(observed.minutes, 'green').requests >= minRequests
  const verdict: Verdict = isEnough
    ? together([
        ...(limit === undefined ? [] : [judgeErrors(observed, { limit, minRequests, level })]),
        ...(latency === undefined ? [] : [judgeLatency(observed.minutes, latency, level)]),
      ])
    : { verdict: 'unknown', evidence: tooFewRequests(observed, { minRequests, window }) }
  if (limit === undefined || verdict.verdict === 'fail') return verdict
  const growth = findGrowth(observed, { limit, minRequests, level })
  return growth === undefined ? verdict : { verdict: 'fail', evidence: growth }
}

function together(verdicts: readonly Verdict[]): Verdict {
  const [worst = 'unknown'] = (['fail', 'unknown', 'pass'] as const).filter((kind) =>
    verdicts.some(({ verdict }) => verdict === kind),
  )
  const told = worst === 'pass' ? verdicts : verdicts.filter(({ verdict }) => verdict === worst)
  return { verdict: worst, evidence: told.map(({ evidence }) => evidence).join('; ') }
}

function tooFewRequests(
  observed: Observed,
  { minRequests, window }: { minRequests: number; window: Window },
): string {
  const { requests } = sum(observed.minutes, 'green')
  const seen = requests === 0 ? 'no' : count(requests)
  return `${seen} requests on green in ${plural(window.minutes, 'minute')}, ${count(minRequests)} are needed`
}
