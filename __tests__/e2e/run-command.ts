import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { failuresIn } from '../../demo/load.ts'
import { plainText } from '../../demo/plain-text.ts'
import { INPUTS, NEW, OLD, type Rollout, rollOut, step } from '../../demo/rehearsal.ts'
import type { RunResult } from '../../demo/runner.ts'
import { type Stage, UPDATE_COMMAND } from '../../demo/stage.ts'
import { allIn, PATIENCE_MS, writesIn } from './expected.ts'

/** Never comes to its update. */
const SLOW = {
  ...INPUTS,
  'ssm-parameters': JSON.stringify({ commands: ['echo begun', 'sleep 600', UPDATE_COMMAND] }),
}

/** Runs main until a whole batch is being updated. */
async function updating(stage: Stage, servers: number) {
  const run = stage.run(SLOW)
  while (stage.runCommand.busy.length < servers) await pause(20)
  return run
}

interface Watched {
  readonly rollout: Rollout
  /** Servers on which a script still ran when they, or others, were put back. */
  readonly updatedMeanwhile: readonly string[]
  readonly commands: readonly string[]
  /** On which a script still runs at the end. */
  readonly busy: readonly string[]
}

async function watched(servers: number, perform: (stage: Stage) => Promise<RunResult>): Promise<Watched> {
  const updatedMeanwhile: string[] = []
  const atTheEnd = { commands: [] as string[], busy: [] as string[] }
  const rollout = await rollOut({ servers, agents: {} }, async (stage) => {
    stage.simulator.observe((event) => {
      if (event.type === 'call' && event.action === 'RegisterTargets')
        updatedMeanwhile.push(...stage.runCommand.busy)
    })
    const result = await perform(stage)
    atTheEnd.commands = stage.runCommand.ssm.commands.map(({ status }) => status.detail)
    atTheEnd.busy = stage.runCommand.busy
    return result
  })
  return { rollout, updatedMeanwhile, ...atTheEnd }
}

test.concurrent(
  'killed in the middle of an update by Run Command: the post step ends it before the servers go back in',
  async () => {
    const { rollout, updatedMeanwhile, commands, busy } = await watched(4, async (stage) => {
      const killed = await (await updating(stage, 2)).kill()
      expect(stage.runCommand.busy).toEqual(['i-0eb00001', 'i-0eb00002'])
      return stage.run(SLOW, { postOf: killed }).ended
    })
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(rollout).toMatchObject(allIn(4, OLD))
    expect({ updatedMeanwhile, commands, busy }).toEqual({
      updatedMeanwhile: [],
      commands: ['Cancelled'],
      busy: [],
    })
    expect(rollout.result).toMatchObject({ exitCode: 0, leftBehind: [] })
  },
  PATIENCE_MS,
)

/** An end that is asked for is waited for a minute long, so this goes by a time of its own. */
const LAPSE = { timeLapse: 6, delaySeconds: 12, intervalSeconds: 15, checkTimeoutSeconds: 12 }

test.concurrent(
  'killed, and an agent that does not end the script: its server stays out and is named, the others are back in',
  async () => {
    const setting = { servers: 4, agents: { deaf: ['i-0eb00002'] }, ...LAPSE }
    let busy: readonly string[] = []
    const rollout = await rollOut(setting, async (stage) => {
      const killed = await (await updating(stage, 2)).kill()
      const post = await stage.run(SLOW, { postOf: killed }).ended
      busy = stage.runCommand.busy
      return post
    })
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(busy).toEqual(['i-0eb00002'])
    expect(rollout.states).toEqual(['healthy', 'healthy', 'healthy'])
    expect(rollout.result.stdout).toMatch(/^ended as failed .* still out, .*: i-0eb00002;/m)
  },
  PATIENCE_MS,
)

test.concurrent(
  'cancelled in the middle of an update by Run Command: it has ended before the runner kills',
  async () => {
    const { rollout, updatedMeanwhile, commands, busy } = await watched(4, async (stage) => {
      const run = await updating(stage, 2)
      const cancelledAt = performance.now()
      const ended = await run.cancel()
      expect(performance.now() - cancelledAt).toBeLessThan(7_500)
      return ended
    })
    expect(failuresIn(rollout.counts)).toEqual([])
    expect({ updatedMeanwhile, commands, busy }).toEqual({
      updatedMeanwhile: [],
      commands: ['Cancelled'],
      busy: [],
    })
    expect(rollout.calls.RegisterTargets).toBe(1)
    expect(rollout.result).toMatchObject({ exitCode: 1, outputs: { outcome: 'interrupted' }, leftBehind: [] })
    expect(rollout.result.outputs.reason).toContain('i-0eb00001, i-0eb00002')
  },
  PATIENCE_MS,
)

test.concurrent(
  'a script that fails on one server: rolled back by Run Command, and its last lines are told',
  async () => {
    const badVersions = [{ version: NEW, fault: 'update-fails', servers: ['i-0eb00001'] }] as const
    let sent: string[] = []
    const rollout = await rollOut({ servers: 4, agents: {}, badVersions }, async (stage) => {
      const result = await step({})(stage)
      sent = stage.runCommand.ssm.commands.map(({ options }) => options.comment.split(' ').at(-1) ?? '')
      return result
    })
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(rollout).toMatchObject(allIn(4, OLD))
    expect(rollout.result).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', version: OLD } })
    expect(rollout.result.outputs.reason).toContain('i-0eb00001')
    const told = 'i-0eb00001 did not come up with 1.0.2: it is broken'
    expect(rollout.result.stdout).toContain(`[i-0eb00001] | ${told}`)
    expect(plainText(rollout.result.summary)).toContain(told)
    expect(sent.toReversed()).toEqual([NEW, OLD])
  },
  PATIENCE_MS,
)

test.concurrent(
  'updates by Run Command, under load: no request is lost',
  async () => {
    let sent: (readonly string[])[] = []
    const rollout = await rollOut({ servers: 4, agents: {} }, async (stage) => {
      const result = await step({})(stage)
      sent = stage.runCommand.ssm.commands.map(({ options }) => options.instanceIds)
      return result
    })
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(rollout).toMatchObject({ ...allIn(4, NEW), leastHealthy: 2 })
    expect(rollout.result).toMatchObject({
      exitCode: 0,
      outputs: { outcome: 'succeeded', version: NEW, 'servers-updated': '4' },
    })
    // One command for each batch.
    expect(sent.toReversed()).toEqual([
      ['i-0eb00001', 'i-0eb00002'],
      ['i-0eb00003', 'i-0eb00004'],
    ])
  },
  PATIENCE_MS,
)

test.concurrent(
  'an agent that has no connection: refused, and nothing is changed',
  async () => {
    const rollout = await rollOut({ servers: 2, agents: { offline: ['i-0eb00002'] } }, step({}))
    expect(writesIn(rollout.calls)).toEqual([])
    expect(rollout).toMatchObject(allIn(2, OLD))
    expect(rollout.result).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } })
    expect(rollout.result.stdout).toContain('the SSM agent of i-0eb00002 is not online')
  },
  PATIENCE_MS,
)
