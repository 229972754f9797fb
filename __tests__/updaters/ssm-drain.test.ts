import { afterEach, describe, expect, test } from '@jest/globals'
import type { Run } from '../../simulator/ssm/course.ts'
import type { Server } from '../../src/domain/fleet.ts'
import { createConnectionProbe, endDrainChecks, endSsmCommands } from '../../src/updaters/ssm.ts'
import { CONTEXT, never } from './options.ts'
import {
  always,
  forServers,
  idOf,
  instance,
  instances,
  type SettingOptions,
  SsmSetting,
} from './ssm-setting.ts'

afterEach(() => SsmSetting.closeAll())

const [A, B, C] = [idOf(0), idOf(1), idOf(2)]
const FREE: ReturnType<Run> = { runMs: 2_000 }
const BUSY: ReturnType<Run> = {
  runMs: 280_000,
  exitCode: 1,
  stdout: 'connections were left on port 80 to the end\n',
}

/** What it tells of a drain, over HTTP with the real client. */
async function open(options: SettingOptions = {}) {
  const setting = await SsmSetting.open(options)
  const { client, clock } = setting
  const probe = createConnectionProbe({ client, clock, rolloutId: 'r-1' })
  const drained: string[] = []
  const unknown: string[] = []
  const listener = {
    drained: (id: string) => drained.push(id),
    unknown: (ids: readonly string[], reason: string) => unknown.push(`${ids.join(',')}: ${reason}`),
  }
  const watch = (servers: readonly Server[], { signal = never, forMs = 280_000 } = {}) =>
    setting.drive(probe.watch({ servers, context: CONTEXT, forMs }, listener, signal))
  return { setting, probe, watch, drained, unknown }
}

describe('a drain is watched', () => {
  test('by one command for all servers, which ends by itself in time', async () => {
    const { setting, watch, drained } = await open({ run: always(FREE) })
    await watch(instances(3))
    expect(drained.toSorted()).toEqual([A, B, C])
    const [sent, ...more] = setting.inputsOf('SendCommand')
    expect(more).toEqual([])
    expect(sent).toMatchObject({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [A, B, C],
      MaxConcurrency: '3',
      TimeoutSeconds: 30,
      Comment: expect.stringMatching(/^elb-rollout drained\? r-1 [0-9a-f]{8}$/),
      Parameters: { executionTimeout: ['295'] },
    })
    const { commands } = (sent as { Parameters: { commands: string[] } }).Parameters
    expect(commands.slice(0, 2)).toEqual(["export DRAIN_PORTS='80'", "export DRAIN_SECONDS='280'"])
    expect(commands.join('\n')).not.toContain('{{')
    expect(setting.inputsOf('CancelCommand')).toEqual([])
    expect(setting.inputsOf('ListCommandInvocations').length).toBeLessThan(4)
  })

  test('each with its own ports, as numbers', async () => {
    const { setting, watch } = await open({ run: always(FREE) })
    const two = {
      ...instance(B),
      registrations: [8443, 80, 80].map((port) => ({ groupArn: 'arn:web', target: { id: B, port } })),
    }
    await watch([instance(A, 8080), two])
    const [sent] = setting.inputsOf('SendCommand') as { Parameters: { commands: string[] } }[]
    expect(sent?.Parameters.commands.slice(0, 4)).toEqual([
      `case "\${AWS_SSM_INSTANCE_ID-}" in`,
      `'${A}') export DRAIN_PORTS='8080' ;;`,
      `'${B}') export DRAIN_PORTS='80 8443' ;;`,
      'esac',
    ])
  })

  test('in commands of 50', async () => {
    const { setting, watch, drained } = await open({ nodes: 101, run: always(FREE) })
    await watch(instances(101))
    expect(drained).toHaveLength(101)
    expect(
      setting.inputsOf('SendCommand').map(({ InstanceIds }) => (InstanceIds as string[]).length),
    ).toEqual([50, 50, 1])
  })

  test('and each server is told as soon as it is seen', async () => {
    const { setting, watch, drained, unknown } = await open({
      run: forServers({ [A]: FREE, [B]: BUSY, [C]: FREE }),
    })
    const startedAt = setting.clock.now()
    await watch(instances(3))
    expect(drained.toSorted()).toEqual([A, C])
    expect(unknown).toEqual([`${B}: connections were left on port 80 to the end`])
    expect(setting.clock.now() - startedAt).toBeLessThan(290_000)
  })
})

