import { describe, expect, test } from '@jest/globals'
import type { Behaviour } from '../../simulator/options.ts'
import { Setting } from './setting.ts'

const SECOND = 1000

function setting(behaviour: Partial<Behaviour>): Setting {
  return new Setting({ behaviour })
}

describe('registering a draining target', () => {
  test('accept: it begins again, and the drain does not end it', async () => {
    const world = setting({ reregisterWhileDraining: 'accept' })
    await world.deregister({ Id: 'i-1' })
    await world.clock.advance(100 * SECOND)
    await world.register({ Id: 'i-1' })
    expect(await world.stateOf('i-1')).toBe('initial Elb.RegistrationInProgress')
    await world.clock.advance(300 * SECOND)
    expect(await world.stateOf('i-1')).toBe('healthy')
  })

  test('reject: InvalidTarget, and none of the call takes effect', async () => {
    const world = setting({ reregisterWhileDraining: 'reject' })
    await world.deregister({ Id: 'i-1' })
    await expect(world.register({ Id: 'i-9' }, { Id: 'i-1' })).rejects.toMatchObject({
      code: 'InvalidTarget',
    })
    expect(world.statesOf('i-9')).toEqual([])
    expect(world.statesOf('i-1')).toEqual(['0 draining'])
  })

  test('ignore: a 200, and it goes all the same', async () => {
    const world = setting({ reregisterWhileDraining: 'ignore' })
    await world.deregister({ Id: 'i-1' })
    await world.register({ Id: 'i-1' })
    await world.clock.advance(300 * SECOND)
    expect(world.statesOf('i-1')).toEqual(['0 draining', '300 unregistered'])
  })
})

describe('registering a draining target, when it is put off until it has drained', () => {
  const registered = async (): Promise<Setting> => {
    const world = setting({ reregisterWhileDraining: 'defer' })
    await world.deregister({ Id: 'i-1' })
    await world.clock.advance(100 * SECOND)
    await world.register({ Id: 'i-1' })
    return world
  }

  test('it drains to the end, and begins again then', async () => {
    const world = await registered()
    await world.clock.advance(199 * SECOND)
    expect(await world.stateOf('i-1')).toBe('draining Target.DeregistrationInProgress')
    await world.clock.advance(100 * SECOND)
    expect(await world.stateOf('i-1')).toBe('healthy')
    expect(world.statesOf('i-1').slice(0, 2)).toEqual(['0 draining', '300 initial'])
  })

  test('deregistering it meanwhile takes that back', async () => {
    const world = await registered()
    await world.deregister({ Id: 'i-1' })
    await world.clock.advance(300 * SECOND)
    expect(world.statesOf('i-1')).toEqual(['0 draining', '300 unregistered'])
  })

  test('it drains like any other the next time', async () => {
    const world = await registered()
    await world.clock.advance(300 * SECOND)
    await world.deregister({ Id: 'i-1' })
    await world.clock.advance(300 * SECOND)
    expect(world.statesOf('i-1').slice(-2)).toEqual(['400 draining', '700 unregistered'])
  })
})

describe('changing the delay while a target drains', () => {
  const change = async (world: Setting): Promise<string[]> => {
    await world.deregister({ Id: 'i-1' })
    await world.clock.advance(20 * SECOND)
    await world.call('ModifyTargetGroupAttributes', {
      TargetGroupArn: world.groupArn,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '50' }],
    })
    await world.clock.advance(400 * SECOND)
    return world.statesOf('i-1')
  }

  test('ignored: the drain ends when it was going to', async () => {
    expect(await change(setting({ delayChangeWhileDraining: 'ignored' }))).toContain('300 unregistered')
  })

  test('applied: it ends with the new delay', async () => {
    expect(await change(setting({ delayChangeWhileDraining: 'applied' }))).toContain('50 unregistered')
  })
})

describe('deregistering from a group that is not in use', () => {
  const deregister = async (world: Setting): Promise<string[]> => {
    const green = world.simulator.addTargetGroup({ name: 'green' })
    world.simulator.addHealthyTargets(green, [{ Id: 'i-7' }])
    await world.call('DeregisterTargets', { TargetGroupArn: green, Targets: [{ Id: 'i-7' }] })
    return world.statesOf('i-7')
  }

  test('gone: at once', async () => {
    expect(await deregister(setting({ deregisterWhenNotInUse: 'gone' }))).toEqual([
      '0 unused',
      '0 unregistered',
    ])
  })

  test('draining: through the delay', async () => {
    expect(await deregister(setting({ deregisterWhenNotInUse: 'draining' }))).toEqual([
      '0 unused',
      '0 draining',
    ])
  })
})

test('an empty list of targets means all, or none', async () => {
  expect(await setting({ emptyTargetsMean: 'all' }).health([])).toHaveLength(3)
  expect(await setting({ emptyTargetsMean: 'none' }).health([])).toHaveLength(0)
})

test('how many failed checks end initial can be said', async () => {
  const world = setting({ failedChecksThatEndInitial: 1 })
  world.seen.set('i-4', 'refused')
  await world.register({ Id: 'i-4' })
  await world.clock.advance(10_500)
  expect(await world.stateOf('i-4')).toBe('unhealthy Target.FailedHealthChecks')
})

test('ModifyTargetGroupAttributes answers what was sent, or everything', async () => {
  const modify = async (world: Setting): Promise<unknown[]> => {
    const Attributes = [{ Key: 'slow_start.duration_seconds', Value: '30' }]
    return (await world.call('ModifyTargetGroupAttributes', { TargetGroupArn: world.groupArn, Attributes }))
      .Attributes
  }
  expect(await modify(setting({ modifyAttributesAnswers: 'sent' }))).toHaveLength(1)
  expect((await modify(setting({ modifyAttributesAnswers: 'all' }))).length).toBeGreaterThan(10)
})
