import { describe, expect, test } from '@jest/globals'
import { forward } from '../../simulator/account/action.ts'
import { Setting } from './setting.ts'

const SECOND = 1000

describe('registering', () => {
  test('a new target goes from RegistrationInProgress to InitialHealthChecking, and one pass makes it healthy', async () => {
    const setting = new Setting({}, { healthCheck: { intervalSeconds: 10, healthyThreshold: 10 } })
    await setting.register({ Id: 'i-4' })
    expect(await setting.stateOf('i-4')).toBe('initial Elb.RegistrationInProgress')
    await setting.clock.advance(500)
    expect(await setting.stateOf('i-4')).toBe('initial Elb.InitialHealthChecking')
    await setting.clock.advance(10 * SECOND)
    expect(await setting.stateOf('i-4')).toBe('healthy')
    expect(setting.checks.get('i-4')).toBeLessThanOrEqual(2)
  })

  test('registering what is registered changes nothing', async () => {
    const setting = new Setting()
    await setting.register({ Id: 'i-1' })
    expect(setting.statesOf('i-1')).toEqual([])
  })

  test('the same instance on two ports is two targets', async () => {
    const setting = new Setting()
    await setting.register({ Id: 'i-1', Port: 8081 })
    expect(setting.simulator.targets(setting.groupArn)).toHaveLength(4)
    await setting.deregister({ Id: 'i-1', Port: 8081 })
    expect(await setting.stateOf('i-1')).toBe('healthy')
    expect(await setting.stateOf('i-1', 8081)).toBe('draining Target.DeregistrationInProgress')
  })

  test('a stopped instance is unused, cannot be registered, and starts again as a new one', async () => {
    const setting = new Setting()
    setting.simulator.setInstanceState('i-1', 'stopped')
    expect(await setting.stateOf('i-1')).toBe('unused Target.InvalidState')
    setting.simulator.setInstanceState('i-9', 'stopped')
    await expect(setting.register({ Id: 'i-9' })).rejects.toMatchObject({ code: 'InvalidTarget' })
    setting.simulator.setInstanceState('i-1', 'running')
    expect(await setting.stateOf('i-1')).toBe('initial Elb.RegistrationInProgress')
  })

  test('a group takes a thousand targets and no more', async () => {
    const setting = new Setting()
    const more = Array.from({ length: 997 }, (_, index) => ({ Id: `i-a${index}` }))
    await setting.register(...more)
    await expect(setting.register({ Id: 'i-b' })).rejects.toMatchObject({ code: 'TooManyTargets' })
    await setting.clock.advance(20 * SECOND)
    expect(
      setting.simulator.targets(setting.groupArn).filter(({ State }) => State === 'healthy'),
    ).toHaveLength(1000)
  })
})

describe('deregistering', () => {
  test('draining lasts the whole delay without a request in flight, then the target is gone', async () => {
    const setting = new Setting()
    await setting.deregister({ Id: 'i-1' })
    await setting.clock.advance(300 * SECOND - 1)
    expect(await setting.stateOf('i-1')).toBe('draining Target.DeregistrationInProgress')
    expect(await setting.health()).toHaveLength(3)
    await setting.clock.advance(1)
    expect(await setting.stateOf('i-1')).toBe('unused Target.NotRegistered')
    expect((await setting.health()).map(({ Target }) => Target.Id)).toEqual(['i-2', 'i-3'])
    expect(setting.statesOf('i-1')).toEqual(['0 draining', '300 unregistered'])
  })

  test('with delay 0 the target is gone at once', async () => {
    const setting = new Setting({}, { attributes: { 'deregistration_delay.timeout_seconds': '0' } })
    await setting.deregister({ Id: 'i-1' })
    expect(setting.statesOf('i-1')).toEqual(['0 unregistered'])
  })

  test('a wrong or missing port, or an unknown target, is a 200 that changes nothing', async () => {
    const setting = new Setting()
    await setting.register({ Id: 'i-4', Port: 8080 })
    await setting.deregister({ Id: 'i-1', Port: 8080 }, { Id: 'i-4' }, { Id: 'i-9' })
    expect(setting.statesOf('i-1')).toEqual([])
    expect(setting.statesOf('i-4')).toEqual(['0 initial'])
    expect(await setting.stateOf('i-1', 8080)).toBe('unused Target.NotRegistered')
  })

  test('deregistering again does not start the delay again', async () => {
    const setting = new Setting()
    await setting.deregister({ Id: 'i-1' })
    await setting.clock.advance(200 * SECOND)
    await setting.deregister({ Id: 'i-1' })
    await setting.clock.advance(100 * SECOND)
    expect(setting.statesOf('i-1')).toEqual(['0 draining', '300 unregistered'])
  })

  test('a draining target is not checked', async () => {
    const setting = new Setting()
    await setting.deregister({ Id: 'i-1' })
    await setting.clock.advance(100 * SECOND)
    expect(setting.checks.get('i-1')).toBeUndefined()
  })
})

