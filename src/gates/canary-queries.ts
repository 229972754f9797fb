import { GetMetricDataCommand, type MetricDataQuery, type MetricDataResult } from '@aws-sdk/client-cloudwatch'
import { allTokenPages } from '../aws/pages.ts'
import type { CanaryLimits, LatencyLimit } from '../domain/canary-limits.ts'
import { ApiError } from '../domain/errors.ts'
import { answerOf, type CloudWatchCalls } from './cloudwatch-client.ts'

/** Values by the start of their minute, by the id of the query. */
export type Series = ReadonlyMap<string, ReadonlyMap<number, number>>

/** As the dimensions of the metrics have them: `app/web/…`, `targetgroup/green/…`. */
export interface Place {
  readonly loadBalancer: string
  readonly green: string
  readonly blue: string
}

export const GROUP_METRICS = {
  requests: 'RequestCount',
  failed: 'HTTPCode_Target_5XX_Count',
  ok: 'HTTPCode_Target_2XX_Count',
  redirected: 'HTTPCode_Target_3XX_Count',
  rejected: 'HTTPCode_Target_4XX_Count',
  refused: 'TargetConnectionErrorCount',
  untrusted: 'TargetTLSNegotiationErrorCount',
} as const

const BALANCER_METRICS = { requests: 'RequestCount', errors: 'HTTPCode_ELB_5XX_Count' } as const

/**
 * Metrics, and the dimensions under which they are published:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export function queriesFor({ loadBalancer, green, blue }: Place, limits: CanaryLimits): MetricDataQuery[] {
  const balancer = { LoadBalancer: loadBalancer }
  const ofGreen = { ...balancer, TargetGroup: green }
  const ofBlue = { ...balancer, TargetGroup: blue }
  return [
    ...sums('green', ofGreen, limits.errors ? GROUP_METRICS : { requests: GROUP_METRICS.requests }),
    ...(limits.errors ? sums('blue', ofBlue, GROUP_METRICS) : []),
    ...(limits.errors ? sums('balancer', balancer, BALANCER_METRICS) : []),
    ...(limits.latency ? latencies(ofGreen, limits.latency) : []),
  ]
}

type Dimensions = Readonly<Record<string, string>>

const sums = (prefix: string, dimensions: Dimensions, metrics: Readonly<Record<string, string>>) =>
  Object.entries(metrics).map(([key, name]) => query(`${prefix}_${key}`, dimensions, { name, stat: 'Sum' }))

/** PR(:0.5) is the percentage of values up to 0.5 s. */
const latencies = (dimensions: Dimensions, { percentile, ms }: LatencyLimit) =>
  Object.entries({ answers: 'SampleCount', within: `PR(:${ms / 1_000})`, percentile: `p${percentile}` }).map(
    ([key, stat]) => query(`latency_${key}`, dimensions, { name: 'TargetResponseTime', stat }),
  )

function query(id: string, dimensions: Dimensions, what: { name: string; stat: string }): MetricDataQuery {
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/ApplicationELB',
        MetricName: what.name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: 60,
      Stat: what.stat,
    },
  }
}

/** `to` is exclusive. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** All pages. Rejects with an ApiError when not all of it could be had, or with the signal's reason. */
export async function measure(
  client: CloudWatchCalls,
  { queries, span }: { readonly queries: readonly MetricDataQuery[]; readonly span: Span },
  signal: AbortSignal,
): Promise<Series> {
  const series = new Map(queries.map(({ Id = '' }) => [Id, new Map<number, number>()]))
  const states = new Map<string, string>()
  const pages = await allTokenPages((from) => {
    const command = new GetMetricDataCommand({
      MetricDataQueries: [...queries],
      StartTime: new Date(span.from),
      EndTime: new Date(span.to),
      ScanBy: 'TimestampAscending',
      ...from,
    })
    const answer = client.send(command, { abortSignal: signal })
    return answerOf('GetMetricData', signal, answer)
  })
  for (const result of pages.flatMap(({ MetricDataResults = [] }) => MetricDataResults)) {
    add(series.get(result.Id ?? ''), result)
    states.set(result.Id ?? '', result.StatusCode ?? 'Complete')
  }
  for (const state of states.values()) if (state !== 'Complete') throw incomplete(state)
  return series
}

function add(
  values: Map<number, number> | undefined,
  { Timestamps = [], Values = [] }: MetricDataResult,
): void {
  for (const [index, time] of Timestamps.entries()) {
    const value = Values[index]
    if (value !== undefined) values?.set(time.getTime(), value)
  }
}

function incomplete(state: string): ApiError {
  return new ApiError({
    failure: state === 'Forbidden' ? 'denied' : 'transient',
    permission: 'cloudwatch:GetMetricData',
    code: state,
    message: `GetMetricData: the answer is incomplete (${state})`,
  })
}
