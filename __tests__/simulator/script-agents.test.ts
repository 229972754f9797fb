import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { systemClock } from '../../simulator/clock.ts'
import { ScriptAgents } from '../../simulator/ssm/script-agents.ts'
import { Ssm } from '../../simulator/ssm/ssm.ts'

let agents: ScriptAgents
let ssm: Ssm

beforeEach(() => {
  const { PATH = '' } = process.env
  agents = new ScriptAgents({ environment: { PATH, FLEET: 'web' }, region: 'eu-west-1' })
  ssm = new Ssm({ clock: systemClock(), run: agents.run, behaviour: { visibleAfterMs: 0 } })
  for (const id of ['i-1', 'i-2']) ssm.addNode(id)
})
afterEach(() => agents.close())

async function send(commands: string[], parameters: Record<string, string[]> = {}): Promise<string> {
  const answer = await ssm.call('SendCommand', {
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: ['i-1', 'i-2'],
    Parameters: { commands, ...parameters },
  })
  return (answer as { Command: { CommandId: string } }).Command.CommandId
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

const invocations = () => ssm.commands[0]?.invocations ?? []

async function ended(): Promise<unknown[]> {
  await until(() => invocations().length > 0 && invocations().every(({ isFinal }) => isFinal))
  return invocations().map(({ detail, plugin }) => [detail, plugin?.code, plugin?.stdout, plugin?.stderr])
}

/** A zombie has no command line. */
function isAlive(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== ''
  } catch {
    return false
  }
}

test('the commands are lines of one script, which knows its node', async () => {
  await send(['name=$AWS_SSM_INSTANCE_ID', 'echo "$FLEET $name $AWS_SSM_REGION_NAME"', 'pwd'], {
    workingDirectory: ['/usr'],
  })
  expect(await ended()).toEqual([
    ['Success', 0, 'web i-1 eu-west-1\n/usr\n', ''],
    ['Success', 0, 'web i-2 eu-west-1\n/usr\n', ''],
  ])
})

test('a shell of its own, both outputs, and an exit code', async () => {
  await send(['#!/bin/bash', '[[ $AWS_SSM_INSTANCE_ID == i-2 ]] && { echo no >&2; exit 3; }', 'echo yes'])
  expect(await ended()).toEqual([
    ['Success', 0, 'yes\n', ''],
    ['Failed', 3, '', 'no\n'],
  ])
})

test('a folder that is not there: it has failed, and says why', async () => {
  await send(['true'], { workingDirectory: ['/no/such/folder'] })
  expect(await ended()).toMatchObject([
    ['Failed', 1, '', expect.stringMatching(/^failed to run commands: /)],
    ['Failed', 1, '', expect.anything()],
  ])
})

test('cancelled, all of the script is killed before that is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'script-agents-'))
  const background = () => readdirSync(folder).filter((name) => /^\d+$/.test(name))
  const id = await send(['echo begun', 'sleep 600 &', 'touch $!', 'sleep 600'], {
    workingDirectory: [folder],
  })
  await until(() => background().length === 2)
  expect(background().map(isAlive)).toEqual([true, true])
  expect(agents.busy).toEqual(['i-1', 'i-2'])
  await ssm.call('CancelCommand', { CommandId: id })
  expect(await ended()).toEqual(Array(2).fill(['Cancelled', 137, 'begun\n', '']))
  await until(() => !background().some(isAlive))
  expect(agents.busy).toEqual([])
  rmSync(folder, { recursive: true })
})

test('over its time, it is killed', async () => {
  await send(['echo begun', 'sleep 600'], { executionTimeout: ['1'] })
  expect(await ended()).toEqual(Array(2).fill(['ExecutionTimedOut', 137, 'begun\n', '']))
})

test('what is still running ends with the agents', async () => {
  await send(['sleep 600'])
  await until(() => agents.busy.length === 2)
  await agents.close()
  expect(agents.busy).toEqual([])
})
