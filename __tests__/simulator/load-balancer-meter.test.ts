import { connect } from 'node:net'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { VirtualClock } from '../../simulator/clock.ts'
import { loadBalancerMeter } from '../../simulator/cloudwatch/load-balancer-meter.ts'
import { Metrics, MINUTE_MS } from '../../simulator/cloudwatch/metrics.ts'
import { DataSetting } from './data-setting.ts'

const NOON = Date.UTC(2026, 10, 23, 12)
const DELAY_MS = 30_000
const LOAD_BALANCER = 'app/web/50dc6c495c0c9188'

let clock: VirtualClock
let metrics: Metrics
let setting: DataSetting

beforeEach(async () => {
  clock = new VirtualClock(NOON)
  metrics = new Metrics(clock, DELAY_MS)
  const loadBalancerArn = `arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/${LOAD_BALANCER}`
  const meter = loadBalancerMeter({ metrics, clock, loadBalancerArn })
  setting = await DataSetting.open({}, { meter, idleTimeoutMs: 500 })
})
afterEach(() => setting.close())

const WHOLE = { from: NOON, to: NOON + 60 * MINUTE_MS, periodMs: MINUTE_MS }
const balancer = { LoadBalancer: LOAD_BALANCER }
const group = () => ({ ...balancer, TargetGroup: setting.groupArn.split(':').at(-1) ?? '' })

/** By the minutes from noon. */
function counts(name: string, dimensions: Record<string, string>): [number, number][] {
  const periods = metrics.read({ namespace: 'AWS/ApplicationELB', name, dimensions }, WHOLE)
  return [...periods].map(([at, { count }]) => [(at - NOON) / MINUTE_MS, count])
}

/** A client that does not wait. */
async function abandon(): Promise<void> {
  const { hostname, port } = new URL(setting.data.url)
  const arrived = new Promise<void>((resolve) => setting.on('i-1', () => resolve()))
  const client = connect(Number(port), hostname)
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await arrived
  client.destroy()
  while (setting.data.stats.inFlight > 0) await new Promise((resolve) => setImmediate(resolve))
}

test('each request counts in the minute of its end, once that is published; what is zero is not there', async () => {
  setting.on('i-2', (_, response) => response.writeHead(500).end())
  await setting.spread(30)
  await clock.advance(MINUTE_MS)
  await setting.get()
  await clock.advance(DELAY_MS - 1)
  expect(counts('RequestCount', group())).toEqual([])
  await clock.advance(1)
  expect(counts('RequestCount', group())).toEqual([[0, 30]])
  await clock.advance(MINUTE_MS)
  expect(counts('RequestCount', group())).toEqual([
    [0, 30],
    [1, 1],
  ])
  expect(counts('RequestCount', balancer)).toEqual(counts('RequestCount', group()))
  expect(counts('HTTPCode_Target_2XX_Count', group())).toEqual([
    [0, 20],
    [1, 1],
  ])
  expect(counts('HTTPCode_Target_5XX_Count', group())).toEqual([[0, 10]])
  for (const name of ['HTTPCode_Target_4XX_Count', 'TargetConnectionErrorCount', 'HTTPCode_ELB_5XX_Count'])
    expect(counts(name, balancer)).toEqual([])
})

test('how long the target took to begin its answer', async () => {
  setting.on('i-1', (_, response) => {
    void clock.advance(2_000).then(() => response.end('i-1'))
  })
  await setting.get()
  await clock.advance(2 * MINUTE_MS)
  const metric = { namespace: 'AWS/ApplicationELB', name: 'TargetResponseTime', dimensions: group() }
  expect([...metrics.read(metric, WHOLE).values()]).toEqual([{ count: 0, samples: [2] }])
})

test('what targets do not answer: the load balancer says so for itself alone', async () => {
  await setting.stop('i-1')
  setting.on('i-2', () => {})
  setting.on('i-3', ({ socket }) => socket.destroy())
  expect(await setting.spread(3)).toEqual({ 502: 2, 504: 1 })
  await clock.advance(2 * MINUTE_MS)
  expect(counts('RequestCount', group())).toEqual([[0, 3]])
  expect(counts('TargetConnectionErrorCount', group())).toEqual([[0, 1]])
  expect(counts('HTTPCode_ELB_5XX_Count', balancer)).toEqual([[0, 3]])
  for (const name of ['HTTPCode_ELB_5XX_Count', 'HTTPCode_Target_5XX_Count', 'TargetResponseTime'])
    expect(counts(name, group())).toEqual([])
})

test('a request without a target is no request, but an error; one whose client goes away is the reverse', async () => {
  await abandon()
  for (const Id of ['i-1', 'i-2', 'i-3']) await setting.deregister({ Id })
  expect(await setting.spread(10)).toEqual({ 503: 10 })
  await clock.advance(2 * MINUTE_MS)
  expect(counts('RequestCount', balancer)).toEqual([[0, 1]])
  expect(counts('HTTPCode_ELB_4XX_Count', balancer)).toEqual([[0, 1]])
  expect(counts('HTTPCode_ELB_5XX_Count', balancer)).toEqual([[0, 10]])
  expect(counts('HTTPCode_ELB_5XX_Count', group())).toEqual([])
})