describe('health checks', () => {
  test('UnhealthyThreshold failures in a row make unhealthy, HealthyThreshold passes in a row healthy', async () => {
    const setting = new Setting(
      {},
      { healthCheck: { intervalSeconds: 10, healthyThreshold: 4, unhealthyThreshold: 3 } },
    )
    setting.seen.set('i-1', { status: 500 })
    await setting.clock.advance(20 * SECOND)
    setting.seen.set('i-1', { status: 200 })
    await setting.clock.advance(10 * SECOND)
    setting.seen.set('i-1', { status: 500 })
    await setting.clock.advance(20 * SECOND)
    expect(setting.statesOf('i-1')).toEqual([])
    await setting.clock.advance(10 * SECOND)
    expect(await setting.stateOf('i-1')).toBe('unhealthy Target.ResponseCodeMismatch')
    setting.seen.set('i-1', { status: 200 })
    await setting.clock.advance(30 * SECOND)
    expect(await setting.stateOf('i-1')).toBe('unhealthy Target.ResponseCodeMismatch')
    await setting.clock.advance(10 * SECOND)
    expect(await setting.stateOf('i-1')).toBe('healthy')
  })

  test('each way to fail has its reason', async () => {
    const setting = new Setting()
    setting.seen.set('i-1', { status: 502 })
    setting.seen.set('i-2', 'timeout')
    setting.seen.set('i-3', 'refused')
    await setting.clock.advance(30 * SECOND)
    const health = await setting.health()
    expect(health.map(({ TargetHealth }) => `${TargetHealth.Reason}: ${TargetHealth.Description}`)).toEqual([
      'Target.ResponseCodeMismatch: Health checks failed with these codes: [502]',
      'Target.Timeout: Request timed out',
      'Target.FailedHealthChecks: Health checks failed',
    ])
  })

  test.each([
    ['200', [200], [201, 404]],
    ['200,302', [200, 302], [201]],
    ['200-299,404', [200, 299, 404], [300]],
  ])('the matcher %s', async (matcher, healthy, unhealthy) => {
    for (const status of [...healthy, ...unhealthy]) {
      const setting = new Setting({}, { healthCheck: { intervalSeconds: 10, matcher } })
      setting.seen.set('i-1', { status })
      await setting.clock.advance(20 * SECOND)
      expect(setting.simulator.targets(setting.groupArn)[0]?.State).toBe(
        healthy.includes(status) ? 'healthy' : 'unhealthy',
      )
    }
  })

  test('a timeout counts when it has passed, also when the answer comes later', async () => {
    const setting = new Setting({ probe: () => new Promise(() => undefined) })
    await setting.clock.advance(10 * SECOND + 10 * SECOND + 4 * SECOND)
    expect(await setting.stateOf('i-1')).toMatch(/healthy/)
    await setting.clock.advance(1 * SECOND)
    expect(await setting.stateOf('i-1')).toBe('unhealthy Target.Timeout')
  })

  test('the answer to a check from before a deregistration is not counted after it', async () => {
    const answers: (() => void)[] = []
    const setting = new Setting(
      {
        probe: ({ Id }) =>
          new Promise((resolve) => Id === 'i-1' && answers.push(() => resolve({ status: 200 }))),
      },
      { attributes: { 'deregistration_delay.timeout_seconds': '1' } },
    )
    while (answers.length === 0) await setting.clock.advance(100)
    await setting.deregister({ Id: 'i-1' })
    await setting.clock.advance(1000)
    await setting.register({ Id: 'i-1' })
    answers[0]?.()
    await setting.clock.advance(100)
    expect(await setting.stateOf('i-1')).toBe('initial Elb.RegistrationInProgress')
  })

  test('a target that never passes is initial until UnhealthyThreshold checks have failed', async () => {
    const setting = new Setting()
    setting.seen.set('i-4', 'refused')
    await setting.register({ Id: 'i-4' })
    await setting.clock.advance(10 * SECOND)
    expect(await setting.stateOf('i-4')).toBe('initial Elb.InitialHealthChecking')
    await setting.clock.advance(11 * SECOND)
    expect(await setting.stateOf('i-4')).toBe('unhealthy Target.FailedHealthChecks')
  })

  test('where checks are off the target is unavailable', async () => {
    const setting = new Setting({}, { healthCheck: { enabled: false } })
    await setting.register({ Id: 'i-4' })
    await setting.clock.advance(SECOND)
    expect(await setting.stateOf('i-4')).toBe('unavailable Target.HealthCheckDisabled')
  })

  test('targets are checked at phases of their own, which the seed decides', async () => {
    const firstPasses = async (seed: number): Promise<string[]> => {
      const setting = new Setting({ seed })
      await setting.register({ Id: 'i-4' }, { Id: 'i-5' })
      await setting.clock.advance(20 * SECOND)
      return [...setting.statesOf('i-4'), ...setting.statesOf('i-5')].filter((state) =>
        state.endsWith('healthy'),
      )
    }
    const [one, two] = await firstPasses(1)
    expect(one).not.toBe(two)
    expect(await firstPasses(1)).toEqual([one, two])
    expect(await firstPasses(2)).not.toEqual([one, two])
  })
})

