import { expect, test } from '@jest/globals'
import { failuresIn } from '../../demo/load.ts'
import { INPUTS, NEW, OLD, type Rollout, rollOut } from '../../demo/rehearsal.ts'
import type { RunResult } from '../../demo/runner.ts'
import type { Stage } from '../../demo/stage.ts'
import { PATIENCE_MS } from './expected.ts'

/** Where main is killed, by what it says in the log; the update takes a while, so that it can be hit in the middle. */
const MOMENTS = {
  'while the first batch drains': /^drain confirmed/,
  'in the middle of an update': /\] begun$/,
  'while the second batch becomes healthy': /^registered in every group again: i-0eb00003/,
} as const
const SLOW_UPDATE = 'echo begun; sleep 2 & sleep 2; node demo/update.mjs'

/** Runs main until it says this, and kills it as no handler can notice. */
async function killedAt(stage: Stage, moment: RegExp): Promise<RunResult> {
  let reached = () => {}
  const there = new Promise<void>((resolve) => {
    reached = resolve
  })
  const inputs = { ...INPUTS, 'update-command': SLOW_UPDATE }
  const run = stage.run(inputs, { onLine: (line) => moment.test(line) && reached() })
  await there
  return run.kill()
}

function expectAllIn({ counts, states }: Rollout): void {
  expect(failuresIn(counts)).toEqual([])
  expect(states).toEqual(Array(4).fill('healthy'))
}

const ownTags = (stage: Stage): string[] =>
  Object.keys(stage.simulator.tags(stage.groupArn)).filter((key) => /:(owner|out):/.test(key))

test.concurrent.each(Object.entries(MOMENTS))(
  'killed %s: the post step ends its commands and puts everything back, within three minutes and no request lost',
  async (_, moment) => {
    let tags: string[] = []
    const rollout = await rollOut({ servers: 4 }, async (stage) => {
      const killed = await killedAt(stage, moment)
      expect(killed.outputs.outcome).toBe('interrupted')
      expect(killed.summary).toContain('it was cut short')
      const post = await stage.run(INPUTS, { postOf: killed }).ended
      tags = ownTags(stage)
      return post
    })
    expectAllIn(rollout)
    expect(rollout.leastHealthy).toBeGreaterThanOrEqual(2)
    expect(tags).toEqual([])
    expect(rollout.result).toMatchObject({ exitCode: 0, leftBehind: [] })
    expect(rollout.result.summary).toMatch(/^## ✅ Succeeded: put back in what rollout /)
    expect(rollout.result.seconds).toBeLessThan(180)
  },
  PATIENCE_MS,
)

test.concurrent(
  'killed, and started again at once: capacity never goes down further, and the fleet ends on the new version',
  async () => {
    let tags: string[] = []
    const rollout = await rollOut({ servers: 4 }, async (stage) => {
      await killedAt(stage, MOMENTS['while the first batch drains'])
      const again = stage.run(INPUTS, { environment: { GITHUB_RUN_ATTEMPT: '2' } })
      const ended = await again.ended
      tags = ownTags(stage)
      return ended
    })
    expectAllIn(rollout)
    expect(rollout.leastHealthy).toBeGreaterThanOrEqual(2)
    expect(rollout.versions).toEqual(Array(4).fill(NEW))
    expect(tags).toEqual([])
    expect(rollout.result).toMatchObject({ exitCode: 0, outputs: { outcome: 'succeeded' }, leftBehind: [] })
    expect(rollout.result.stdout).toContain('did not end: in batch 1 of 2 it left out i-0eb00001, i-0eb00002')
  },
  PATIENCE_MS,
)

test.concurrent(
  'killed, and recovered by a follow-up job on another machine, with the group ARNs alone',
  async () => {
    const rollout = await rollOut({ servers: 4 }, async (stage) => {
      await killedAt(stage, MOMENTS['while the first batch drains'])
      const recovery = { mode: 'recover', strategy: '', 'update-command': '' }
      return stage.run(recovery, { environment: { GITHUB_JOB: 'recover' } }).ended
    })
    expectAllIn(rollout)
    expect(rollout.versions).toEqual(Array(4).fill(OLD))
    expect(rollout.result).toMatchObject({ exitCode: 0, outputs: { outcome: 'succeeded' } })
    expect(rollout.result.outputs.reason).toContain(
      'batch 1 of 2 from 1.0.1 to 1.0.2 was under way on i-0eb00001, i-0eb00002',
    )
  },
  PATIENCE_MS,
)

test.concurrent(
  'rolled back by an operator days later, who types latest',
  async () => {
    const rollout = await rollOut({ servers: 2 }, async (stage) => {
      const done = await stage.run({ ...INPUTS, 'batch-size': '1' }).ended
      expect(done.outputs.outcome).toBe('succeeded')
      const undo = {
        mode: 'rollback',
        'rollout-id': 'latest',
        'batch-size': '1',
        'healthy-for': '1s',
        strategy: '',
      }
      return stage.run(undo, { environment: { GITHUB_RUN_ID: '9999' } }).ended
    })
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(rollout.versions).toEqual([OLD, OLD])
    expect(rollout.result).toMatchObject({ exitCode: 0, outputs: { outcome: 'succeeded', version: OLD } })
  },
  PATIENCE_MS,
)
