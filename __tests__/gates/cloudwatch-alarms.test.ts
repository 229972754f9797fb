import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { VirtualClock } from '../../simulator/clock.ts'
import { CloudWatch } from '../../simulator/cloudwatch/cloudwatch.ts'
import { type ServedCloudWatch, serveCloudWatch } from '../../simulator/cloudwatch/serve.ts'
import { createAlarmWatch } from '../../src/gates/cloudwatch-alarms.ts'
import { createCloudWatchClient } from '../../src/gates/cloudwatch-client.ts'

const never = new AbortController().signal
let clock: VirtualClock
let cloudWatch: CloudWatch
let served: ServedCloudWatch
let client: CloudWatchClient

beforeEach(async () => {
  clock = new VirtualClock(Date.UTC(2026, 10, 23, 14, 5))
  cloudWatch = new CloudWatch({ clock, pageSize: { alarms: 3 } })
  served = await serveCloudWatch(cloudWatch)
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  client = new CloudWatchClient({ region: 'eu-west-1', endpoint: served.url, credentials, maxAttempts: 1 })
  cloudWatch.alarms.set({ name: 'errors', state: 'OK' })
  cloudWatch.alarms.set({ name: 'slow', state: 'OK' })
  cloudWatch.alarms.set({ name: 'site', type: 'CompositeAlarm', state: 'OK' })
})
afterEach(async () => {
  client.destroy()
  await served.close()
})

const watch = (names = ['errors', 'slow', 'site'], ignoreAtStart: string[] = []) =>
  createAlarmWatch({ client, names, ignoreAtStart })

async function turn(
  name: string,
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA',
  reason?: string,
): Promise<void> {
  await clock.advance(60_000)
  cloudWatch.alarms.set({ name, state, ...(reason === undefined ? {} : { reason }) })
}

describe('before the start', () => {
  test('finds nothing when all is well, whatever has no data', async () => {
    await turn('slow', 'INSUFFICIENT_DATA')
    expect(await watch().problems(never)).toEqual([])
    expect(cloudWatch.calls()).toEqual({ DescribeAlarms: 1 })
  })

  test('names what does not exist, and what is in ALARM already', async () => {
    await turn('errors', 'ALARM', 'Threshold Crossed: 1 datapoint\n[7.0] was greater.')
    expect(await watch(['errors', 'Slow', 'site'], ['slow']).problems(never)).toEqual([
      'ignore-alarms-at-start has "slow", which is not in alarm-names.',
      'There is no alarm "Slow" in this account and region: alarm-names needs its exact name. Perhaps "slow"?',
      'The alarm "errors" is in ALARM since 2026-11-23 14:06 UTC: Threshold Crossed: 1 datapoint [7.0] was greater. Wait until it is over, or name it in ignore-alarms-at-start.',
    ])
  })

  test.each([
    ['error', ' Perhaps "errors"?'],
    ['web_5XX-errors', ' Perhaps "web-5xx-errors" or "web-5xx-error"?'],
    ['database', ''],
    ['*', ''],
  ])('knows what may be meant by %s', async (name, hint) => {
    for (const near of ['web-5xx-errors', 'web-5xx-error', 'web-latency', 'd\u202eb']) await turn(near, 'OK')
    expect(await watch([name]).problems(never)).toEqual([
      `There is no alarm "${name}" in this account and region: alarm-names needs its exact name.${hint}`,
    ])
  })

  test('asks little when all names are wrong, and needs no answer to that', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `x${index}`)
    expect(await watch(names).problems(never)).toHaveLength(50)
    expect(cloudWatch.calls()).toEqual({ DescribeAlarms: 7 })
    let calls = 0
    cloudWatch.onCall = () => (++calls === 1 ? undefined : 'deny')
    expect(await watch(['x']).problems(never)).toEqual([expect.stringMatching(/its exact name\.$/)])
  })

  test('a composite alarm objects as well, and its reason has no account in it', async () => {
    await turn(
      'site',
      'ALARM',
      'arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors transitioned to ALARM',
    )
    const [problem = ''] = await watch().problems(never)
    expect(problem).toContain(
      '"site" is in ALARM since 2026-11-23 14:06 UTC: errors transitioned to ALARM. Wait',
    )
  })

  test('names the permission that is missing', async () => {
    cloudWatch.onCall = () => 'deny'
    expect(await watch().problems(never)).toEqual([
      expect.stringMatching(
        /^The alarms cannot be read: the credentials lack the permission cloudwatch:DescribeAlarms: .*User: /,
      ),
    ])
  })

  test.each(['throttle', 'error', 'reset'] as const)('begins nothing it cannot watch: %s', async (fault) => {
    cloudWatch.onCall = () => fault
    const problems = await watch().problems(never)
    expect(problems).toEqual([expect.stringMatching(/^The alarms cannot be read: DescribeAlarms: .+\.$/)])
  })
})

