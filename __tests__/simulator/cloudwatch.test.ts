import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
} from '@aws-sdk/client-cloudwatch'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { VirtualClock } from '../../simulator/clock.ts'
import { CloudWatch, type CloudWatchOptions } from '../../simulator/cloudwatch/cloudwatch.ts'
import { publishTraffic } from '../../simulator/cloudwatch/load-balancer-metrics.ts'
import { type ServedCloudWatch, serveCloudWatch } from '../../simulator/cloudwatch/serve.ts'

const NOON = Date.UTC(2026, 10, 23, 12)
const MINUTE = 60_000
/** The SDK's name for `ValidationError`, which is on the wire. */
const VALIDATION = { name: 'ValidationException' }
const REQUESTS = { namespace: 'x', name: 'Requests', dimensions: { A: '1', B: '2' } }

let clock: VirtualClock
let cloudWatch: CloudWatch
let served: ServedCloudWatch
let client: CloudWatchClient

async function start(options: Partial<CloudWatchOptions> = {}): Promise<void> {
  clock = new VirtualClock(NOON)
  cloudWatch = new CloudWatch({ clock, ...options })
  served = await serveCloudWatch(cloudWatch)
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  client = new CloudWatchClient({ region: 'eu-west-1', endpoint: served.url, credentials, maxAttempts: 1 })
}
async function stop(): Promise<void> {
  client.destroy()
  await served.close()
}
beforeEach(() => start())
afterEach(stop)

const describeAlarms = (input: DescribeAlarmsCommandInput = {}) =>
  client.send(new DescribeAlarmsCommand(input))
const getMetricData = (input: Partial<GetMetricDataCommandInput>) =>
  client.send(
    new GetMetricDataCommand({
      MetricDataQueries: [query('a')],
      StartTime: new Date(NOON),
      EndTime: new Date(NOON + 10 * MINUTE),
      ...input,
    }),
  )

function query(Id: string, { stat = 'Sum', period = 60, metric = REQUESTS } = {}) {
  const Dimensions = Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value }))
  const Metric = { Namespace: metric.namespace, MetricName: metric.name, Dimensions }
  return { Id, MetricStat: { Metric, Period: period, Stat: stat } }
}

const minuteOf = (time: Date): number => (time.getTime() - NOON) / MINUTE

describe('DescribeAlarms', () => {
  beforeEach(() => {
    cloudWatch.alarms.set({ name: 'errors', state: 'OK', reason: 'quiet' })
    cloudWatch.alarms.set({ name: 'all', type: 'CompositeAlarm', state: 'ALARM' })
  })

  test('answers metric alarms only, unless both types are asked for; the unknown are absent', async () => {
    const metricOnly = await describeAlarms({ AlarmNames: ['all', 'errors', 'other'] })
    expect([metricOnly.MetricAlarms?.map(({ AlarmName }) => AlarmName), metricOnly.CompositeAlarms]).toEqual([
      ['errors'],
      [],
    ])
    const both = await describeAlarms({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] })
    expect(both.MetricAlarms).toMatchObject([
      {
        AlarmName: 'errors',
        StateValue: 'OK',
        StateReason: 'quiet',
        StateTransitionedTimestamp: new Date(NOON),
      },
    ])
    expect(both.CompositeAlarms).toMatchObject([{ AlarmName: 'all', StateValue: 'ALARM' }])
  })

  test('tells when the state turned from when its reason changed', async () => {
    await clock.advance(1_000)
    cloudWatch.alarms.set({ name: 'errors', reason: 'very quiet' })
    const [alarm] = (await describeAlarms()).MetricAlarms ?? []
    expect(alarm?.StateTransitionedTimestamp).toEqual(new Date(NOON))
    expect(alarm?.StateUpdatedTimestamp).toEqual(new Date(NOON + 1_000))
  })

  test('answers in pages', async () => {
    for (let n = 1; n < 5; n++) cloudWatch.alarms.set({ name: `errors ${n}` })
    const names: unknown[] = []
    let token: string | undefined
    do {
      const page = await describeAlarms({ MaxRecords: 2, ...(token ? { NextToken: token } : {}) })
      names.push(page.MetricAlarms?.map(({ AlarmName }) => AlarmName))
      token = page.NextToken
    } while (token)
    expect(names).toEqual([['errors', 'errors 1'], ['errors 2', 'errors 3'], ['errors 4']])
  })

  test.each<[string, DescribeAlarmsCommandInput]>([
    ['ValidationException', { AlarmNames: Array(101).fill('x') }],
    ['ValidationException', { MaxRecords: 101 }],
    ['InvalidNextToken', { NextToken: 'x' }],
  ])('answers %s', async (name, input) => {
    await expect(describeAlarms(input)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } })
  })
})

