import { describe, expect, test } from '@jest/globals'
import type { Settings } from '../../src/domain/settings.ts'
import { World, type WorldOptions } from '../support/world.ts'

async function warnings(options: WorldOptions, settings: Partial<Settings> = {}): Promise<string[]> {
  const world = new World(options)
  expect((await world.rollOut({ ...settings, dryRun: true })).outcome).toBe('planned')
  return world.of('warned').map(({ text }) => text)
}

describe('before it begins, a user is told', () => {
  test.each([
    [
      'that health checks come seldom, and cost time',
      { groups: [{ intervalSeconds: 30 }] },
      {},
      /^health checks of group-0 come every 30 s, and waiting for them takes about 1 m \d+ s of this rollout: set HealthCheckIntervalSeconds to 10 or less$/,
    ],
    [
      'that slow start costs time',
      { groups: [{ slowStartSeconds: 120 }] },
      {},
      /^a server in slow start .* the slow start of group-0 each time, 4 m in all: set slow_start.duration_seconds/,
    ],
    [
      'what becomes of sessions',
      { groups: [{ attributes: { 'stickiness.enabled': 'true', 'stickiness.type': 'lb_cookie' } }] },
      {},
      /^stickiness of group-0: a client of a server that leaves is sent to another one.*keep them where all servers/,
    ],
    [
      'that the time limit is too short',
      {},
      { timeoutMs: 60_000 },
      /^timeout is 1 m, and this takes about 1 m 51 s without the updates: .* give a longer timeout$/,
    ],
    [
      'that credentials will not last, of a shift too',
      { pair: {} },
      { traffic: [{ share: 100, holdMs: 3_600_000 }, { share: 1000 }] },
      /^this takes 1 h 2 m without the updates.*give role-to-assume/,
    ],
  ] as const)('%s', async (_, options, settings, text) => {
    expect(await warnings(options as WorldOptions, settings)).toEqual([expect.stringMatching(text)])
  })

  test.each([
    ['health checks often enough', { groups: [{ intervalSeconds: 10 }] }, {}],
    [
      'one batch that waits for half a minute',
      { groups: [{ intervalSeconds: 30 }] },
      { healthyForMs: 1_000 },
    ],
    ['a time limit that fits', {}, { timeoutMs: 120_000 }],
    [
      'credentials that are renewed',
      { pair: {} },
      {
        traffic: [{ share: 100, holdMs: 3_600_000 }, { share: 1000 }],
        roleToAssume: 'arn:aws:iam::123456789012:role/deployer',
      },
    ],
  ] as const)('nothing about %s', async (_, options, settings) => {
    expect(await warnings(options as WorldOptions, settings as Partial<Settings>)).toEqual([])
  })
})
