import { afterEach, expect, test } from '@jest/globals'
import { updateWithin } from '../../src/strategies/timing.ts'
import { World } from '../support/world.ts'
import { idOf, instances, SsmSetting } from './ssm-setting.ts'

afterEach(() => SsmSetting.closeAll())

const SECOND = 1_000

/** Delivered at the last moment, runs over its time, and does not end when it is asked to. */
const worst = { deliveryMs: 118 * SECOND, runMs: 'lost', cancelMs: 'never' } as const

test.each([
  { servers: 3, timeoutMs: 120 * SECOND },
  { servers: 3, timeoutMs: 600 * SECOND },
  { servers: 3, concurrency: 1, timeoutMs: 200 * SECOND },
  { servers: 120, concurrency: 70, timeoutMs: 200 * SECOND },
  { servers: 120, concurrency: 100, timeoutMs: 200 * SECOND },
  { servers: 120, timeoutMs: 200 * SECOND },
])(
  'an update step is given as long as an update can take: $servers servers in chunks, $timeoutMs ms for each',
  async (scene) => {
    const { servers, concurrency, timeoutMs } = scene
    const some = concurrency === undefined ? {} : { concurrency }
    const setting = await SsmSetting.open({
      nodes: servers,
      // What somebody has left there ends just in time, on all but one.
      run: ({ parameters }) => (parameters.commands?.includes('x') ? { runMs: 17 * SECOND } : worst),
    })
    await setting.ssm.call('SendCommand', {
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [idOf(0)],
      Parameters: { commands: ['x'] },
      Comment: 'elb-rollout r-0 00000000 v1',
    })
    const startedAt = setting.clock.now()
    const results = await setting.update(instances(servers), { timeoutMs, ...some })
    expect(Object.values(results).map(({ ok }) => ok)).toEqual(Array(servers).fill(false))
    const settings = new World().settings({
      ssm: { parameters: { commands: ['x'] } },
      updateTimeoutMs: timeoutMs,
      ...(concurrency === undefined ? {} : { updateConcurrency: concurrency }),
    })
    const ids = instances(servers).map(({ id }) => id)
    const tookMs = setting.clock.now() - startedAt
    const plainMs = updateWithin(ids, new World().settings({ ...settings, ssm: undefined } as never))
    expect(updateWithin(ids, settings)).toBeGreaterThanOrEqual(tookMs)
    // As long as by a command on the runner would not do.
    if (concurrency === undefined) expect(plainMs).toBeLessThan(tookMs)
  },
)
