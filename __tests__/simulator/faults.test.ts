import { describe, expect, test } from '@jest/globals'
import { Setting } from './setting.ts'

const SECOND = 1000

async function outcomes(count: number, call: () => Promise<unknown>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (let index = 0; index < count; index++) {
    const outcome = await call().then(
      () => 'ok',
      (error: { code: string }) => error.code,
    )
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}

describe('shares of calls go wrong', () => {
  test('throttled, failed and reset calls take no effect', async () => {
    const setting = new Setting({ faults: { throttleShare: 0.3, errorShare: 0.3, resetShare: 0.3 } })
    let id = 100
    const counts = await outcomes(300, () => setting.register({ Id: `i-${id++}` }))
    expect(Object.keys(counts).sort()).toEqual([
      'ECONNRESET',
      'InternalFailure',
      'ServiceUnavailable',
      'Throttling',
      'ok',
    ])
    expect(setting.simulator.targets(setting.groupArn)).toHaveLength(3 + (counts.ok ?? 0))
  })

  test('a lost reply took effect', async () => {
    const setting = new Setting({ faults: { lostReplyShare: 1 } })
    await expect(setting.deregister({ Id: 'i-1' })).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(setting.statesOf('i-1')).toEqual(['0 draining'])
    expect(setting.events.at(-1)).toMatchObject({ action: 'DeregisterTargets', replyLost: true })
  })

  test('the same seed fails the same calls', async () => {
    const run = async (seed: number): Promise<string[]> => {
      const setting = new Setting({ seed, faults: { throttleShare: 0.5 } })
      await outcomes(30, () => setting.deregister({ Id: 'i-9' }))
      return setting.events.map((event) => (event.type === 'call' && event.error) || 'ok')
    }
    expect(await run(5)).toEqual(await run(5))
    expect(await run(5)).not.toEqual(await run(6))
  })

  test('errors have the status and type of the API', async () => {
    const setting = new Setting({ faults: { throttleShare: 1 } })
    await expect(setting.health()).rejects.toMatchObject({ code: 'Throttling', status: 400, type: 'Sender' })
    setting.simulator.faults = { errorShare: 1 }
    await expect(setting.health()).rejects.toMatchObject({ type: 'Receiver' })
    setting.simulator.faults = {}
    await expect(setting.health()).resolves.toHaveLength(3)
  })
})

test('a denied operation says who may not do what to what', async () => {
  const setting = new Setting({ faults: { deny: ['DeregisterTargets', 'DescribeTags'] } })
  const { groupArn } = setting
  await expect(setting.deregister({ Id: 'i-1' })).rejects.toMatchObject({
    code: 'AccessDenied',
    status: 403,
    message: expect.stringContaining(
      `not authorized to perform: elasticloadbalancing:DeregisterTargets on resource: ${groupArn} because`,
    ),
  })
  await expect(setting.call('DescribeTags', { ResourceArns: [groupArn] })).rejects.toThrow(
    'on resource: * because',
  )
  await expect(setting.register({ Id: 'i-4' })).resolves.toEqual({})
})

test('latency passes on the clock, and the call takes effect half-way', async () => {
  const setting = new Setting({ faults: { latencyMs: 400 } })
  await setting.deregister({ Id: 'i-1' })
  expect(setting.clock.now()).toBe(400)
  expect(setting.statesOf('i-1')).toEqual(['0.2 draining'])
  setting.simulator.faults = { latencyMs: [100, 200] }
  await setting.health()
  expect(setting.clock.now()).toBeGreaterThanOrEqual(500)
  expect(setting.clock.now()).toBeLessThanOrEqual(600)
})

describe('stale reads', () => {
  test('target health is what it was, also of targets that came and went', async () => {
    const setting = new Setting({ faults: { staleReadsMs: 3000 } })
    await setting.clock.advance(10 * SECOND)
    await setting.deregister({ Id: 'i-1' })
    await setting.register({ Id: 'i-4' })
    await setting.clock.advance(2999)
    expect(await setting.stateOf('i-1')).toBe('healthy')
    expect(await setting.stateOf('i-4')).toBe('unused Target.NotRegistered')
    expect(setting.simulator.targets(setting.groupArn)[0]?.State).toBe('draining')
    await setting.clock.advance(1)
    expect(await setting.stateOf('i-1')).toBe('draining Target.DeregistrationInProgress')
    expect(await setting.stateOf('i-4')).toBe('initial Elb.RegistrationInProgress')
    await setting.clock.advance(299 * SECOND)
    expect(await setting.health()).toHaveLength(4)
    await setting.clock.advance(1 * SECOND)
    expect(await setting.health()).toHaveLength(3)
  })

  test('tags are what they were', async () => {
    const setting = new Setting({ faults: { staleReadsMs: 2000 } })
    const ResourceArns = [setting.groupArn]
    const tags = async (): Promise<unknown> =>
      (await setting.call('DescribeTags', { ResourceArns })).TagDescriptions[0].Tags
    await setting.clock.advance(5000)
    await setting.call('AddTags', { ResourceArns, Tags: [{ Key: 'owner', Value: 'a' }] })
    expect(await tags()).toEqual([])
    expect(setting.simulator.tags(setting.groupArn)).toEqual({ owner: 'a' })
    await setting.clock.advance(2000)
    expect(await tags()).toEqual([{ Key: 'owner', Value: 'a' }])
  })
})

describe('the published token buckets', () => {
  test('registration: 20 at once, then 4 a second', async () => {
    const setting = new Setting({ faults: { buckets: true } })
    const deregister = (): Promise<object> => setting.deregister({ Id: 'i-9' })
    expect(await outcomes(25, deregister)).toEqual({ ok: 20, Throttling: 5 })
    await setting.clock.advance(1000)
    expect(await outcomes(6, deregister)).toEqual({ ok: 4, Throttling: 2 })
  })

  test('all calls share 40 at once, then 10 a second', async () => {
    const setting = new Setting({ faults: { buckets: true } })
    await outcomes(20, () => setting.deregister({ Id: 'i-9' }))
    expect(await outcomes(25, () => setting.health())).toEqual({ ok: 20, Throttling: 5 })
    await setting.clock.advance(1000)
    expect(await outcomes(15, () => setting.health())).toEqual({ ok: 10, Throttling: 5 })
  })
})

describe('the hook before each call', () => {
  test('it can keep call n from happening', async () => {
    const setting = new Setting({ faults: { onCall: (n) => (n === 2 ? 'reject-before' : undefined) } })
    await setting.deregister({ Id: 'i-1' })
    await expect(setting.deregister({ Id: 'i-2' })).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(setting.statesOf('i-2')).toEqual([])
  })

  test('it can lose the answer to call n', async () => {
    const seen: string[] = []
    const onCall = (n: number, action: string): undefined | 'reject-after' => {
      seen.push(`${n} ${action}`)
      return action === 'DeregisterTargets' ? 'reject-after' : undefined
    }
    const setting = new Setting({ faults: { onCall } })
    await setting.health()
    await expect(setting.deregister({ Id: 'i-2' })).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(setting.statesOf('i-2')).toEqual(['0 draining'])
    expect(seen).toEqual(['1 DescribeTargetHealth', '2 DeregisterTargets'])
  })
})