describe('while the rollout is under way', () => {
  test('passes while none is in ALARM', async () => {
    const alarms = watch()
    expect(await alarms.problems(never)).toEqual([])
    expect(await alarms.check(never)).toEqual({ verdict: 'pass', evidence: '3 alarms OK' })
    await turn('slow', 'INSUFFICIENT_DATA')
    expect(await alarms.check(never)).toEqual({ verdict: 'pass', evidence: '2 alarms OK, no data for slow' })
  })

  test.each(['errors', 'site'])(
    'fails when %s goes into ALARM, and says why and since when',
    async (name) => {
      const alarms = watch()
      await alarms.problems(never)
      await turn(name, 'ALARM', 'Threshold Crossed')
      await turn(name, 'ALARM', 'Threshold Crossed again')
      expect(await alarms.check(never)).toEqual({
        verdict: 'fail',
        evidence: `"${name}" is in ALARM since 2026-11-23 14:06 UTC: Threshold Crossed again`,
      })
    },
  )

  test('does not know when no alarm has data', async () => {
    await turn('slow', 'INSUFFICIENT_DATA')
    expect(await watch(['slow']).check(never)).toEqual({ verdict: 'unknown', evidence: 'no data for slow' })
  })

  test('does not know when an alarm has been deleted', async () => {
    const alarms = watch()
    await alarms.problems(never)
    cloudWatch.alarms.delete('slow')
    expect(await alarms.check(never)).toEqual({ verdict: 'unknown', evidence: 'no longer there: slow' })
  })

  test.each(['deny', 'throttle', 'error', 'reset'] as const)(
    'does not know when it cannot ask: %s',
    async (fault) => {
      const alarms = watch()
      await alarms.problems(never)
      cloudWatch.onCall = () => fault
      const { verdict, evidence } = await alarms.check(never)
      expect([verdict, evidence]).toEqual(['unknown', expect.stringMatching(/^the alarms cannot be read: ./)])
    },
  )

  test('rejects with the reason of the signal only', async () => {
    const reason = new Error('cancelled')
    await expect(watch().check(AbortSignal.abort(reason))).rejects.toBe(reason)
    await expect(watch().problems(AbortSignal.abort(reason))).rejects.toBe(reason)
    const controller = new AbortController()
    cloudWatch.onCall = () => {
      controller.abort(reason)
      return 'reset'
    }
    await expect(watch().check(controller.signal)).rejects.toBe(reason)
  })
})

describe('an alarm that is ignored at the start', () => {
  beforeEach(() => turn('slow', 'ALARM', 'at night'))

  test('objects neither at the start nor while it stays', async () => {
    const alarms = watch(['errors', 'slow'], ['slow'])
    expect(await alarms.problems(never)).toEqual([])
    await turn('slow', 'ALARM', 'still')
    expect(await alarms.check(never)).toEqual({
      verdict: 'pass',
      evidence: '1 alarm OK, in ALARM since before the start: slow',
    })
  })

  test.each(['OK', 'INSUFFICIENT_DATA'] as const)('counts once it was %s and comes back', async (state) => {
    const alarms = watch(['errors', 'slow'], ['slow'])
    await alarms.problems(never)
    await turn('slow', state)
    expect(await alarms.check(never)).toMatchObject({ verdict: 'pass' })
    await turn('slow', 'ALARM')
    expect(await alarms.check(never)).toMatchObject({ verdict: 'fail' })
    expect(await alarms.check(never)).toMatchObject({ verdict: 'fail' })
  })

  test('counts also when it was out of it between two looks', async () => {
    const alarms = watch(['errors', 'slow'], ['slow'])
    await alarms.problems(never)
    await turn('slow', 'OK')
    await turn('slow', 'ALARM')
    expect(await alarms.check(never)).toMatchObject({ verdict: 'fail' })
  })

  test('counts when it was not in ALARM at the start', async () => {
    const alarms = watch(['errors', 'slow'], ['errors'])
    await alarms.problems(never)
    await turn('errors', 'ALARM')
    expect(await alarms.check(never)).toMatchObject({ verdict: 'fail' })
  })
})

test('asks once for each hundred names, and takes every page', async () => {
  const names = Array.from({ length: 250 }, (_, index) => `alarm ${index}`)
  for (const name of names) cloudWatch.alarms.set({ name, state: 'OK' })
  expect(await watch([...names, ...names]).check(never)).toMatchObject({ evidence: '250 alarms OK' })
  expect(cloudWatch.calls()).toEqual({ DescribeAlarms: 3 })
})

test('the client goes where the environment says', async () => {
  const before = { ...process.env }
  process.env.AWS_ENDPOINT_URL_CLOUDWATCH = served.url
  try {
    const own = createCloudWatchClient('eu-west-1', { accessKeyId: 'test', secretAccessKey: 'test' })
    expect(
      await createAlarmWatch({ client: own, names: ['site'], ignoreAtStart: [] }).problems(never),
    ).toEqual([])
    own.destroy()
  } finally {
    process.env = before
  }
})
