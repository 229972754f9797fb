import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { systemClock } from '../../src/action/system-clock.ts'
import { endMain } from '../../src/action/wire.ts'
import { World } from '../support/world.ts'
import { never } from '../updaters/options.ts'

/** As `drained-command` runs: in a session of its own. */
async function hangingLook(rolloutId: string) {
  const env = { PATH: process.env.PATH, ROLLOUT_ID: rolloutId, ROLLOUT_TARGET_ID: 'i-1' }
  const script = 'echo begun; exec sleep 30'
  const look = spawn('bash', ['-c', script], { detached: true, env, stdio: ['ignore', 'pipe', 'ignore'] })
  await once(look.stdout, 'data')
  return look
}

test.each([
  ['by Run Command', { ssm: { parameters: { commands: ['x'] } } }],
  ['by a command', {}],
])('a look at a drain that hangs is ended where servers are updated %s', async (_, updates) => {
  const rolloutId = `end-main-${process.pid}-${Object.keys(updates).length}`
  const look = await hangingLook(rolloutId)
  try {
    const exited = once(look, 'exit')
    const settings = new World().settings({ drainedCommand: 'sleep 1000', ...updates })
    const left = { rolloutId, nonce: 'a', pid: process.pid, hasSuspended: false, commands: {} }
    const outside = { settings, clock: systemClock }
    expect(await endMain(left, { outside, environment: {} }, never)).toEqual([])
    expect(await exited).toEqual([null, 'SIGTERM'])
  } finally {
    look.kill('SIGKILL')
  }
})
