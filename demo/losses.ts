import type { Failure, LoadCounts } from './load.ts'
import { type Exposure, exposureIn, type Shift } from './traffic.ts'

/** What went by, as far as it tells whose fault a failure was. */
export interface Course {
  readonly counts: Pick<LoadCounts, 'sent' | 'eachFailure'>
  readonly shifts: readonly Shift[]
}

/** A version that answers 500 while it has part of the traffic. */
export interface Culprit {
  readonly version: string
  /** How long the load balancer may go on with the weights before a change; 0 unless given. */
  readonly settleSeconds?: number
}

/** By chance the failed ones are more than green's share of those sent, but hardly ever twice as many. */
const LUCK = 2

/**
 * What was lost otherwise than on green's share: to another version, in another way, before or after green had it, or in
 * numbers that the share does not explain. Empty when all is as it has to be.
 */
export function lostOtherwise({ counts, shifts }: Course, { version, settleSeconds = 0 }: Culprit): string[] {
  const { eachFailure, sent } = counts
  const exposure = exposureIn(shifts)
  const isOfCulprit = (failure: Failure) => failure.reason === `status 500 from ${version}`
  const isEarly = ({ endedAtSeconds }: Failure) => endedAtSeconds < (exposure?.from.atSeconds ?? Infinity)
  return [
    ...told(
      eachFailure.filter((failure) => !isOfCulprit(failure)),
      `otherwise than by a 500 of ${version}`,
    ),
    ...told(eachFailure.filter(isEarly), 'before green had any traffic'),
    ...told(failuresAfter(counts, exposure?.until, settleSeconds), 'though the weights were back'),
    ...(exposure === undefined ? [] : tooMany(eachFailure.length, exposure, sent)),
  ]
}

/** Those of requests that were sent when the load balancer went by these weights; none without weights. */
export function failuresAfter(
  { eachFailure }: Pick<LoadCounts, 'eachFailure'>,
  shift: Shift | undefined,
  settleSeconds = 0,
): Failure[] {
  if (shift === undefined) return []
  const from = shift.atSeconds + settleSeconds
  return eachFailure.filter(
    ({ sentBefore, sentAtSeconds }) => sentBefore >= shift.sent && sentAtSeconds >= from,
  )
}

function told(failures: readonly Failure[], how: string): string[] {
  const [first] = failures
  if (first === undefined) return []
  const when = `the first was sent at ${first.sentAtSeconds.toFixed(1)} s`
  return [`${failures.length} requests failed ${how}: ${first.reason}, ${when}`]
}

function tooMany(failed: number, { from, until, most }: Exposure, sent: number): string[] {
  const meanwhile = (until?.sent ?? sent) - from.sent
  if (failed <= (LUCK * meanwhile * most) / 100) return []
  return [`${failed} of ${meanwhile} requests failed while green had ${most}% at most`]
}
