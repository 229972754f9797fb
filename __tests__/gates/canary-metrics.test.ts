import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { VirtualClock } from '../../simulator/clock.ts'
import { CloudWatch } from '../../simulator/cloudwatch/cloudwatch.ts'
import { type GroupTraffic, publishTraffic } from '../../simulator/cloudwatch/load-balancer-metrics.ts'
import { type ServedCloudWatch, serveCloudWatch } from '../../simulator/cloudwatch/serve.ts'
import type { CanaryLimits } from '../../src/domain/canary-limits.ts'
import { leastHoldMs } from '../../src/domain/canary-limits.ts'
import { type CanaryGate, type CanaryOptions, createCanaryGate } from '../../src/gates/canary-metrics.ts'
import { levelOf, windowOf } from '../../src/gates/canary-window.ts'

const MINUTE = 60_000
const NOON = Date.UTC(2026, 10, 23, 12)
const ARN = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012'
const PAIR = { blue: `${ARN}:targetgroup/blue/1`, green: `${ARN}:targetgroup/green/2` }
const LOAD_BALANCER = `${ARN}:loadbalancer/app/web/3`
const never = new AbortController().signal

let clock: VirtualClock
let cloudWatch: CloudWatch
let served: ServedCloudWatch
let client: CloudWatchClient

beforeEach(async () => {
  clock = new VirtualClock(NOON)
  cloudWatch = new CloudWatch({ clock })
  served = await serveCloudWatch(cloudWatch)
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  client = new CloudWatchClient({ region: 'eu-west-1', endpoint: served.url, credentials, maxAttempts: 1 })
})
afterEach(async () => {
  client.destroy()
  await served.close()
})

function gate(limits: Partial<CanaryLimits>, options: Partial<CanaryOptions> = {}): CanaryGate {
  return createCanaryGate({
    client,
    clock,
    limits: { minRequests: 100, ...limits },
    holds: 3,
    loadBalancerOf: async () => LOAD_BALANCER,
    ...options,
  })
}

const AGAINST_BLUE: Partial<CanaryLimits> = { errors: { timesBlue: 1 } }

/** Asks at a minute after noon, of a share that is set at noon. */
async function judge(asked: CanaryGate, minute: number, share = 100) {
  await clock.advance(NOON + minute * MINUTE - clock.now())
  return asked.judge({ ...PAIR, since: NOON, now: clock.now(), share }, never)
}

type Traffic = Omit<GroupTraffic, 'loadBalancer' | 'group' | 'at'>

interface Minutes {
  readonly green?: Traffic
  readonly blue?: Traffic
  /** Of another group on the same load balancer. */
  readonly other?: Traffic
  /** Of none. */
  readonly none?: Traffic
}

/** From a minute after noon to before another. */
function traffic(from: number, to: number, groups: Minutes): void {
  const names = { green: 'targetgroup/green/2', blue: 'targetgroup/blue/1', other: 'targetgroup/other/9' }
  for (let minute = from; minute < to; minute++)
    for (const [name, given] of Object.entries(groups)) {
      const group = names[name as keyof typeof names]
      publishTraffic(cloudWatch.metrics, {
        loadBalancer: 'app/web/3',
        group,
        at: NOON + minute * MINUTE,
        ...given,
      })
    }
}

const good = (requests: number): Traffic => ({ answers: { 2: requests } })
const failing = (requests: number, errors: number): Traffic => ({
  answers: { 2: requests - errors, 5: errors },
})

/** As it was before the shift, and as blue goes on. */
function quiet(to = 20): void {
  traffic(-40, 0, { blue: failing(1_000, 4) })
  traffic(0, to, { blue: failing(900, 4) })
}

