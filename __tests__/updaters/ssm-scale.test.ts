import { afterEach, expect, test } from '@jest/globals'
import { idOf, instances, SsmSetting } from './ssm-setting.ts'

afterEach(() => SsmSetting.closeAll())

const SECOND = 1_000
const courseOf = ({ instanceId }: { instanceId: string }) => ({
  runMs: (20 + (Number.parseInt(instanceId.slice(2), 16) % 40)) * SECOND,
  stdout: instanceId,
})

test('300 instances in one batch, with rates limited', async () => {
  const setting = await SsmSetting.open({ nodes: 300, run: courseOf, faults: { buckets: true } })
  const startedAt = setting.clock.now()
  const results = await setting.update(instances(300), { timeoutMs: 600_000 })
  expect(Object.values(results).filter(({ ok }) => ok)).toHaveLength(300)
  expect(setting.inputsOf('SendCommand').map((input) => (input.InstanceIds as string[]).length)).toEqual(
    Array.from({ length: 6 }, () => 50),
  )
  expect(setting.told.lines).toContain(`${idOf(299)}: ${idOf(299)}`)
  expect(setting.clock.now() - startedAt).toBeLessThan(90 * SECOND)
  expect(setting.events.length).toBeLessThan(200)
})

test('and with everything that may go wrong with a call', async () => {
  const faults = { throttleShare: 0.2, errorShare: 0.05, resetShare: 0.05, lostReplyShare: 0.1 }
  const setting = await SsmSetting.open({ nodes: 300, run: courseOf, faults, seed: 7 })
  const results = await setting.update(instances(300), { timeoutMs: 600_000 })
  expect(Object.values(results).filter(({ ok }) => ok)).toHaveLength(300)
  expect(setting.ssm.commands).toHaveLength(6)
})
