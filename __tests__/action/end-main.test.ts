import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, test } from '@jest/globals'
import { systemClock } from '../../src/action/system-clock.ts'
import { endMain } from '../../src/action/wire.ts'
import { World } from '../support/world.ts'
import { never } from '../updaters/options.ts'

const started: ChildProcess[] = []
afterEach(() => {
  for (const one of started.splice(0)) one.kill('SIGKILL')
})

/** A script of a rollout on this machine, in a session of its own. */
async function hanging(variables: Readonly<Record<string, string>>) {
  const env = { PATH: process.env.PATH, ROLLOUT_TARGET_ID: 'i-1', ...variables }
  const script = 'echo begun; exec sleep 30'
  const child = spawn('bash', ['-c', script], { detached: true, env, stdio: ['ignore', 'pipe', 'ignore'] })
  started.push(child)
  await once(child.stdout, 'data')
  return child
}

const JOB = { RUNNER_TRACKING_ID: 'github_1' }
const RUN_COMMAND = { ssm: { parameters: { commands: ['x'] } } }

const end = (rolloutId: string, updates: object) => {
  const settings = new World().settings({ drainedCommand: 'sleep 30', ...updates })
  const left = { rolloutId, nonce: 'a', pid: process.pid, hasSuspended: false, commands: {} }
  return endMain(left, { outside: { settings, clock: systemClock }, environment: JOB }, never)
}

test.each([
  ['by Run Command', RUN_COMMAND],
  ['by a command', {}],
])('a look at a drain that hangs is ended where servers are updated %s', async (_, updates) => {
  const rolloutId = `end-main-${process.pid}-${Object.keys(updates).length}`
  const look = await hanging({ ROLLOUT_ID: rolloutId, ...JOB })
  const exited = once(look, 'exit')
  expect(await end(rolloutId, updates)).toEqual([])
  expect(await exited).toEqual([null, 'SIGTERM'])
})

test('an update that the agent of this very machine runs is for Run Command to end', async () => {
  const rolloutId = `end-main-${process.pid}-agent`
  const look = await hanging({ ROLLOUT_ID: rolloutId, ...JOB })
  const update = await hanging({ ROLLOUT_ID: rolloutId })
  const exited = once(look, 'exit')
  expect(await end(rolloutId, RUN_COMMAND)).toEqual([])
  await exited
  expect([update.exitCode, update.signalCode]).toEqual([null, null])
})
