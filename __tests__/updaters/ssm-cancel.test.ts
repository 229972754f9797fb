import { afterEach, describe, expect, test } from '@jest/globals'
import type { Course } from '../../simulator/ssm/course.ts'
import { always, forServers, idOf, instance, instances, SsmSetting } from './ssm-setting.ts'

afterEach(() => SsmSetting.closeAll())

const A = idOf(0)
const SECOND = 1_000
/** Nobody ends it by itself: its document knows no timeout. */
const OWN = { document: 'Own', parameters: {}, timeoutMs: 60 * SECOND }

async function open(course: Course, options: Parameters<typeof SsmSetting.open>[0] = {}) {
  const setting = await SsmSetting.open({ run: always(course), ...options })
  setting.ssm.addDocument({ name: 'Own', step: 'run', parameters: {} })
  return setting
}

const stateIn = ({ ssm }: SsmSetting) => ssm.commands[0]?.invocations[0]?.detail

describe('no end within update-timeout', () => {
  test('a hung command is cancelled, and seen to have ended', async () => {
    const setting = await open({ runMs: 'forever', cancelMs: 20 * SECOND, stdout: 'waiting\n' })
    const startedAt = setting.clock.now()
    const results = await setting.update([instance(A)], OWN)
    expect(results[A]).toMatchObject({ reason: 'no end within 1 m, cancelled', ended: true })
    expect(results[A]).toMatchObject({ tail: ['waiting', expect.stringContaining('see https://')] })
    expect(stateIn(setting)).toBe('Cancelled')
    expect(setting.clock.now() - startedAt).toBeLessThan(130 * SECOND)
  })

  test('a cancel that is ignored leaves the server in doubt, after a minute', async () => {
    const setting = await open({ runMs: 'forever', cancelMs: 'never' })
    const startedAt = setting.clock.now()
    const results = await setting.update([instance(A)], OWN)
    expect(results[A]).toMatchObject({
      reason: 'no end within 1 m, cancelled, but not seen to end',
      ended: false,
    })
    expect(setting.inputsOf('CancelCommand').length).toBeGreaterThan(2)
    expect(setting.clock.now() - startedAt).toBeLessThan(170 * SECOND)
  })

  test('a cancel that is not allowed leaves it in doubt too, and says so', async () => {
    const setting = await open({ runMs: 'forever' }, { faults: { deny: ['CancelCommand'] } })
    const results = await setting.update([instance(A)], OWN)
    expect(results[A]).toMatchObject({
      reason: expect.stringMatching(
        /^no end within 1 m, could not be cancelled: the credentials lack the permission ssm:CancelCommand/,
      ),
      ended: false,
    })
  })

  test('only those that hang are cancelled', async () => {
    const setting = await open({}, { run: forServers({ [A]: { runMs: 'forever' } }) })
    const results = await setting.update(instances(3), OWN)
    expect(Object.values(results).map(({ ok }) => ok)).toEqual([true, true, false])
    expect(setting.inputsOf('CancelCommand')).toEqual([{ CommandId: expect.any(String), InstanceIds: [A] }])
  })
})

describe('an abort', () => {
  async function aborted(course: Course, change: (setting: SsmSetting) => void = () => {}) {
    const setting = await open(course)
    const abort = new AbortController()
    setting.clock.schedule(setting.clock.now() + 10 * SECOND, () => {
      change(setting)
      abort.abort()
    })
    const abortedAt = setting.clock.now() + 10 * SECOND
    const results = await setting.update(instances(3), { ...OWN, signal: abort.signal })
    return { setting, results, tookMs: setting.clock.now() - abortedAt }
  }

  test('ends what runs, and sees it end', async () => {
    const { results, tookMs } = await aborted({ runMs: 'forever', cancelMs: 500 })
    for (const result of Object.values(results))
      expect(result).toMatchObject({ reason: 'aborted, cancelled', ended: true })
    expect(Object.keys(results)).toHaveLength(3)
    expect(tookMs).toBeLessThan(2 * SECOND)
  })

  test('waits three seconds and no more, since those that are out must go back in before the runner kills', async () => {
    const { results, tookMs } = await aborted({ runMs: 'forever', cancelMs: 'never' })
    for (const result of Object.values(results))
      expect(result).toMatchObject({ reason: 'aborted, cancelled, but not seen to end', ended: false })
    expect(tookMs).toBeLessThan(4.1 * SECOND)
  })

  test('does not wait for an API that does not answer either', async () => {
    const { results, tookMs } = await aborted({ runMs: 'forever' }, (setting) => {
      setting.mayHang = true
      setting.ssm.faults = { latencyMs: 3_600_000 }
    })
    for (const result of Object.values(results)) expect(result).toMatchObject({ ended: false })
    expect(Object.keys(results)).toHaveLength(3)
    expect(tookMs).toBeLessThan(5 * SECOND)
  })

  test('cuts short the wait for a hung command', async () => {
    const setting = await open({ runMs: 'forever', cancelMs: 'never' })
    const abort = new AbortController()
    const abortAt = setting.clock.now() + 110 * SECOND
    setting.clock.schedule(abortAt, () => abort.abort())
    const results = await setting.update([instance(A)], { ...OWN, signal: abort.signal })
    expect(results[A]).toMatchObject({ reason: expect.stringMatching(/^no end within 1 m/), ended: false })
    expect(setting.clock.now() - abortAt).toBeLessThan(4.1 * SECOND)
  })

  test('leaves alone what has not begun', async () => {
    const setting = await SsmSetting.open({ nodes: 70, run: always({ runMs: 'forever' }) })
    const abort = new AbortController()
    setting.clock.schedule(setting.clock.now() + 10 * SECOND, () => abort.abort())
    const results = await setting.update(instances(70), { concurrency: 50, signal: abort.signal })
    expect(Object.keys(results)).toHaveLength(50)
    expect(setting.inputsOf('SendCommand')).toHaveLength(1)
  })
})

test('no more begin when somebody objects, those that run end, and the update rejects', async () => {
  const setting = await SsmSetting.open({ run: always({ runMs: 10 * SECOND }) })
  let asked = 0
  setting.told.mayBegin = async () => {
    if (++asked === 2) throw new Error('somebody else has taken over')
  }
  const update = setting.update(instances(3), { concurrency: 1 })
  await expect(update).rejects.toThrow('somebody else has taken over')
  const results = [...setting.told.results.values()]
  expect(results.filter(({ ok }) => ok)).toHaveLength(1)
  for (const result of results.filter(({ ok }) => !ok))
    expect(result).toMatchObject({ reason: 'somebody else has taken over, cancelled', ended: true })
  const begun = setting.ssm.commands.flatMap(({ invocations }) => invocations).filter(({ plugin }) => plugin)
  expect(begun).toHaveLength(1)
})

test('when the answers say no, it is cancelled as far as that is possible', async () => {
  const setting = await open({ runMs: 'forever' }, { faults: { deny: ['ListCommandInvocations'] } })
  const results = await setting.update([instance(A)])
  expect(results[A]).toMatchObject({
    reason: expect.stringMatching(
      /^cannot be followed: the credentials lack the permission ssm:ListCommandInvocations.*, cancelled, but not seen/,
    ),
    ended: false,
  })
  expect(stateIn(setting)).toBe('Cancelled')
})
