import type { LatencyLimit } from '../domain/canary-limits.ts'
import type { Verdict } from '../domain/ports.ts'
import type { Minute } from './canary-minutes.ts'
import { binomialTail } from './canary-statistics.ts'
import { chance, count, latency, percent } from './canary-wording.ts'

/**
 * p99 within 500 ms is one answer in a hundred that may take longer. Minutes have percentiles that do not add up, so it
 * is the slow answers that are counted.
 */
export function judgeLatency(minutes: readonly Minute[], limit: LatencyLimit, level: number): Verdict {
  const measured = minutes.flatMap(({ latency: counts }) => counts ?? [])
  const answers = measured.reduce((total, each) => total + each.answers, 0)
  if (answers === 0) return { verdict: 'unknown', evidence: 'no response times of green have been published' }
  const slow = measured.reduce((total, each) => total + each.slow, 0)
  const p = binomialTail(slow, answers, 1 - limit.percentile / 100)
  const seen = range(measured.map(({ percentileMs }) => percentileMs))
  const evidence = `p${limit.percentile} ${seen}, of ${count(answers)} answers on green, ${latency(limit.ms)} allowed`
  if (p >= level) return { verdict: 'pass', evidence }
  return { verdict: 'fail', evidence: `${evidence}, ${percent(slow / answers)} took longer (${chance(p)})` }
}

function range(values: readonly number[]): string {
  const [least, most] = [latency(Math.min(...values)), latency(Math.max(...values))]
  return least === most ? least : `${least} to ${most} by the minute`
}