describe('GetMetricData', () => {
  test('answers minutes that have data, newest first; the end is exclusive', async () => {
    await clock.advance(20 * MINUTE)
    for (const minute of [0, 1, 3, 10])
      cloudWatch.metrics.put(REQUESTS, { at: NOON + minute * MINUTE, count: 5 })
    cloudWatch.metrics.put(REQUESTS, { at: NOON + 59_000, count: 2 })
    const { MetricDataResults: [newest] = [] } = await getMetricData({})
    expect(newest).toMatchObject({ Id: 'a', StatusCode: 'Complete', Values: [5, 5, 7] })
    expect(newest?.Timestamps?.map(minuteOf)).toEqual([3, 1, 0])
    const { MetricDataResults: [oldest] = [] } = await getMetricData({ ScanBy: 'TimestampAscending' })
    expect(oldest?.Timestamps?.map(minuteOf)).toEqual([0, 1, 3])
  })

  test('a combination of dimensions that nobody has published has no data', async () => {
    await clock.advance(20 * MINUTE)
    cloudWatch.metrics.put(REQUESTS, { at: NOON, count: 5 })
    const metric = { ...REQUESTS, dimensions: { A: '1', B: '' } }
    const { MetricDataResults } = await getMetricData({ MetricDataQueries: [query('a', { metric })] })
    expect(MetricDataResults).toMatchObject([{ Timestamps: [], Values: [], StatusCode: 'Complete' }])
  })

  test('a minute comes after its end, by the delay of publication or when a test says', async () => {
    cloudWatch.metrics.put(REQUESTS, { at: NOON, count: 1 })
    cloudWatch.metrics.put(REQUESTS, { at: NOON, count: 10, publishedAt: NOON + 3 * MINUTE })
    const value = async () => (await getMetricData({})).MetricDataResults?.[0]?.Values
    await clock.advance(90_000 - 1)
    expect(await value()).toEqual([])
    await clock.advance(1)
    expect(await value()).toEqual([1])
    await clock.advance(90_000)
    expect(await value()).toEqual([11])
  })

  test('computes statistics, over longer periods as well', async () => {
    await clock.advance(20 * MINUTE)
    const samples = Array.from({ length: 100 }, (_, index) => (index + 1) / 100)
    cloudWatch.metrics.put(REQUESTS, { at: NOON, samples: samples.slice(50) })
    cloudWatch.metrics.put(REQUESTS, { at: NOON + MINUTE, samples: samples.slice(0, 50) })
    const stats = ['SampleCount', 'Average', 'Minimum', 'Maximum', 'p99', 'p2.5', 'PR(:0.25)', 'PR(0.25:)']
    const queries = stats.map((stat, index) => query(`s${index}`, { stat, period: 300 }))
    const { MetricDataResults = [] } = await getMetricData({ MetricDataQueries: queries })
    expect(MetricDataResults.map(({ Values }) => Values)).toEqual([
      [100],
      [expect.closeTo(0.505)],
      [0.01],
      [1],
      [0.99],
      [0.03],
      [25],
      [75],
    ])
  })

  test('counts have no percentiles', async () => {
    await clock.advance(20 * MINUTE)
    cloudWatch.metrics.put(REQUESTS, { at: NOON, count: 5 })
    const { MetricDataResults } = await getMetricData({ MetricDataQueries: [query('a', { stat: 'p99' })] })
    expect(MetricDataResults?.[0]?.Values).toEqual([])
  })

  test('answers in pages; what is not all there is PartialData', async () => {
    await clock.advance(20 * MINUTE)
    for (const minute of [0, 1, 2])
      cloudWatch.metrics.put(REQUESTS, { at: NOON + minute * MINUTE, count: minute })
    const seen: unknown[] = []
    let token: string | undefined
    do {
      const page = await getMetricData({
        MetricDataQueries: [query('a'), query('b')],
        ScanBy: 'TimestampAscending',
        MaxDatapoints: 4,
        ...(token ? { NextToken: token } : {}),
      })
      seen.push(page.MetricDataResults?.map(({ Values, StatusCode }) => [StatusCode, Values]))
      token = page.NextToken
    } while (token)
    expect(seen).toEqual([
      [
        ['Complete', [0, 1, 2]],
        ['PartialData', [0]],
      ],
      [
        ['Complete', []],
        ['Complete', [1, 2]],
      ],
    ])
  })

  test.each<[string, Partial<GetMetricDataCommandInput>]>([
    ['501 queries', { MetricDataQueries: Array.from({ length: 501 }, (_, n) => query(`q${n}`)) }],
    ['an id twice', { MetricDataQueries: [query('a'), query('a')] }],
    ['an id that begins with a capital', { MetricDataQueries: [query('A')] }],
    ['a period of 90 s', { MetricDataQueries: [query('a', { period: 90 })] }],
    ['an unknown statistic', { MetricDataQueries: [query('a', { stat: 'p101' })] }],
    ['an end before the start', { EndTime: new Date(NOON - 1) }],
    ['an expression', { MetricDataQueries: [{ Id: 'a', Expression: 'b/c' }] }],
  ])('refuses %s', async (_, input) => {
    await expect(getMetricData(input)).rejects.toMatchObject(VALIDATION)
  })
})

