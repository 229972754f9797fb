import type { CanaryLimits } from '../domain/canary-limits.ts'
import type { GroupCounts, LatencyCounts, Minute } from './canary-minutes.ts'
import type { GROUP_METRICS, Series, Span } from './canary-queries.ts'
import type { Tally } from './canary-statistics.ts'
import { MINUTE_MS } from './canary-window.ts'

type Read = (id: string) => number | undefined

/** What was measured, minute by minute. */
export function minutesOf(series: Series, span: Span, { latency }: CanaryLimits): Minute[] {
  const minutes: Minute[] = []
  for (let at = span.from; at < span.to; at += MINUTE_MS) {
    const read: Read = (id) => series.get(id)?.get(at)
    minutes.push({
      at,
      ...present('green', group('green', read)),
      ...present('blue', group('blue', read)),
      ...present('balancer', balancer(read)),
      ...present('latency', latency && latencyIn(read)),
    })
  }
  return minutes
}

const present = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value }

/** Metrics of events are published only when there are any: none is zero once it is known that there were requests. */
function group(name: 'green' | 'blue', read: Read): GroupCounts | undefined {
  const requests = read(`${name}_requests`)
  if (requests === undefined) return undefined
  const of = (key: keyof typeof GROUP_METRICS): number => read(`${name}_${key}`) ?? 0
  return {
    requests,
    failed: of('failed'),
    refused: of('refused') + of('untrusted'),
    answered: of('ok') + of('redirected') + of('rejected') + of('failed'),
  }
}

/** Requests that no server could be chosen for are counted as errors only. */
function balancer(read: Read): Tally | undefined {
  const [requests, errors] = [read('balancer_requests'), read('balancer_errors')]
  if (requests === undefined && errors === undefined) return undefined
  return { requests: requests ?? 0, errors: errors ?? 0 }
}

function latencyIn(read: Read): LatencyCounts | undefined {
  const [answers, within, seconds] = [
    read('latency_answers'),
    read('latency_within'),
    read('latency_percentile'),
  ]
  if (answers === undefined || within === undefined || seconds === undefined) return undefined
  // CloudWatch interpolates: in case of doubt they were in time.
  return { answers, slow: Math.floor((answers * (100 - within)) / 100 + 1e-6), percentileMs: seconds * 1_000 }
}
