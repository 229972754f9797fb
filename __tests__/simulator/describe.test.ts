import { describe, expect, test } from '@jest/globals'
import { forward } from '../../simulator/account/action.ts'
import { Setting } from './setting.ts'

describe('target groups', () => {
  test('by name, by ARN and by load balancer, and not by two of them', async () => {
    const setting = new Setting()
    const { groupArn, loadBalancerArn } = setting
    const green = setting.simulator.addTargetGroup({ name: 'green' })
    const names = async (input: object): Promise<string[]> => {
      const { TargetGroups } = await setting.call('DescribeTargetGroups', input)
      return TargetGroups.map((group: { TargetGroupName: string }) => group.TargetGroupName)
    }
    expect(await names({})).toEqual(['blue', 'green'])
    expect(await names({ Names: ['green'] })).toEqual(['green'])
    expect(await names({ TargetGroupArns: [green, groupArn] })).toEqual(['green', 'blue'])
    expect(await names({ LoadBalancerArn: loadBalancerArn })).toEqual(['blue'])
    await expect(names({ Names: ['green'], TargetGroupArns: [green] })).rejects.toMatchObject({
      code: 'ValidationError',
    })
    await expect(names({ Names: ['red'] })).rejects.toMatchObject({ code: 'TargetGroupNotFound' })
  })

  test('with all that a rollout needs to know', async () => {
    const setting = new Setting()
    const { TargetGroups } = await setting.call('DescribeTargetGroups', {
      TargetGroupArns: [setting.groupArn],
    })
    expect(TargetGroups[0]).toMatchObject({
      Protocol: 'HTTP',
      Port: 80,
      TargetType: 'instance',
      HealthCheckPort: 'traffic-port',
      HealthCheckIntervalSeconds: 10,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 2,
      Matcher: { HttpCode: '200' },
      LoadBalancerArns: [setting.loadBalancerArn],
    })
  })

  test('the checked port is a number, whether it is the target’s own or another', async () => {
    const own = await new Setting().health()
    const other = await new Setting({}, { healthCheck: { port: '9999' } }).health([{ Id: 'i-9', Port: 81 }])
    expect(own[0]?.HealthCheckPort).toBe('80')
    expect(other[0]).toMatchObject({ Target: { Id: 'i-9', Port: 81 }, HealthCheckPort: '9999' })
  })

  test('only targets registered by address show their zone', async () => {
    const setting = new Setting({}, { targetType: 'ip' })
    await setting.register({ Id: '10.0.0.1' })
    expect((await setting.health([{ Id: '10.0.0.1' }]))[0]?.Target.AvailabilityZone).toMatch(
      /^us-east-1[ab]$/,
    )
    expect((await new Setting().health())[0]?.Target).toEqual({ Id: 'i-1', Port: 80 })
  })
})

describe('pages', () => {
  test('of the size asked for, with a marker until the last', async () => {
    const setting = new Setting()
    for (let index = 0; index < 4; index++) setting.simulator.addTargetGroup({ name: `more-${index}` })
    const sizes: number[] = []
    let Marker: string | undefined
    do {
      const page = await setting.call('DescribeTargetGroups', { PageSize: 2, ...(Marker ? { Marker } : {}) })
      sizes.push(page.TargetGroups.length)
      Marker = page.NextMarker
    } while (Marker)
    expect(sizes).toEqual([2, 2, 1])
  })

  test('of listeners, rules and load balancers too, and never larger than the behaviour says', async () => {
    const setting = new Setting({ behaviour: { pageSize: 1 } })
    const { loadBalancerArn, listenerArn, groupArn, simulator } = setting
    simulator.addLoadBalancer({ name: 'other' })
    simulator.addListener({ loadBalancerArn, port: 81, forwardTo: groupArn })
    const conditions = [{ Field: 'path-pattern', Values: ['/api/*'] }]
    simulator.addRule({ listenerArn, priority: 1, conditions, actions: [forward(groupArn)] })
    for (const [action, input] of [
      ['DescribeLoadBalancers', {}],
      ['DescribeListeners', { LoadBalancerArn: loadBalancerArn }],
      ['DescribeRules', { ListenerArn: listenerArn }],
    ] as const) {
      const { NextMarker } = await setting.call(action, input)
      expect(NextMarker).toEqual(expect.any(String))
      expect((await setting.call(action, { ...input, Marker: NextMarker })).NextMarker).toBeUndefined()
    }
  })

  test('400 is the largest, and a marker must be one', async () => {
    const setting = new Setting()
    const ask = (input: object): Promise<unknown> => setting.call('DescribeTargetGroups', input)
    await expect(ask({ PageSize: 401 })).rejects.toMatchObject({ code: 'ValidationError' })
    await expect(ask({ Marker: 'nonsense' })).rejects.toMatchObject({ code: 'ValidationError' })
    await expect(ask({ PageSize: 400 })).resolves.toBeDefined()
  })
})