describe('errors against blue', () => {
  test('pass when green is as good', async () => {
    quiet()
    traffic(0, 20, { green: failing(100, 1) })
    expect(await judge(gate(AGAINST_BLUE), 7)).toEqual({
      verdict: 'pass',
      evidence: 'errors 1% of 500 on green, 0.44% of 4,500 on blue',
    })
  })

  test('fail when it is worse beyond chance, with the numbers', async () => {
    quiet()
    traffic(0, 20, { green: failing(248, 10) })
    expect(await judge(gate(AGAINST_BLUE), 7)).toEqual({
      verdict: 'fail',
      evidence: 'errors 4% of 1,240 on green, 0.44% of 4,500 on blue (p < 0.001)',
    })
  })

  test('a few errors prove nothing', async () => {
    quiet()
    traffic(0, 20, { green: failing(60, 1) })
    expect(await judge(gate(AGAINST_BLUE), 5)).toMatchObject({ verdict: 'pass' })
  })

  test('when blue has as many, it is not green', async () => {
    traffic(-40, 0, { blue: good(1_000) })
    traffic(0, 20, { blue: failing(900, 90), green: failing(100, 10) })
    expect(await judge(gate(AGAINST_BLUE), 10)).toMatchObject({ verdict: 'pass' })
  })

  test('twice as many may be allowed', async () => {
    quiet()
    traffic(0, 20, { green: failing(500, 5) })
    expect(await judge(gate(AGAINST_BLUE), 20)).toMatchObject({ verdict: 'fail' })
    expect(await judge(gate({ errors: { timesBlue: 2 } }), 20)).toMatchObject({ verdict: 'pass' })
  })

  test('with all of the traffic on green, blue is what it was before', async () => {
    traffic(-40, 0, { blue: failing(1_000, 4) })
    traffic(0, 20, { green: failing(1_000, 5) })
    expect(await judge(gate(AGAINST_BLUE), 5, 1000)).toEqual({
      verdict: 'pass',
      evidence: 'errors 0.5% of 3,000 on green, 0.4% of 30,000 on blue before',
    })
    traffic(5, 20, { green: failing(1_000, 40) })
    expect(await judge(gate(AGAINST_BLUE), 10, 1000)).toMatchObject({ verdict: 'fail' })
  })

  test('another time is a rough measure: less than twice as many as before prove nothing', async () => {
    traffic(-40, 0, { blue: failing(1_000, 10) })
    traffic(0, 20, { green: failing(1_000, 19) })
    expect(await judge(gate(AGAINST_BLUE), 20, 1000)).toMatchObject({ verdict: 'pass' })
  })

  test('what green did at a smaller share before is not blue', async () => {
    traffic(-40, -20, { blue: good(1_000) })
    traffic(-20, 0, { blue: failing(400, 40), green: failing(600, 60) })
    traffic(0, 20, { green: failing(1_000, 100) })
    const { verdict, evidence } = await judge(gate(AGAINST_BLUE), 6, 1000)
    expect([verdict, evidence]).toEqual(['fail', expect.stringContaining('0% of 10,000 on blue before')])
  })

  test('without traffic on blue there is no comparison', async () => {
    traffic(0, 20, { green: good(1_000) })
    expect(await judge(gate(AGAINST_BLUE), 5)).toEqual({
      verdict: 'unknown',
      evidence: 'blue has had 0 of the 100 requests that a comparison needs',
    })
  })
})

describe('errors against a limit', () => {
  const limited: Partial<CanaryLimits> = { errors: { rate: 0.01 } }

  test.each([
    [10, 'pass', 'errors 1% of 5,000 on green, 0% of 45,000 on blue, 1% allowed'],
    [18, 'fail', 'errors 1.8% of 5,000 on green, 0% of 45,000 on blue, 1% allowed (p < 0.001)'],
  ])('%i of 1,000: %s', async (errors, verdict, evidence) => {
    traffic(-40, 20, { blue: good(9_000) })
    traffic(0, 20, { green: failing(1_000, errors) })
    expect(await judge(gate(limited), 7)).toEqual({ verdict, evidence })
  })

  test('with both, green must be above both', async () => {
    const both = gate({ errors: { rate: 0.01, timesBlue: 2 } })
    traffic(-40, 0, { blue: good(9_000) })
    traffic(0, 7, { blue: failing(9_000, 180), green: failing(1_000, 30) })
    expect(await judge(both, 7)).toMatchObject({ verdict: 'pass' })
    traffic(7, 20, { blue: failing(9_000, 180), green: failing(1_000, 130) })
    expect(await judge(both, 20)).toMatchObject({ verdict: 'fail' })
  })

  test('with both, it decides alone where there is no comparison', async () => {
    traffic(0, 20, { green: failing(1_000, 30) })
    expect(await judge(gate({ errors: { rate: 0.01, timesBlue: 2 } }), 7)).toEqual({
      verdict: 'fail',
      evidence: 'errors 3% of 5,000 on green, 1% allowed (p < 0.001)',
    })
  })
})

