import { describe, expect, test } from '@jest/globals'
import { weights } from '../support/pair.ts'
import { World, type WorldOptions } from '../support/world.ts'

/** From here on Auto Scaling answers nobody. */
function silence(world: World): void {
  world.autoScaling.faults = { throttleShare: 1 }
}

const isBad = (version: string) => version === '1.0.2'

describe('an API of Auto Scaling that stops answering', () => {
  test('keeps no weight from going back', async () => {
    const world: World = new World({
      pair: { targetType: 'instance' },
      targetType: 'instance',
      autoScaling: {},
      gates: [
        {
          name: 'smoke',
          scope: 'service',
          check: async () => {
            const hasMoved = world.of('shifted').length > 0
            if (hasMoved) silence(world)
            return hasMoved ? { verdict: 'fail', evidence: '500' } : { verdict: 'pass', evidence: '200' }
          },
        },
      ],
    })
    const smoke = { url: 'http://www.example.com/', status: [{ from: 200, to: 399 }] }
    const { outcome } = await world.rollOut({ smoke })
    expect([outcome, weights(world)]).toEqual(['rolled-back', [{ blue: 1, green: 0 }]])
    const stoppedAt = world.of('stopped')[0]?.at ?? Number.NaN
    const backAt =
      world.of('shifted').find(({ at, share }) => at >= stoppedAt && share === 0)?.at ?? Number.NaN
    expect(backAt - stoppedAt).toBeLessThan(5_000)
  })

  test('keeps servers out for no longer than a look at them takes', async () => {
    const options: WorldOptions = {
      ...{ targetType: 'instance', autoScaling: {} },
      updateFails: (_, version) => (isBad(version) ? 'exit code 1' : undefined),
    }
    const usual = new World(options)
    await usual.rollOut()
    const world = new World(options)
    world.onUpdate = () => silence(world)
    const { outcome } = await world.rollOut()
    expect(outcome).toBe('rolled-back')
    const backAt = (one: World) => one.of('in-service').at(-1)?.at ?? Number.NaN
    expect(backAt(world) - backAt(usual)).toBeLessThan(90_000)
  })
})

test('one that hangs in asking Auto Scaling until another rollout has begun leaves that alone', async () => {
  const minute = 60_000
  const isHanging = { now: false }
  const world: World = new World({
    targetType: 'instance',
    autoScaling: { behaviour: { outOfLoadBalancer: 'ignored' } },
    faults: {
      onCall: (_, action) =>
        isHanging.now && action === 'DescribeAutoScalingGroups' ? 'reject-before' : undefined,
    },
  })
  const settings = { healthTimeoutMs: minute }
  const late = world.start({ settings })
  const conclusion = await world.clock.run(
    (async () => {
      await world.clock.sleep(500)
      isHanging.now = true
      await world.clock.sleep(4.3 * minute)
      const rival = world.start({ settings: { ...settings, autoScaling: 'ignore' } })
      await world.clock.sleep(20_000)
      isHanging.now = false
      expect(await rival.ended).toMatchObject({ outcome: 'succeeded' })
      return late.ended
    })(),
  )
  expect(conclusion).toMatchObject({ outcome: 'interrupted' })
  expect(world.autoScaling.suspended('web')).toEqual([])
})

test('timeout bounds what is asked of Auto Scaling too', async () => {
  const isHanging = { now: false }
  const world: World = new World({
    targetType: 'instance',
    autoScaling: {},
    faults: {
      onCall: (_, action) =>
        isHanging.now && action === 'DescribeAutoScalingGroups' ? 'reject-before' : undefined,
    },
  })
  const startedAt = world.clock.now()
  const main = world.start({ settings: { timeoutMs: 120_000 } })
  world.clock.schedule(startedAt + 500, () => {
    isHanging.now = true
  })
  const { reason } = await world.clock.run(main.ended)
  expect(reason).toContain('not done within the timeout of 2 m')
  expect(world.clock.now() - startedAt).toBeLessThan(240_000)
})
