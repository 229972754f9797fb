import { expect, test } from '@jest/globals'
import { failuresIn } from '../../demo/load.ts'
import { NEW, OLD, rollOut, step } from '../../demo/rehearsal.ts'
import { systemClock } from '../../simulator/clock.ts'
import { CloudWatch } from '../../simulator/cloudwatch/cloudwatch.ts'
import { serveCloudWatch } from '../../simulator/cloudwatch/serve.ts'
import { PATIENCE_MS, writesIn } from './expected.ts'

const ALARM = 'web-errors'

async function withCloudWatch(
  use: (cloudWatch: CloudWatch, environment: Record<string, string>) => Promise<void>,
): Promise<void> {
  const cloudWatch = new CloudWatch({ clock: systemClock() })
  const served = await serveCloudWatch(cloudWatch)
  try {
    await use(cloudWatch, { AWS_ENDPOINT_URL_CLOUDWATCH: served.url })
  } finally {
    await served.close()
  }
}

test.concurrent(
  'an alarm that goes off while a share is on green: the weights go back, and no request is lost',
  () =>
    withCloudWatch(async (cloudWatch, environment) => {
      cloudWatch.alarms.set({ name: ALARM, state: 'OK' })
      const rollout = await rollOut({ servers: 2, green: {} }, (stage) => {
        const ended = step({ traffic: '10% for 2m, 100%', 'alarm-names': ALARM }, { environment })(stage)
        const alarm = setInterval(() => {
          if ((stage.weights('production').green ?? 0) > 0)
            cloudWatch.alarms.set({ name: ALARM, state: 'ALARM', reason: 'too many errors' })
        }, 50)
        return ended.finally(() => clearInterval(alarm))
      })
      expect(failuresIn(rollout.counts)).toEqual([])
      expect(rollout.weights).toEqual({ production: { blue: 1, green: 0 } })
      expect(Object.keys(rollout.counts.servedByVersion)).toEqual([OLD, NEW])
      expect(rollout.result).toMatchObject({
        exitCode: 1,
        outputs: { outcome: 'rolled-back', version: OLD, reason: expect.stringContaining(ALARM) },
      })
    }),
  PATIENCE_MS,
)

test.concurrent(
  'an alarm that is on, one that does not exist, a share too short to be measured: refused, and nothing is changed',
  () =>
    withCloudWatch(async (cloudWatch, environment) => {
      cloudWatch.alarms.set({ name: ALARM, state: 'ALARM' })
      const inputs = {
        traffic: '10% for 1m, 100%',
        'alarm-names': `${ALARM}, no-such-alarm`,
        'max-error-rate': '1%',
      }
      const rollout = await rollOut({ servers: 2, green: {} }, step(inputs, { environment }))
      expect(writesIn(rollout.calls)).toEqual([])
      expect(rollout.result).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } })
      for (const problem of [/web-errors/, /no-such-alarm/, /traffic stays at 10% for 1 m/])
        expect(rollout.result.stdout).toMatch(problem)
    }),
  PATIENCE_MS,
)