describe('what does not show as 5xx of the servers', () => {
  test('refused connections', async () => {
    quiet()
    traffic(0, 20, { green: { answers: { 2: 95 }, refused: 5 } })
    expect(await judge(gate({ errors: { timesBlue: 2 } }), 7)).toEqual({
      verdict: 'fail',
      evidence:
        'errors 5% of 500 on green, among them 25 failed connections, 0.44% of 4,500 on blue (p < 0.001)',
    })
  })

  test.each([100, 1000])('servers that break off, at %i thousandths', async (share) => {
    const scale = share / 100
    traffic(-40, 0, { blue: good(1_000) })
    traffic(0, 20, {
      green: { answers: { 2: 95 * scale }, unanswered: 5 * scale },
      ...(share < 1000 ? { blue: good(900) } : {}),
    })
    const { verdict, evidence } = await judge(gate({ errors: { rate: 0.01, timesBlue: 2 } }), 7, share)
    expect([verdict, evidence]).toEqual([
      'fail',
      expect.stringMatching(
        /^the load balancer's own 5xx have grown to .*% of 5,\d+, from 0% of 30,000 before \(p < /,
      ),
    ])
  })

  test('a green without a server to send to', async () => {
    traffic(-40, 0, { blue: good(1_000) })
    traffic(0, 20, { blue: good(900), none: { rejected: 100 } })
    expect(await judge(gate(AGAINST_BLUE), 7)).toMatchObject({
      verdict: 'fail',
      evidence: expect.stringContaining("load balancer's own 5xx have grown to 10% of 5,000"),
    })
  })

  test.each([100, 1000])(
    'but not what another group of the load balancer does, at %i thousandths',
    async (share) => {
      traffic(-40, 0, { blue: good(1_000) })
      traffic(0, 20, { green: good(share), blue: good(1_000 - share), other: { unanswered: 100 } })
      expect(await judge(gate(AGAINST_BLUE), 7, share)).toMatchObject({ verdict: 'pass' })
    },
  )

  test('nor what strikes both', async () => {
    traffic(-40, 0, { blue: good(1_000) })
    traffic(0, 20, {
      green: { answers: { 2: 90 }, unanswered: 10 },
      blue: { answers: { 2: 810 }, unanswered: 90 },
    })
    expect(await judge(gate(AGAINST_BLUE), 7)).toMatchObject({ verdict: 'pass' })
  })

  test('nor what has been so before', async () => {
    traffic(-40, 20, { other: { answers: { 2: 900 }, unanswered: 100 } })
    quiet()
    traffic(0, 20, { green: { answers: { 2: 99 }, unanswered: 1 } })
    expect(await judge(gate(AGAINST_BLUE), 7)).toMatchObject({ verdict: 'pass' })
  })
})

describe('latency', () => {
  const limited: Partial<CanaryLimits> = { latency: { percentile: 99, ms: 500 } }
  const answering = (slow: number, of = 100): Traffic => ({
    answers: { 2: of },
    latencies: Array.from({ length: of }, (_, index) => (index < slow ? 0.8 : 0.12)),
  })

  test.each([
    [1, 'pass', 'p99 120 ms, of 500 answers on green, 500 ms allowed'],
    [6, 'fail', 'p99 800 ms, of 500 answers on green, 500 ms allowed, 6% took longer (p < 0.001)'],
  ])('%i of 100 slower than allowed: %s', async (slow, verdict, evidence) => {
    traffic(0, 20, { green: answering(slow) })
    expect(await judge(gate(limited), 7)).toEqual({ verdict, evidence })
  })

  test('one slow minute of few requests proves nothing', async () => {
    traffic(0, 1, { green: answering(2, 60) })
    traffic(1, 20, { green: answering(0, 60) })
    expect(await judge(gate(limited), 7)).toEqual({
      verdict: 'pass',
      evidence: 'p99 120 ms to 800 ms by the minute, of 300 answers on green, 500 ms allowed',
    })
  })

  test('is unknown when no response times are published', async () => {
    traffic(0, 20, { green: good(100) })
    expect(await judge(gate(limited), 7)).toEqual({
      verdict: 'unknown',
      evidence: 'no response times of green have been published',
    })
  })

  test('is judged along with errors', async () => {
    quiet()
    traffic(0, 20, { green: answering(0) })
    expect(await judge(gate({ ...limited, ...AGAINST_BLUE }), 7)).toEqual({
      verdict: 'pass',
      evidence:
        'errors 0% of 500 on green, 0.44% of 4,500 on blue; p99 120 ms, of 500 answers on green, 500 ms allowed',
    })
    expect(cloudWatch.calls()).toEqual({ GetMetricData: 1 })
  })
})