describe('a group that nothing forwards to', () => {
  test('its targets are unused and not checked, and start when a rule refers to it, even at weight 0', async () => {
    const setting = new Setting()
    const { simulator, clock, listenerArn } = setting
    const green = simulator.addTargetGroup({ name: 'green', healthCheck: { intervalSeconds: 10 } })
    await setting.call('RegisterTargets', { TargetGroupArn: green, Targets: [{ Id: 'i-7' }] })
    await clock.advance(60 * SECOND)
    expect(simulator.targets(green)).toEqual([
      { Id: 'i-7', Port: 80, State: 'unused', Reason: 'Target.NotInUse' },
    ])
    expect(setting.checks.get('i-7')).toBeUndefined()
    const TargetGroups = [
      { TargetGroupArn: setting.groupArn, Weight: 1 },
      { TargetGroupArn: green, Weight: 0 },
    ]
    simulator.setActions(listenerArn, [{ Type: 'forward', ForwardConfig: { TargetGroups } }])
    expect(simulator.targets(green)[0]?.Reason).toBe('Elb.RegistrationInProgress')
    await clock.advance(20 * SECOND)
    expect(simulator.targets(green)[0]?.State).toBe('healthy')
    simulator.setActions(listenerArn, [forward(setting.groupArn)])
    expect(simulator.targets(green)[0]?.Reason).toBe('Target.NotInUse')
    expect(setting.statesOf('i-1')).toEqual([])
  })
})

test('a zonal shift shows as an override and leaves the health alone', async () => {
  const setting = new Setting()
  setting.simulator.addHealthyTargets(setting.groupArn, [{ Id: 'i-4', AvailabilityZone: 'us-east-1c' }])
  setting.simulator.startZonalShift(setting.groupArn, 'us-east-1c')
  const [one, , , four] = await setting.health()
  expect(one?.AdministrativeOverride?.State).toBe('no_override')
  expect(four?.AdministrativeOverride?.State).toBe('zonal_shift_active')
  expect(four?.TargetHealth.State).toBe('healthy')
  setting.simulator.endZonalShift(setting.groupArn)
  expect((await setting.health())[3]?.AdministrativeOverride?.State).toBe('no_override')
})