describe('forward actions', () => {
  test('to a single group are shown in both forms', async () => {
    const setting = new Setting()
    const { Listeners } = await setting.call('DescribeListeners', { ListenerArns: [setting.listenerArn] })
    expect(Listeners[0].DefaultActions).toEqual([
      {
        Type: 'forward',
        TargetGroupArn: setting.groupArn,
        ForwardConfig: {
          TargetGroups: [{ TargetGroupArn: setting.groupArn, Weight: 1 }],
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ])
  })

  test('to several groups only as ForwardConfig, with what comes before them in order and without secrets', async () => {
    const setting = new Setting()
    const green = setting.simulator.addTargetGroup({ name: 'green' })
    const TargetGroups = [{ TargetGroupArn: setting.groupArn }, { TargetGroupArn: green, Weight: 0 }]
    setting.simulator.setActions(setting.listenerArn, [
      { Type: 'authenticate-oidc', AuthenticateOidcConfig: { Issuer: 'https://i', ClientSecret: 's' } },
      { Type: 'forward', ForwardConfig: { TargetGroups } },
    ])
    const { Rules } = await setting.call('DescribeRules', { ListenerArn: setting.listenerArn })
    expect(Rules).toHaveLength(1)
    expect(Rules[0]).toMatchObject({ Priority: 'default', IsDefault: true })
    expect(Rules[0].Actions).toEqual([
      { Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig: { Issuer: 'https://i' } },
      {
        Type: 'forward',
        Order: 2,
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: setting.groupArn, Weight: 1 },
            { TargetGroupArn: green, Weight: 0 },
          ],
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ])
  })

  test('have at most five groups, weights up to 999, and groups of one load balancer', () => {
    const { simulator, listenerArn, groupArn } = new Setting()
    const groups = Array.from({ length: 6 }, (_, index) => simulator.addTargetGroup({ name: `g${index}` }))
    const set = (TargetGroups: { TargetGroupArn: string; Weight?: number }[]) => () =>
      simulator.setActions(listenerArn, [{ Type: 'forward', ForwardConfig: { TargetGroups } }])
    expect(set(groups.map((TargetGroupArn) => ({ TargetGroupArn })))).toThrow('at most 5 target groups')
    expect(set([{ TargetGroupArn: groupArn, Weight: 1000 }])).toThrow('between 0 and 999')
    expect(set([{ TargetGroupArn: `${groupArn}0` }])).toThrow('not found')
    const other = simulator.addLoadBalancer({ name: 'other' })
    expect(() => simulator.addListener({ loadBalancerArn: other, forwardTo: groupArn })).toThrow(
      'cannot be associated with more than one load balancer',
    )
  })
})

describe('attributes', () => {
  test('are read and changed, all or none', async () => {
    const setting = new Setting()
    const { groupArn } = setting
    const modify = (...Attributes: object[]): Promise<unknown> =>
      setting.call('ModifyTargetGroupAttributes', { TargetGroupArn: groupArn, Attributes })
    const delay = async (): Promise<string> => {
      const { Attributes } = await setting.call('DescribeTargetGroupAttributes', { TargetGroupArn: groupArn })
      return Attributes.find(({ Key }: { Key: string }) => Key === 'deregistration_delay.timeout_seconds')
        .Value
    }
    await modify({ Key: 'deregistration_delay.timeout_seconds', Value: '3600' })
    expect(await delay()).toBe('3600')
    const good = { Key: 'deregistration_delay.timeout_seconds', Value: '0' }
    for (const bad of [
      { Key: 'deregistration_delay.timeout_seconds', Value: '3601' },
      { Key: 'slow_start.duration_seconds', Value: '29' },
      { Key: 'no.such.attribute', Value: '1' },
    ]) {
      await expect(modify(good, bad)).rejects.toMatchObject({ code: 'ValidationError' })
    }
    expect(await delay()).toBe('3600')
  })

  test('of load balancers say whether zones are crossed and shifted', async () => {
    const setting = new Setting()
    const LoadBalancerArn = setting.simulator.addLoadBalancer({ name: 'net', type: 'network' })
    const { Attributes } = await setting.call('DescribeLoadBalancerAttributes', { LoadBalancerArn })
    expect(Attributes).toContainEqual({ Key: 'load_balancing.cross_zone.enabled', Value: 'false' })
    expect(Attributes).toContainEqual({ Key: 'zonal_shift.config.enabled', Value: 'false' })
  })
})

describe('requests that make no sense', () => {
  test.each([
    ['NoSuchAction', {}, 'InvalidAction'],
    ['DescribeTargetHealth', {}, 'ValidationError'],
    ['DescribeTargetHealth', { TargetGroupArn: 'blue' }, 'ValidationError'],
    ['DescribeTargetHealth', { TargetGroupArn: 'ARN', Colour: 'red' }, 'ValidationError'],
    ['RegisterTargets', { TargetGroupArn: 'ARN', Targets: [] }, 'ValidationError'],
    ['RegisterTargets', { TargetGroupArn: 'ARN', Targets: [{ Id: 'server' }] }, 'ValidationError'],
    ['RegisterTargets', { TargetGroupArn: 'ARN', Targets: [{ Id: 'i-1', Port: 70_000 }] }, 'ValidationError'],
    ['DescribeListeners', {}, 'ValidationError'],
    ['DescribeRules', {}, 'ValidationError'],
    ['DescribeRules', { ListenerArn: 'LISTENER0' }, 'ListenerNotFound'],
    ['DescribeLoadBalancers', { Names: ['nobody'] }, 'LoadBalancerNotFound'],
  ])('%s %j: %s', async (action, input, code) => {
    const setting = new Setting()
    const filled = JSON.stringify(input)
      .replace('"ARN"', JSON.stringify(setting.groupArn))
      .replace('LISTENER', setting.listenerArn)
    await expect(setting.call(action, JSON.parse(filled))).rejects.toMatchObject({ code })
    expect(setting.events.at(-1)).toMatchObject({ type: 'call', action, error: code })
  })

  test('an answer can be changed without changing what it describes', async () => {
    const setting = new Setting()
    const ask = (): ReturnType<Setting['call']> =>
      setting.call('DescribeRules', { ListenerArn: setting.listenerArn })
    const { Rules } = await ask()
    Rules[0].Actions[0].ForwardConfig.TargetGroups[0].Weight = 500
    expect((await ask()).Rules[0].Actions[0].ForwardConfig.TargetGroups[0].Weight).toBe(1)
  })
})
