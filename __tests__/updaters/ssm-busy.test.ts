import { afterEach, expect, test } from '@jest/globals'
import { ssmProblems } from '../../src/updaters/ssm.ts'
import { never } from './options.ts'
import { always, idOf, instances, SsmSetting } from './ssm-setting.ts'

afterEach(() => SsmSetting.closeAll())

const [A, B, C] = [idOf(0), idOf(1), idOf(2)]

/** A command that some rollout has left, on the first server. */
async function busy(setting: SsmSetting, comment = 'elb-rollout r-0 00000000 v1'): Promise<void> {
  await setting.ssm.call('SendCommand', {
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [A, C],
    Parameters: { commands: ['x'] },
    Comment: comment,
  })
  await setting.drive(setting.clock.sleep(1_000))
}

const why = 'a command of rollout r-0 still runs on it: wait for its end, or cancel it in Systems Manager'

test('a server on which a command of a rollout still runs gets no second one, and is in doubt', async () => {
  const setting = await SsmSetting.open({
    run: ({ instanceId }) => (instanceId === A ? { runMs: 'forever' } : {}),
  })
  await busy(setting)
  const results = await setting.update(instances(3))
  expect(results).toEqual({
    [A]: { ok: false, reason: why, tail: [], ended: false },
    [B]: { ok: true },
    [C]: { ok: true },
  })
  expect(setting.ssm.commands[0]?.options.instanceIds).toEqual([B, C])
  expect(setting.told.handles.has(A)).toBe(false)
})

test('preflight says so', async () => {
  const setting = await SsmSetting.open({ run: always({ runMs: 'forever' }) })
  await busy(setting)
  const { client, clock } = setting
  const question = { client, clock, servers: [A, B, C], parameters: { commands: ['x'] } }
  expect(await setting.drive(ssmProblems(question, never))).toEqual([`${A}, ${C}: ${why}`])
})

test('one that is about to end is waited for', async () => {
  const setting = await SsmSetting.open({ run: always({ runMs: 8_000 }) })
  await busy(setting)
  const results = await setting.update(instances(3))
  expect(results).toEqual({ [A]: { ok: true }, [B]: { ok: true }, [C]: { ok: true } })
})

test('commands of others are none of ours', async () => {
  const setting = await SsmSetting.open({
    run: ({ parameters }) => (parameters.commands?.includes('x') ? { runMs: 'forever' } : {}),
  })
  await busy(setting, 'patches')
  const results = await setting.update(instances(3))
  expect(Object.values(results).every(({ ok }) => ok)).toBe(true)
})

test('who is aborted meanwhile begins nothing', async () => {
  const setting = await SsmSetting.open({ run: always({ runMs: 'forever' }) })
  await busy(setting)
  const abort = new AbortController()
  setting.clock.schedule(setting.clock.now() + 7_000, () => abort.abort())
  expect(await setting.update(instances(3), { signal: abort.signal })).toEqual({})
  expect(setting.ssm.commands).toHaveLength(1)
})