describe('what goes wrong on request', () => {
  test.each([
    ['deny', { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }],
    ['throttle', { name: 'Throttling', $metadata: { httpStatusCode: 400 } }],
    ['error', { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } }],
    ['reset', { message: expect.stringContaining('ECONNRESET') }],
  ] as const)('%s', async (fault, error) => {
    cloudWatch.onCall = (n) => (n === 1 ? fault : undefined)
    await expect(describeAlarms()).rejects.toMatchObject(error)
    await expect(describeAlarms()).resolves.toBeDefined()
    expect(cloudWatch.calls()).toEqual({ DescribeAlarms: 2 })
  })

  test('the SDK tries again what may succeed', async () => {
    const { region, endpoint, credentials } = client.config
    const patient = new CloudWatchClient({
      ...{ region, endpoint: endpoint as () => Promise<never>, credentials },
      maxAttempts: 3,
    })
    cloudWatch.onCall = (n) => (['error', 'reset'] as const)[n - 1]
    await expect(patient.send(new DescribeAlarmsCommand({}))).resolves.toBeDefined()
    expect(cloudWatch.calls()).toEqual({ DescribeAlarms: 3 })
    patient.destroy()
  })
})

describe('the metrics of a load balancer', () => {
  test('zero is not published, and its own answers belong to no group', async () => {
    const [loadBalancer, group] = ['app/web/1', 'targetgroup/green/2']
    publishTraffic(cloudWatch.metrics, {
      ...{ loadBalancer, group, at: NOON, answers: { 2: 7, 5: 1 } },
      ...{ refused: 2, unanswered: 3, latencies: [0.1] },
    })
    publishTraffic(cloudWatch.metrics, { loadBalancer, group: undefined, at: NOON, rejected: 4 })
    await clock.advance(20 * MINUTE)
    const read = async (name: string, dimensions: Record<string, string>) => {
      const metric = { namespace: 'AWS/ApplicationELB', name, dimensions }
      const { MetricDataResults } = await getMetricData({
        MetricDataQueries: [query('a', { metric: metric as never })],
      })
      return MetricDataResults?.[0]?.Values
    }
    const balancer = { LoadBalancer: loadBalancer }
    const green = { ...balancer, TargetGroup: group }
    expect(await read('RequestCount', green)).toEqual([13])
    expect(await read('HTTPCode_Target_5XX_Count', green)).toEqual([1])
    expect(await read('HTTPCode_Target_4XX_Count', green)).toEqual([])
    expect(await read('TargetConnectionErrorCount', green)).toEqual([2])
    expect(await read('HTTPCode_ELB_5XX_Count', green)).toEqual([])
    expect(await read('RequestCount', { TargetGroup: group })).toEqual([])
    expect(await read('RequestCount', balancer)).toEqual([13])
    expect(await read('HTTPCode_ELB_5XX_Count', balancer)).toEqual([9])
  })
})
