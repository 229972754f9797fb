import { afterEach, expect, test } from '@jest/globals'
import { createSsmUpdater, endSsmCommands } from '../../src/updaters/ssm.ts'
import { CONTEXT, never } from './options.ts'
import { always, forServers, idOf, instances, SsmSetting } from './ssm-setting.ts'

afterEach(() => SsmSetting.closeAll())

const [A, B, C] = [idOf(0), idOf(1), idOf(2)]

/** An updater that dies: nothing of it goes on once the command is under way. */
async function die(setting: SsmSetting): Promise<void> {
  const gone = new AbortController()
  const clock = {
    now: () => setting.clock.now(),
    sleep: (ms: number) => setting.clock.sleep(ms, gone.signal).catch(() => new Promise<never>(() => {})),
  }
  const updater = createSsmUpdater({ ...setting.options({ timeoutMs: 600_000 }), clock })
  void updater.update(instances(3), CONTEXT, setting.told, never)
  const watch = async () => {
    while (setting.told.handles.size === 0) await setting.clock.sleep(1_000)
    await setting.clock.sleep(3_000)
  }
  await setting.drive(watch())
  gone.abort()
}

/** Answers the servers that are in doubt, with the reason. */
async function end(setting: SsmSetting, commands: ReadonlyMap<string, string> = new Map(), signal = never) {
  const { client, clock } = setting
  const ending = { client, clock, rolloutIds: ['r-0', 'r-1'], commands, servers: [A, B, C] }
  const doubts = await setting.drive(endSsmCommands(ending, signal))
  return Object.fromEntries(doubts.map(({ server, reason }) => [server, reason]))
}

const savedBy = ({ told }: SsmSetting) =>
  new Map([...told.handles].map(([server, handle]) => [server, handle ?? '']))

test('ends what a dead process has saved, and sees it end', async () => {
  const setting = await SsmSetting.open({ run: always({ runMs: 'forever', cancelMs: 5_000 }) })
  await die(setting)
  expect(await end(setting, savedBy(setting))).toEqual({})
  expect(setting.ssm.commands[0]?.status.status).toBe('Cancelled')
})

test('finds what was not saved, and leaves other rollouts alone', async () => {
  const setting = await SsmSetting.open({ run: always({ runMs: 'forever' }) })
  await setting.ssm.call('SendCommand', commandOf('r-10', [C]))
  await die(setting)
  expect(await end(setting)).toEqual({})
  expect(setting.ssm.commands.map(({ status }) => status.status)).toEqual(['Cancelled', 'InProgress'])
})

test('waits for what was sent a moment before the death, and is not listed yet', async () => {
  const setting = await SsmSetting.open({
    run: always({ runMs: 'forever' }),
    behaviour: { visibleAfterMs: 12_000 },
  })
  await setting.ssm.call('SendCommand', commandOf('r-1', [A]))
  expect(await end(setting)).toEqual({})
  expect(setting.ssm.commands[0]?.status.status).toBe('Cancelled')
})

test('names those that cannot be shown to have ended', async () => {
  const setting = await SsmSetting.open({
    run: forServers({
      [A]: { runMs: 'forever' },
      [B]: { runMs: 'forever', cancelMs: 'never' },
      [C]: { runMs: 'lost' },
    }),
  })
  await die(setting)
  expect(await end(setting, savedBy(setting))).toEqual({
    [B]: 'its rollout is over, cancelled, but not seen to end',
    [C]: 'its rollout is over, cancelled, but not seen to end',
  })
})

test('names all when nothing may be cancelled or asked', async () => {
  const setting = await SsmSetting.open({ run: always({ runMs: 'forever' }) })
  await die(setting)
  setting.ssm.faults = { deny: ['CancelCommand', 'ListCommandInvocations'] }
  const doubts = await end(setting, savedBy(setting))
  expect(Object.keys(doubts).toSorted()).toEqual([A, B, C])
  expect(doubts[A]).toMatch(/the credentials lack the permission ssm:CancelCommand/)
  expect(doubts[A]).toMatch(/the credentials lack the permission ssm:ListCommandInvocations/)
})

test('what has ended by itself is no matter', async () => {
  const setting = await SsmSetting.open({ run: always({ runMs: 100, exitCode: 1 }) })
  await die(setting)
  expect(await end(setting, savedBy(setting))).toEqual({})
})

test('names all when it cannot know what runs, and the permission that is missing', async () => {
  const setting = await SsmSetting.open({ faults: { deny: ['ListCommands'] } })
  const reason = expect.stringMatching(/^the credentials lack the permission ssm:ListCommands:/)
  expect(await end(setting)).toEqual({ [A]: reason, [B]: reason, [C]: reason })
})

test('sits a storm out, and names all when it does not end', async () => {
  const setting = await SsmSetting.open({ run: always({ runMs: 'forever' }) })
  await die(setting)
  const stormUntil = setting.clock.now() + 30_000
  setting.ssm.faults = { onCall: (_, __, now) => (now < stormUntil ? 'reject-before' : undefined) }
  expect(await end(setting)).toEqual({})
  setting.ssm.faults = { errorShare: 1 }
  expect(Object.keys(await end(setting)).toSorted()).toEqual([A, B, C])
})

test('an agent that was not heard of again may run it still, though Systems Manager has given it up', async () => {
  const setting = await SsmSetting.open({ run: forServers({ [B]: { runMs: 'lost' } }) })
  await die(setting)
  await setting.drive(setting.clock.sleep(24 * 3_600_000))
  expect(setting.ssm.commands[0]?.invocations[1]?.detail).toBe('DeliveryTimedOut')
  expect(await end(setting)).toEqual({ [B]: expect.stringMatching(/may have begun, and may still run$/) })
  // It is over for Systems Manager: there is nothing to cancel.
  expect(setting.inputsOf('CancelCommand')).toEqual([])
})

test('a command that has come to no server is no matter', async () => {
  const setting = await SsmSetting.open({ behaviour: { pendingLimit: 0 } })
  await setting.ssm.call('SendCommand', commandOf('r-1', [A]))
  await setting.drive(setting.clock.sleep(60_000))
  expect(await end(setting)).toEqual({})
})

test('of what is over the last one on a server counts', async () => {
  const setting = await SsmSetting.open({ run: always({ refused: 'Failed' }) })
  await setting.ssm.call('SendCommand', commandOf('r-0', [A, B]))
  await setting.drive(setting.clock.sleep(60_000))
  setting.ssm.run = always({})
  await setting.ssm.call('SendCommand', commandOf('r-1', [A]))
  await setting.drive(setting.clock.sleep(60_000))
  expect(Object.keys(await end(setting))).toEqual([B])
})

test('only what is younger than the rollout is looked through, where its id tells when it began', async () => {
  const setting = await SsmSetting.open()
  const { client, clock } = setting
  const rolloutIds = ['20261123T065814Z-1-1-a1b2c3']
  await setting.drive(endSsmCommands({ client, clock, rolloutIds, commands: new Map(), servers: [A] }, never))
  const young = { MaxResults: 50, Filters: [{ key: 'InvokedAfter', value: '2026-11-23T06:43:14Z' }] }
  expect(setting.inputsOf('ListCommands')).toEqual([young, young])
})

const commandOf = (rolloutId: string, InstanceIds: readonly string[]) => ({
  DocumentName: 'AWS-RunShellScript',
  InstanceIds,
  Parameters: { commands: ['x'] },
  Comment: `elb-rollout ${rolloutId} 00000000 v2`,
})