describe('what is not known', () => {
  test('too little traffic', async () => {
    quiet()
    traffic(0, 20, { green: failing(12, 12) })
    expect(await judge(gate(AGAINST_BLUE), 5)).toEqual({
      verdict: 'unknown',
      evidence: '36 requests on green in 3 minutes, 100 are needed',
    })
    expect(await judge(gate(AGAINST_BLUE), 11)).toMatchObject({ verdict: 'fail' })
  })

  test('no data is not zero errors', async () => {
    quiet()
    expect(await judge(gate(AGAINST_BLUE), 7)).toEqual({
      verdict: 'unknown',
      evidence: 'no requests on green in 5 minutes, 100 are needed',
    })
  })

  test('nothing at all, even when nothing is needed', async () => {
    expect(await judge(gate({ ...AGAINST_BLUE, minRequests: 0 }), 7)).toEqual({
      verdict: 'unknown',
      evidence: 'no requests on green in 5 minutes, 1 are needed',
    })
  })

  test('errors of a minute whose requests are not published yet do not count', async () => {
    quiet()
    traffic(0, 4, { green: good(100) })
    cloudWatch.metrics.put(
      {
        namespace: 'AWS/ApplicationELB',
        name: 'HTTPCode_Target_5XX_Count',
        dimensions: { LoadBalancer: 'app/web/3', TargetGroup: 'targetgroup/green/2' },
      },
      { at: NOON + 4 * MINUTE, count: 90 },
    )
    expect(await judge(gate(AGAINST_BLUE), 7)).toMatchObject({
      verdict: 'pass',
      evidence: expect.stringContaining('0% of 400 on green'),
    })
  })

  test('minutes that are not whole, not within the hold, or too young', async () => {
    traffic(-40, 0, { blue: good(1_000), green: failing(100, 100) })
    traffic(0, 1, { blue: good(1_000), green: failing(100, 100) })
    const asked = gate(AGAINST_BLUE)
    const at = (now: number) => asked.judge({ ...PAIR, since: NOON + 1, now, share: 100 }, never)
    await clock.advance(10 * MINUTE)
    expect(await at(NOON + 4 * MINUTE - 1)).toEqual({
      verdict: 'unknown',
      evidence: 'no whole minute has been published yet, the first one should be at 12:04:00 UTC',
    })
    expect(cloudWatch.calls()).toEqual({})
    expect(await at(NOON + 4 * MINUTE)).toEqual({
      verdict: 'unknown',
      evidence: 'no requests on green in 1 minute, 100 are needed',
    })
  })

  test('the shortest hold that can be judged always has a whole minute', () => {
    fc.assert(
      fc.property(fc.nat(600_000), fc.nat(300_000), (since, publicationMs) => {
        const shortest = since + leastHoldMs(publicationMs)
        expect(windowOf({ since, now: shortest }, publicationMs).minutes).toBeGreaterThanOrEqual(1)
      }),
    )
    expect(gate(AGAINST_BLUE).leastHoldMs).toBe(4 * MINUTE)
  })
})

test('however long the holds are judged, the chances of an error add up to less than 0.3%', () => {
  const levels = Array.from({ length: 10_000 }, (_, index) =>
    levelOf({ from: 0, to: 0, minutes: index + 1 }, 3),
  )
  expect(3 * levels.reduce((sum, level) => sum + level)).toBeCloseTo(0.003, 5)
})

