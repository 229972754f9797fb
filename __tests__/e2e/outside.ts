import { expect, test } from '@jest/globals'
import { failuresIn } from '../../demo/load.ts'
import { NEW, OLD, rollOut, step } from '../../demo/rehearsal.ts'
import { PATIENCE_MS, writesIn } from './expected.ts'

const ALARM = 'web-errors'

test.concurrent(
  'an alarm that goes off while a share is on green: the weights go back, and no request is lost',
  async () => {
    const rollout = await rollOut({ servers: 2, green: {}, cloudWatch: {} }, (stage) => {
      const { alarms } = stage.cloudWatch
      alarms.set({ name: ALARM, state: 'OK' })
      const ended = step({ traffic: '10% for 2m, 100%', 'alarm-names': ALARM })(stage)
      const alarm = setInterval(() => {
        if ((stage.weights('production').green ?? 0) > 0)
          alarms.set({ name: ALARM, state: 'ALARM', reason: 'too many errors' })
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
  },
  PATIENCE_MS,
)

test.concurrent(
  'an alarm that is on, one that does not exist, a share too short to be measured: refused, and nothing is changed',
  async () => {
    const inputs = {
      traffic: '10% for 1m, 100%',
      'alarm-names': `${ALARM}, no-such-alarm`,
      'max-error-rate': '1%',
    }
    const rollout = await rollOut({ servers: 2, green: {}, cloudWatch: {} }, (stage) => {
      stage.cloudWatch.alarms.set({ name: ALARM, state: 'ALARM' })
      return step(inputs)(stage)
    })
    expect(writesIn(rollout.calls)).toEqual([])
    expect(rollout.result).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } })
    for (const problem of [/web-errors/, /no-such-alarm/, /traffic stays at 10% for 1 m/])
      expect(rollout.result.stdout).toMatch(problem)
  },
  PATIENCE_MS,
)
