import { expect, test } from '@jest/globals'
import { BAD_CANARY, canaryRollout } from '../../bench/canary-live.ts'
import { failuresIn } from '../../demo/load.ts'
import { lostOtherwise } from '../../demo/losses.ts'
import { NEW, OLD } from '../../demo/rehearsal.ts'
import { exposureIn } from '../../demo/traffic.ts'
import { PATIENCE_MS } from './expected.ts'

/** A share is judged after four minutes at the earliest: the built action has its own minute, of five seconds. */
const timeLapse = 12

test.concurrent(
  'metrics of the load on two equal versions: the share is judged, and passes',
  async () => {
    const inputs = { 'max-latency': 'p90 30s' }
    const rollout = await canaryRollout({ timeLapse, traffic: '50% for 5m', inputs })
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(rollout.weights).toEqual({ production: { blue: 50, green: 50 } })
    expect(rollout.result).toMatchObject({ exitCode: 0, outputs: { outcome: 'held' } })
    expect(rollout.result.stdout).toMatch(
      /^canary metrics passed: errors 0% of [\d,]+ on green, 0% of [\d,]+ on blue, 1% allowed; p90 .* on green, 30 s allowed$/m,
    )
  },
  PATIENCE_MS,
)

test.concurrent(
  'a version that fails one request in five, which only metrics show: back from a tenth, no other request lost',
  async () => {
    const rollout = await canaryRollout({ timeLapse, ...BAD_CANARY })
    expect(lostOtherwise(rollout, { version: NEW })).toEqual([])
    expect(rollout.counts.failed).toBeGreaterThan(0)
    expect(exposureIn(rollout.shifts)?.most).toBe(10)
    expect(rollout.weights).toEqual({ production: { blue: 1, green: 0 } })
    expect(rollout.result).toMatchObject({
      exitCode: 1,
      outputs: {
        outcome: 'rolled-back',
        version: OLD,
        'failed-step': 'hold',
        reason: expect.stringMatching(
          /^canary metrics failed: errors [\d.]+% of [\d,]+ on green, 0% of [\d,]+ on blue, 1% allowed/,
        ),
      },
    })
  },
  PATIENCE_MS,
)