describe('what cannot be seen is told, and never rejects', () => {
  test.each<[string, ReturnType<Run>, RegExp]>([
    [
      'a script that says why',
      { exitCode: 3, stdout: 'nothing listens on port 80\n' },
      /^nothing listens on port 80$/,
    ],
    ['a script that breaks', { exitCode: 127, stderr: 'sh: not found' }, /^exit code 127$/],
    ['a script that hangs', { runMs: 'forever' }, /^no end within 4 m 55 s, killed by the SSM agent$/],
    ['an agent that is away', { deliveryMs: 'never' }, /^not delivered in time/],
    ['an agent that is lost', { runMs: 'lost' }, /^not delivered in time/],
    ['a command that is denied', { refused: 'AccessDenied' }, /^access denied/],
    ['words without end', { exitCode: 1, stdout: 'x'.repeat(2_000) }, /^x{200}$/],
  ])('%s', async (_, course, reason) => {
    const { watch, drained, unknown } = await open({ run: always(course) })
    await watch([instance(A)])
    expect(drained).toEqual([])
    expect(unknown).toEqual([expect.stringMatching(new RegExp(`^${A}: `))])
    expect(unknown[0]?.slice(A.length + 2)).toMatch(reason)
  })

  test('a missing permission', async () => {
    const { watch, unknown } = await open({ faults: { deny: ['SendCommand'] } })
    await watch(instances(2))
    expect(unknown).toEqual([
      expect.stringMatching(`^${A},${B}: the credentials lack the permission ssm:SendCommand`),
    ])
  })

  test('one that is not there, and the others are asked all the same', async () => {
    const { setting, watch, drained, unknown } = await open({ run: always(FREE) })
    setting.ssm.removeNode(B)
    await watch(instances(3))
    expect(drained.toSorted()).toEqual([A, C])
    expect(unknown).toEqual([`${B}: the SSM agent is not online`])
  })

  test('none that is there', async () => {
    const { setting, watch, unknown } = await open()
    for (const id of [A, B, C]) setting.ssm.removeNode(id)
    await watch(instances(3))
    expect(unknown).toEqual([expect.stringMatching(`^${A},${B},${C}: `)])
  })

  test('but a storm of throttling is sat out', async () => {
    const { watch, drained } = await open({ run: always(FREE), faults: { throttleShare: 0.6 } })
    await watch(instances(3))
    expect(drained).toHaveLength(3)
  })
})

describe('a command that nobody needs any more', () => {
  test('is cancelled when the drain is over', async () => {
    const { setting, watch, drained } = await open({ run: always({ runMs: 'forever' }) })
    const over = new AbortController()
    setting.clock.schedule(setting.clock.now() + 20_000, () => over.abort(new Error('over')))
    await watch(instances(3), { signal: over.signal })
    expect(drained).toEqual([])
    expect(setting.ssm.commands.map(({ status }) => status.status)).toEqual(['Cancelled'])
  })

  test('is not sent when the drain is over already', async () => {
    const { setting, watch, unknown } = await open()
    await watch(instances(3), { signal: AbortSignal.abort(new Error('over')) })
    expect([setting.ssm.commands, unknown]).toEqual([[], []])
  })

  test('is found by the post step and ended; it is no update, and keeps no server out', async () => {
    const { setting, probe } = await open({ run: always({ runMs: 'forever', cancelMs: 'never' }) })
    const { client, clock } = setting
    const dead = { now: () => clock.now(), sleep: () => new Promise<never>(() => {}) }
    const listener = { drained: () => {}, unknown: () => {} }
    const drain = { servers: instances(3), context: CONTEXT, forMs: 280_000 }
    void createConnectionProbe({ client, clock: dead, rolloutId: 'r-1' }).watch(drain, listener, never)
    void createConnectionProbe({ client, clock: dead, rolloutId: 'r-10' }).watch(drain, listener, never)
    await setting.drive(clock.sleep(5_000))
    expect(probe.by).toBe('connections')
    const ending = { client, clock, rolloutIds: ['r-1'], commands: new Map(), servers: [A] }
    expect(await setting.drive(endSsmCommands(ending, never))).toEqual([])
    expect(setting.inputsOf('CancelCommand')).toEqual([])
    await setting.drive(endDrainChecks({ client, clock, rolloutId: 'r-1' }, never))
    const ours = setting.ssm.commands.find(({ options }) => options.comment.includes(' r-1 '))
    const cancelled = new Set(setting.inputsOf('CancelCommand').map(({ CommandId }) => CommandId))
    expect(cancelled).toEqual(new Set([ours?.options.id]))
  })
})

describe('what may keep it from seeing anything', () => {
  test('is known before: agents, permissions', async () => {
    const { setting, probe } = await open({ faults: { deny: ['CancelCommand'] } })
    setting.ssm.removeNode(B)
    expect(await setting.drive(probe.doubts?.([A, B], never) ?? Promise.resolve([]))).toEqual([
      expect.stringContaining('ssm:CancelCommand'),
      expect.stringContaining(`Systems Manager does not know ${B}`),
    ])
  })

  test('but not that updates run there, which is no matter', async () => {
    const { setting, probe } = await open({ run: () => ({ runMs: 'forever' }) })
    await setting.ssm.call('SendCommand', {
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [A],
      Parameters: { commands: ['x'] },
      Comment: 'elb-rollout r-0 00000000 v1',
    })
    await setting.drive(setting.clock.sleep(1_000))
    expect(await setting.drive(probe.doubts?.([A, B], never) ?? Promise.resolve(['?']))).toEqual([])
  })

  test('also that nobody answers', async () => {
    const { setting, probe } = await open({ faults: { errorShare: 1 } })
    expect(await setting.drive(probe.doubts?.([A], never) ?? Promise.resolve([]))).toHaveLength(1)
  })
})
