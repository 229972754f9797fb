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

const end = (setting: SsmSetting, commands: ReadonlyMap<string, string>, signal = never) => {
  const { client, clock } = setting
  return setting.drive(endSsmCommands({ client, clock, rolloutId: 'r-1', commands }, signal))
}

const savedBy = ({ told }: SsmSetting) =>
  new Map([...told.handles].map(([server, handle]) => [server, handle ?? '']))

test('ends what a dead process has saved, and sees it end', async () => {
  const setting = await SsmSetting.open({ run: always({ runMs: 'forever', cancelMs: 5_000 }) })
  await die(setting)
  expect(await end(setting, savedBy(setting))).toEqual([])
  expect(setting.ssm.commands[0]?.status.status).toBe('Cancelled')
})

test('finds what was not saved, and leaves other rollouts alone', async () => {
  const setting = await SsmSetting.open({ run: always({ runMs: 'forever' }) })
  await setting.ssm.call('SendCommand', {
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [C],
    Parameters: { commands: ['x'] },
    Comment: 'elb-rollout r-10 00000000 v2',
  })
  await die(setting)
  expect(await end(setting, new Map())).toEqual([])
  expect(setting.ssm.commands.map(({ status }) => status.status)).toEqual(['Cancelled', 'InProgress'])
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
  expect((await end(setting, savedBy(setting))).toSorted()).toEqual([B, C])
})

test('names all when nothing may be cancelled or asked', async () => {
  const setting = await SsmSetting.open({ run: always({ runMs: 'forever' }) })
  await die(setting)
  setting.ssm.faults = { deny: ['CancelCommand', 'ListCommandInvocations'] }
  expect((await end(setting, savedBy(setting))).toSorted()).toEqual([A, B, C])
})

test('what has ended by itself is no matter', async () => {
  const setting = await SsmSetting.open({ run: always({ runMs: 100, exitCode: 1 }) })
  await die(setting)
  expect(await end(setting, savedBy(setting))).toEqual([])
})

test('rejects when it cannot know what runs', async () => {
  const setting = await SsmSetting.open({ faults: { deny: ['ListCommands'] } })
  await expect(end(setting, new Map())).rejects.toMatchObject({ permission: 'ssm:ListCommands' })
})
