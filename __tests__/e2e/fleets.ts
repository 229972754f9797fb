import { expect, test } from '@jest/globals'
import type { BadVersion } from '../../demo/fleet.ts'
import { failuresIn } from '../../demo/load.ts'
import { NEW, OLD, type Rollout, rollOut, step } from '../../demo/rehearsal.ts'
import { allIn, PATIENCE_MS } from './expected.ts'

interface Case {
  readonly servers: number
  readonly batch: string
  readonly batches: number
  readonly leastHealthy: number
  /** The first server of the second batch. */
  readonly bad: Omit<BadVersion, 'version' | 'servers'> & { readonly server: string }
  readonly inputs?: Readonly<Record<string, string>>
}

const CASES: readonly Case[] = [
  {
    servers: 12,
    batch: '3',
    batches: 4,
    leastHealthy: 9,
    bad: { fault: 'update-fails', server: 'i-0eb00005' },
  },
  {
    servers: 5,
    batch: '2',
    batches: 3,
    leastHealthy: 3,
    bad: { fault: 'answers-500', server: 'i-0eb00003' },
  },
  {
    servers: 4,
    batch: '50%',
    batches: 2,
    leastHealthy: 2,
    bad: { fault: 'unhealthy', server: 'i-0eb00003' },
  },
  {
    servers: 2,
    batch: '1',
    batches: 2,
    leastHealthy: 1,
    bad: { fault: 'update-fails', server: 'i-0eb00002' },
  },
]

/** What holds for every rollout. */
function expectNoHarm({ counts, result, leastHealthy }: Rollout, { leastHealthy: floor }: Case): void {
  expect(failuresIn(counts)).toEqual([])
  expect(counts.served).toBe(counts.sent)
  expect(counts.sent).toBeGreaterThan(Math.max(500, 195 * counts.seconds))
  expect(leastHealthy).toBeGreaterThanOrEqual(floor)
  expect(result.stderr).toBe('')
  expect(result.leftBehind).toEqual([])
}

// Those that take longest come first: five run at a time.
test.concurrent.each(CASES)(
  '$servers servers, $batch at a time, and the second batch is bad: $bad.fault on $bad.server',
  async (given) => {
    const { fault, server } = given.bad
    const badVersions = [{ version: NEW, fault, servers: [server] }]
    const rollout = await rollOut({ servers: given.servers, badVersions }, (stage) =>
      step({
        'batch-size': given.batch,
        'health-timeout': '4s',
        'smoke-url': `${stage.fleet.controlUrl}/{id}`,
      })(stage),
    )
    expectNoHarm(rollout, given)
    expect(rollout).toMatchObject(allIn(given.servers, OLD))
    expect(rollout.result).toMatchObject({
      exitCode: 1,
      outputs: { outcome: 'rolled-back', version: OLD, 'servers-updated': '0' },
    })
    expect(rollout.result.outputs.reason).toContain(server)
    expect(rollout.result.outputs['failed-step']).not.toBe('')
    expect(rollout.result.summary).toMatch(/^## ⏪ Rolled back: /)
  },
  PATIENCE_MS,
)

test.concurrent.each(CASES)(
  '$servers servers, $batch at a time',
  async (given) => {
    const rollout = await rollOut({ servers: given.servers }, step({ 'batch-size': given.batch }))
    expectNoHarm(rollout, given)
    expect(rollout).toMatchObject(allIn(given.servers, NEW))
    expect(rollout.result).toMatchObject({
      exitCode: 0,
      outputs: {
        outcome: 'succeeded',
        reason: `1.0.2 runs on all ${given.servers} servers`,
        version: NEW,
        'previous-version': OLD,
        'live-target-group': 'web',
        'servers-updated': `${given.servers}`,
        'failed-step': '',
      },
    })
    expect(rollout.calls).toMatchObject({ DeregisterTargets: given.batches, RegisterTargets: given.batches })
    expect(rollout.result.summary).toMatch(/^## ✅ Succeeded: 1\.0\.2 runs on all \d+ servers\n/)
    expect(Object.keys(rollout.counts.servedByVersion)).toEqual([OLD, NEW])
  },
  PATIENCE_MS,
)
