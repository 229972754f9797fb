import { afterEach, describe, expect, test } from '@jest/globals'
import { always, idOf, instance, instances, SsmSetting } from './ssm-setting.ts'

afterEach(() => SsmSetting.closeAll())

const [A, B, C] = [idOf(0), idOf(1), idOf(2)]
const SECOND = 1_000

/** Does something to the n-th call of an operation, from 1. */
function onCall<Fault>(operation: string, fault: (n: number) => Fault) {
  let count = 0
  return (_: number, action: string) => (action === operation ? fault(++count) : undefined)
}

const first = <Fault>(fault: Fault) => onCall('SendCommand', (n) => (n === 1 ? fault : undefined))

test('a command whose answer was lost is found, and not sent again', async () => {
  const setting = await SsmSetting.open({ faults: { onCall: first('reject-after' as const) } })
  const results = await setting.update(instances(3))
  expect(Object.values(results)).toEqual([{ ok: true }, { ok: true }, { ok: true }])
  expect(setting.ssm.commands).toHaveLength(1)
  expect(setting.told.handles.get(A)).toBe(setting.ssm.commands[0]?.options.id)
})

test('also when it takes a while until it is listed', async () => {
  const setting = await SsmSetting.open({
    faults: { onCall: first('reject-after' as const) },
    behaviour: { visibleAfterMs: 12 * SECOND },
  })
  await setting.update(instances(3))
  expect(setting.ssm.commands).toHaveLength(1)
})

test('one that never arrived is sent again, once that is known', async () => {
  const setting = await SsmSetting.open({ faults: { onCall: first('reject-before' as const) } })
  let asked = 0
  setting.told.mayBegin = async () => void asked++
  const startedAt = setting.clock.now()
  const results = await setting.update(instances(3))
  expect(Object.values(results)).toEqual([{ ok: true }, { ok: true }, { ok: true }])
  expect(setting.ssm.commands).toHaveLength(1)
  expect(setting.clock.now() - startedAt).toBeGreaterThan(25 * SECOND)
  expect(asked).toBe(1)
})

test('one that nobody can look for is not sent again, and in doubt', async () => {
  const setting = await SsmSetting.open({
    faults: { onCall: first('reject-after' as const) },
  })
  setting.ssm.observe(({ action }) => {
    if (action === 'SendCommand') setting.ssm.faults = { deny: ['ListCommands'] }
  })
  const results = await setting.update([instance(A)])
  expect(results[A]).toMatchObject({
    reason: 'the answer to SendCommand was lost, and the command was not found',
    ended: false,
  })
  expect(setting.ssm.commands).toHaveLength(1)
})

test('an abort while it is looked for leaves it in doubt within seconds', async () => {
  const setting = await SsmSetting.open({
    run: always({ runMs: 'forever' }),
    faults: { onCall: first('reject-after' as const) },
    behaviour: { visibleAfterMs: 60 * SECOND },
  })
  const abort = new AbortController()
  const abortAt = setting.clock.now() + 2 * SECOND
  setting.clock.schedule(abortAt, () => abort.abort())
  const results = await setting.update([instance(A)], { signal: abort.signal })
  expect(results[A]).toMatchObject({ ended: false })
  expect(setting.clock.now() - abortAt).toBeLessThan(6 * SECOND)
})

test('throttling is sat out, and asks again whether it may begin', async () => {
  const setting = await SsmSetting.open()
  const stop = setting.ssm.observe(() => {
    setting.ssm.faults = { throttleShare: 1 }
    stop()
  })
  setting.clock.schedule(setting.clock.now() + 40 * SECOND, () => {
    setting.ssm.faults = {}
  })
  let asked = 0
  setting.told.mayBegin = async () => void asked++
  expect(await setting.update([instance(A)])).toEqual({ [A]: { ok: true } })
  expect(asked).toBeGreaterThan(3)
  expect(setting.inputsOf('ListCommands')).toHaveLength(1)
})

test('what was not sent yet is given up when somebody objects', async () => {
  const setting = await SsmSetting.open({ faults: { throttleShare: 1 } })
  setting.told.mayBegin = async () => {
    throw new Error('somebody else has taken over')
  }
  await expect(setting.update([instance(A)])).rejects.toThrow('somebody else has taken over')
  expect(setting.told.results.size).toBe(0)
})

test('throttling that does not end is a result', async () => {
  const setting = await SsmSetting.open({ faults: { throttleShare: 1 } })
  const results = await setting.update([instance(A)])
  expect(results[A]).toMatchObject({ reason: 'ListCommands: Rate exceeded', ended: true, tail: [] })
  expect(setting.told.handles.size).toBe(0)
})

test('an address where nobody listens is asked again without a search', async () => {
  const setting = await SsmSetting.open()
  await setting.served.close()
  const results = await setting.update([instance(A)])
  expect(results[A]).toMatchObject({ reason: expect.stringContaining('ECONNREFUSED'), ended: true })
})

test('a missing permission is named, and nothing has begun', async () => {
  const setting = await SsmSetting.open({ faults: { deny: ['SendCommand'] } })
  const results = await setting.update(instances(2))
  for (const result of Object.values(results))
    expect(result).toMatchObject({
      reason: expect.stringMatching(
        /^the credentials lack the permission ssm:SendCommand: SendCommand: User: /,
      ),
      ended: true,
    })
  expect(setting.told.handles.size).toBe(0)
})

test('a document that does not exist, and parameters it does not take', async () => {
  const setting = await SsmSetting.open()
  await setting.update([instance(A)], { document: 'Nothing' })
  await setting.update([instance(B)], { parameters: { commands: ['x'], color: ['red'] } })
  expect(setting.told.results.get(A)).toMatchObject({
    reason: expect.stringMatching(/^SendCommand: .*Nothing does not exist/),
  })
  expect(setting.told.results.get(B)).toMatchObject({
    reason: expect.stringMatching(/^SendCommand: .*"color" is not defined/),
  })
})

describe('a server whose agent has gone since preflight', () => {
  test('does not keep the others from their update', async () => {
    const setting = await SsmSetting.open()
    setting.ssm.addNode(B, { ping: 'ConnectionLost' })
    setting.ssm.removeNode(C)
    const results = await setting.update(instances(3))
    const away = { ok: false, reason: 'its SSM agent is not online', tail: [], ended: true }
    expect(results).toEqual({ [A]: { ok: true }, [B]: away, [C]: away })
  })

  test('all of them, or when nobody can tell which', async () => {
    const setting = await SsmSetting.open({ faults: { deny: ['DescribeInstanceInformation'] } })
    setting.ssm.removeNode(C)
    const results = await setting.update(instances(3))
    for (const result of Object.values(results))
      expect(result).toMatchObject({ reason: expect.stringContaining('not in a valid state'), ended: true })
  })
})
