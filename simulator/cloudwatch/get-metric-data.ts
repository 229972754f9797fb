import { validationError } from '../aws-error.ts'
import { integer, list, oneOf, type Shape, structure, text } from '../operations/shape.ts'
import type { Metrics } from './metrics.ts'
import { indexIn, tokenAt } from './page.ts'
import { statisticOf } from './statistics.ts'

const MOST_QUERIES = 500
const MOST_POINTS = 100_800

/** Seconds since the epoch, with a fraction. */
const moment: Shape<number> = {
  read: (value, at) => {
    if (typeof value === 'number') return value * 1_000
    throw validationError(`1 validation error detected: Value at '${at}' must be a time`)
  },
}

const DIMENSION = structure({ Name: text, Value: text }, {})
const METRIC = structure({ Namespace: text, MetricName: text }, { Dimensions: list(DIMENSION, 30) })
const QUERY = structure(
  { Id: text, MetricStat: structure({ Metric: METRIC, Period: integer(1), Stat: text }, {}) },
  { Label: text },
)
const INPUT = structure(
  { MetricDataQueries: list(QUERY, MOST_QUERIES), StartTime: moment, EndTime: moment },
  {
    ScanBy: oneOf('TimestampDescending', 'TimestampAscending'),
    MaxDatapoints: integer(1, MOST_POINTS),
    NextToken: text,
  },
)

type Input = ReturnType<typeof INPUT.read>
type Query = Input['MetricDataQueries'][number]
type Point = readonly [at: number, value: number]

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html, without expressions. */
export function getMetricData(metrics: Metrics, given: object, pageSize: number): object {
  const input = INPUT.read(given, '')
  check(input)
  const from = indexIn(input.NextToken)
  const to = from + Math.min(input.MaxDatapoints ?? pageSize, pageSize)
  let passed = 0
  const results = input.MetricDataQueries.map((query) => {
    const points = pointsOf(metrics, query, input)
    const page = points.slice(Math.max(0, from - passed), Math.max(0, to - passed))
    passed += points.length
    return {
      Id: query.Id,
      Label: query.Label ?? query.MetricStat.Metric.MetricName,
      Timestamps: page.map(([at]) => new Date(at)),
      Values: page.map(([, value]) => value),
      StatusCode: passed <= to ? 'Complete' : 'PartialData',
    }
  })
  return { MetricDataResults: results, Messages: [], ...(passed > to ? { NextToken: tokenAt(to) } : {}) }
}

function check({ MetricDataQueries: queries, StartTime, EndTime }: Input): void {
  if (StartTime >= EndTime)
    throw validationError('The parameter StartTime must be less than the parameter EndTime.')
  const ids = queries.map(({ Id }) => Id)
  if (new Set(ids).size < ids.length)
    throw validationError('The values for parameter id in MetricDataQueries are not unique.')
  const bad = ids.find((id) => !/^[a-z]\w*$/.test(id))
  if (bad !== undefined) throw validationError(`The value ${bad} for parameter Id is not matching the regex.`)
  for (const { MetricStat } of queries) {
    statisticOf(MetricStat.Stat)
    if (MetricStat.Period % 60 !== 0)
      throw validationError('The parameter Period must be a multiple of 60: others are not simulated.')
  }
}

function pointsOf(metrics: Metrics, { MetricStat }: Query, input: Input): Point[] {
  const { Metric, Period, Stat } = MetricStat
  const metric = {
    namespace: Metric.Namespace,
    name: Metric.MetricName,
    dimensions: Object.fromEntries((Metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
  }
  const from = Math.floor(input.StartTime / 60_000) * 60_000
  const periods = metrics.read(metric, { from, to: input.EndTime, periodMs: Period * 1_000 })
  const order = input.ScanBy === 'TimestampAscending' ? 1 : -1
  const statistic = statisticOf(Stat)
  return [...periods]
    .sort(([a], [b]) => (a - b) * order)
    .map(([at, data]) => [at, statistic(data)] as const)
    .filter((point): point is Point => point[1] !== undefined)
}