describe('asking CloudWatch', () => {
  test('once a minute is enough, as nothing changes in between', async () => {
    quiet()
    traffic(0, 20, { green: good(100) })
    const asked = gate(AGAINST_BLUE)
    for (let minute = 5; minute < 7.95; minute += 0.1) await judge(asked, minute)
    expect(cloudWatch.calls()).toEqual({ GetMetricData: 3 })
  })

  test('again soon when a minute is late', async () => {
    quiet()
    traffic(0, 3, { green: { ...good(100), publishedAt: NOON + 5.1 * MINUTE } })
    const asked = gate(AGAINST_BLUE)
    expect(await judge(asked, 5)).toMatchObject({ verdict: 'unknown' })
    expect(await judge(asked, 5.2)).toMatchObject({ verdict: 'unknown' })
    expect(await judge(asked, 5.25)).toMatchObject({ verdict: 'pass' })
    expect(cloudWatch.calls()).toEqual({ GetMetricData: 2 })
  })

  test('each share is judged for itself', async () => {
    quiet()
    traffic(0, 20, { green: failing(100, 20) })
    const asked = gate(AGAINST_BLUE)
    expect(await judge(asked, 6)).toMatchObject({ verdict: 'fail' })
    const since = NOON + 3 * MINUTE
    await clock.advance(0)
    expect(await asked.judge({ ...PAIR, since, now: clock.now(), share: 500 }, never)).toMatchObject({
      evidence: expect.stringContaining('of 100 on green'),
    })
  })

  test('takes every page', async () => {
    await served.close()
    cloudWatch = new CloudWatch({ clock, pageSize: { points: 50 } })
    served = await serveCloudWatch(cloudWatch)
    client.destroy()
    const { region, credentials } = client.config
    client = new CloudWatchClient({ region, credentials, endpoint: served.url, maxAttempts: 1 })
    quiet()
    traffic(0, 20, { green: failing(248, 10) })
    expect(await judge(gate(AGAINST_BLUE), 7)).toMatchObject({
      evidence: 'errors 4% of 1,240 on green, 0.44% of 4,500 on blue (p < 0.001)',
    })
    expect(cloudWatch.calls().GetMetricData).toBeGreaterThan(3)
  })

  test.each(['deny', 'throttle', 'error', 'reset'] as const)(
    '%s: unknown, and asked again',
    async (fault) => {
      quiet()
      traffic(0, 20, { green: good(100) })
      const asked = gate(AGAINST_BLUE)
      cloudWatch.onCall = (n) => (n === 1 ? fault : undefined)
      const { verdict, evidence } = await judge(asked, 5)
      expect([verdict, evidence]).toEqual(['unknown', expect.stringMatching(/^no metrics: ./)])
      if (fault === 'deny')
        expect(evidence).toMatch(
          /^no metrics: the credentials lack the permission cloudwatch:GetMetricData: .*User: /,
        )
      expect(await judge(asked, 5.25)).toMatchObject({ verdict: 'pass' })
    },
  )

  test.each(['InternalError', 'Forbidden', 'PartialData'])(
    'an answer that stays %s is unknown',
    async (StatusCode) => {
      const send = async () => ({ MetricDataResults: [{ Id: 'green_requests', StatusCode }] })
      const asked = gate(AGAINST_BLUE, { client: { send: send as never } })
      expect(await judge(asked, 5)).toMatchObject({
        verdict: 'unknown',
        evidence: expect.stringMatching(/^no metrics/),
      })
    },
  )

  test('rejects with the reason of the signal only', async () => {
    const reason = new Error('cancelled')
    const question = { ...PAIR, since: NOON - 10 * MINUTE, now: NOON, share: 100 }
    await expect(gate(AGAINST_BLUE).judge(question, AbortSignal.abort(reason))).rejects.toBe(reason)
    const controller = new AbortController()
    cloudWatch.onCall = () => {
      controller.abort(reason)
      return 'reset'
    }
    await expect(gate(AGAINST_BLUE).judge(question, controller.signal)).rejects.toBe(reason)
    await expect(gate(AGAINST_BLUE).problems(PAIR, controller.signal)).rejects.toBe(reason)
  })
})

describe('before the start', () => {
  test('nothing is wrong when the metrics can be read, whatever they are', async () => {
    expect(await gate(AGAINST_BLUE).problems(PAIR, never)).toEqual([])
  })

  test('names the permission that is missing', async () => {
    cloudWatch.onCall = () => 'deny'
    expect(await gate(AGAINST_BLUE).problems(PAIR, never)).toEqual([
      expect.stringMatching(
        /^Canary metrics cannot be judged: the credentials lack the permission cloudwatch:GetMetricData: .*User: /,
      ),
    ])
  })

  test('begins when CloudWatch has a bad moment: it may answer when it matters', async () => {
    cloudWatch.onCall = () => 'throttle'
    expect(await gate(AGAINST_BLUE).problems(PAIR, never)).toEqual([])
  })

  test.each([
    [
      `${ARN}:loadbalancer/net/web/3`,
      'only Application Load Balancers have metrics of requests, so use alarm-names instead',
    ],
    [undefined, 'neither target group is attached to a load balancer'],
  ])('%s has no metrics', async (arn, why) => {
    const asked = gate(AGAINST_BLUE, { loadBalancerOf: async () => arn })
    expect(await asked.problems(PAIR, never)).toEqual([`Canary metrics cannot be judged: ${why}.`])
    expect(await judge(asked, 5)).toEqual({ verdict: 'unknown', evidence: `no metrics: ${why}` })
  })

  test('the load balancer is looked for until it is found, and then no more', async () => {
    let looks = 0
    const loadBalancerOf = async () => {
      if (++looks === 1) throw new Error('throttled')
      return LOAD_BALANCER
    }
    const asked = gate(AGAINST_BLUE, { loadBalancerOf })
    for (const minute of [5, 6, 7]) await judge(asked, minute)
    expect(looks).toBe(2)
  })
})
