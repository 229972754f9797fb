import { describe, expect, test } from '@jest/globals'
import { forward } from '../../simulator/account/action.ts'
import type { ActionsEvent } from '../../simulator/events.ts'
import { Setting } from './setting.ts'

type Group = { TargetGroupArn: string; Weight?: number }

/** A Setting with a rule that forwards to blue, and a group that nothing forwards to. */
function ruleSetting(options?: ConstructorParameters<typeof Setting>[0]): {
  setting: Setting
  ruleArn: string
  green: string
} {
  const setting = new Setting(options)
  const green = setting.simulator.addTargetGroup({ name: 'green' })
  const ruleArn = setting.simulator.addRule({
    listenerArn: setting.listenerArn,
    priority: 5,
    conditions: [{ Field: 'path-pattern', Values: ['/api/*'] }],
    actions: [forward(setting.groupArn)],
  })
  return { setting, ruleArn, green }
}

const split = (...TargetGroups: Group[]): object => ({ Type: 'forward', ForwardConfig: { TargetGroups } })

const sticky = (config: object, ...TargetGroups: Group[]): object => ({
  Type: 'forward',
  ForwardConfig: { TargetGroups, TargetGroupStickinessConfig: config },
})

const fixed = (Order: number): object => ({
  Type: 'fixed-response',
  Order,
  FixedResponseConfig: { StatusCode: '200' },
})

const OIDC = {
  Issuer: 'https://i',
  AuthorizationEndpoint: 'https://i/a',
  TokenEndpoint: 'https://i/t',
  UserInfoEndpoint: 'https://i/u',
  ClientId: 'web',
}

const login = (config: object): object => ({
  Type: 'authenticate-oidc',
  Order: 1,
  AuthenticateOidcConfig: { ...OIDC, ...config },
})

describe('a change takes effect', () => {
  test('on the uses of groups, and shows in what everybody is told', async () => {
    const { setting, ruleArn, green } = ruleSetting()
    setting.events.length = 0
    const blue = setting.groupArn
    const Actions = [split({ TargetGroupArn: blue, Weight: 1 }, { TargetGroupArn: green, Weight: 0 })]
    await setting.call('ModifyRule', { RuleArn: ruleArn, Actions })
    await setting.call('ModifyListener', {
      ListenerArn: setting.listenerArn,
      DefaultActions: [forward(green)],
    })
    const told = setting.events.filter((event): event is ActionsEvent => event.type === 'actions')
    expect(told).toEqual([
      { at: 0, type: 'actions', arn: ruleArn, ...both(setting, ruleArn) },
      { at: 0, type: 'actions', arn: setting.listenerArn, ...both(setting, setting.listenerArn) },
    ])
    expect(setting.events.map(({ type }) => type)).toEqual(['actions', 'call', 'actions', 'call'])
    expect(setting.simulator.actions(setting.listenerArn)).toMatchObject([{ TargetGroupArn: green }])
    const { TargetGroups } = await setting.call('DescribeTargetGroups', { TargetGroupArns: [green] })
    expect(TargetGroups[0].LoadBalancerArns).toEqual([setting.loadBalancerArn])
  })

  test('in the order of the actions, however they came', async () => {
    const { setting, ruleArn } = ruleSetting()
    const jwt = { JwksEndpoint: 'https://i/k', Issuer: 'https://i' }
    const Actions = [fixed(20), { Type: 'jwt-validation', Order: 10, JwtValidationConfig: jwt }]
    const { Rules } = await setting.call('ModifyRule', { RuleArn: ruleArn, Actions })
    expect(Rules[0].Actions.map(({ Type }: { Type: string }) => Type)).toEqual([
      'jwt-validation',
      'fixed-response',
    ])
  })

  test('or none of it does', async () => {
    const { setting, ruleArn } = ruleSetting()
    const before = await setting.call('DescribeRules', { RuleArns: [ruleArn] })
    const Conditions = [{ Field: 'path-pattern', Values: ['/'] }]
    const Actions = [forward(`${setting.groupArn}0`)]
    await expect(setting.call('ModifyRule', { RuleArn: ruleArn, Conditions, Actions })).rejects.toMatchObject(
      {
        code: 'TargetGroupNotFound',
      },
    )
    const change = { ListenerArn: setting.listenerArn, Port: 81, DefaultActions: Actions }
    await expect(setting.call('ModifyListener', change)).rejects.toMatchObject({
      code: 'TargetGroupNotFound',
    })
    expect(await setting.call('DescribeRules', { RuleArns: [ruleArn] })).toEqual(before)
    const { Listeners } = await setting.call('DescribeListeners', { ListenerArns: [setting.listenerArn] })
    expect(Listeners[0].Port).toBe(80)
    expect(setting.events.at(-3)).toMatchObject({ error: 'TargetGroupNotFound' })
  })
})

const both = (setting: Setting, arn: string): object => ({
  listenerArn: setting.listenerArn,
  actions: setting.simulator.actions(arn),
})

describe('client secrets', () => {
  const BEARER = { ClientSecret: 's3cret' }
  const EXISTING = { UseExistingClientSecret: true }

  test('have to come with an action, or be there already', async () => {
    const { setting, ruleArn } = ruleSetting()
    const modify = (config: object): Promise<unknown> =>
      setting.call('ModifyRule', { RuleArn: ruleArn, Actions: [login(config), fixed(2)] })
    const refused = { code: 'ValidationError', message: expect.stringContaining('client secret') }
    await expect(modify({})).rejects.toMatchObject(refused)
    await expect(modify({ UseExistingClientSecret: false })).rejects.toMatchObject(refused)
    await expect(modify(EXISTING)).rejects.toMatchObject(refused)
    await modify(BEARER)
    await modify(EXISTING)
    expect(setting.simulator.clientSecrets(ruleArn)).toEqual(['s3cret'])
    await expect(modify({ ...EXISTING, ClientId: 'another' })).rejects.toMatchObject(refused)
    await modify({ ClientSecret: 'new' })
    expect(setting.simulator.clientSecrets(ruleArn)).toEqual(['new'])
  })

  test('are gone with their action', async () => {
    const { setting, ruleArn } = ruleSetting()
    const modify = (...Actions: object[]): Promise<unknown> =>
      setting.call('ModifyRule', { RuleArn: ruleArn, Actions })
    await modify(login(BEARER), fixed(2))
    const Conditions = [{ Field: 'path-pattern', Values: ['/'] }]
    await setting.call('ModifyRule', { RuleArn: ruleArn, Conditions })
    expect(setting.simulator.clientSecrets(ruleArn)).toEqual(['s3cret'])
    await modify(fixed(1))
    expect(setting.simulator.clientSecrets(ruleArn)).toEqual([])
    await expect(modify(login(EXISTING), fixed(2))).rejects.toMatchObject({ code: 'ValidationError' })
  })

  test('of what is set up in code as well', () => {
    const { setting } = ruleSetting()
    const { simulator, listenerArn } = setting
    const add = (AuthenticateOidcConfig: Record<string, string>) => () =>
      simulator.addRule({
        listenerArn,
        priority: 6,
        conditions: [{ Field: 'path-pattern', Values: ['/'] }],
        actions: [{ Type: 'authenticate-oidc', AuthenticateOidcConfig }, forward(setting.groupArn)],
      })
    expect(add(OIDC)).toThrow('client secret')
    const ruleArn = add({ ...OIDC, ...BEARER })()
    expect(simulator.clientSecrets(ruleArn)).toEqual(['s3cret'])
    expect(JSON.stringify(simulator.actions(ruleArn))).not.toContain('s3cret')
    expect(JSON.stringify(setting.events)).not.toContain('s3cret')
  })

  test.each(['accepted', 'rejected'] as const)('existing ones on a listener: %s', async (reading) => {
    const { setting } = ruleSetting({ behaviour: { existingSecretOnListener: reading } })
    const modify = (config: object): Promise<unknown> =>
      setting.call('ModifyListener', {
        ListenerArn: setting.listenerArn,
        DefaultActions: [login(config), fixed(2)],
      })
    await modify(BEARER)
    if (reading === 'accepted') await modify(EXISTING)
    else await expect(modify(EXISTING)).rejects.toMatchObject({ code: 'ValidationError' })
    await modify(BEARER)
    expect(setting.simulator.clientSecrets(setting.listenerArn)).toEqual(['s3cret'])
  })
})

describe('actions that are refused', () => {
  const six = Array.from({ length: 6 }, () => ({ TargetGroupArn: 'GREEN' }))
  const blueAndGreen = [{ TargetGroupArn: 'BLUE' }, { TargetGroupArn: 'GREEN' }]
  const oneOfEach = [
    [[split({ TargetGroupArn: 'GREEN', Weight: 1000 })], 'ValidationError'],
    [[split({ TargetGroupArn: 'GREEN', Weight: -1 })], 'ValidationError'],
    [[split(...six)], 'TooManyTargetGroups'],
    [[forward('GREEN0')], 'TargetGroupNotFound'],
    [[forward('TAKEN')], 'TargetGroupAssociationLimit'],
    [[], 'InvalidLoadBalancerAction'],
    [[fixed(1), fixed(2)], 'InvalidLoadBalancerAction'],
    [[fixed(1), login({ ClientSecret: 's' }), fixed(2)], 'ValidationError'],
    [[fixed(1), { ...login({ ClientSecret: 's' }), Order: 2 }], 'InvalidLoadBalancerAction'],
    [[{ Type: 'forward' }], 'ValidationError'],
    [[{ Type: 'fixed-response', TargetGroupArn: 'BLUE' }], 'ValidationError'],
    [[{ ...split(...blueAndGreen), TargetGroupArn: 'BLUE' }], 'ValidationError'],
    [[{ ...split({ TargetGroupArn: 'GREEN' }), TargetGroupArn: 'BLUE' }], 'ValidationError'],
    [[sticky({ Enabled: true }, ...blueAndGreen)], 'ValidationError'],
    [[sticky({ Enabled: true, DurationSeconds: 0 }, ...blueAndGreen)], 'ValidationError'],
    [[sticky({ Enabled: true, DurationSeconds: 604_801 }, ...blueAndGreen)], 'ValidationError'],
  ] as const

  function filled(setting: Setting, green: string, actions: readonly object[]): never {
    const { simulator, groupArn } = setting
    const taken = simulator.addTargetGroup({ name: 'taken' })
    const loadBalancerArn = simulator.addLoadBalancer({ name: 'other' })
    simulator.addListener({ loadBalancerArn, forwardTo: taken })
    const text = JSON.stringify(actions)
      .replaceAll('BLUE', groupArn)
      .replaceAll('GREEN', green)
      .replaceAll('TAKEN', taken)
    return JSON.parse(text) as never
  }

  test.each(oneOfEach)('%j: %s', async (actions, code) => {
    const { setting, ruleArn: RuleArn, green } = ruleSetting()
    const { simulator, listenerArn: ListenerArn, loadBalancerArn } = setting
    const Actions: never = filled(setting, green, actions)
    await expect(setting.call('ModifyRule', { RuleArn, Actions })).rejects.toMatchObject({ code })
    await expect(
      setting.call('ModifyListener', { ListenerArn, DefaultActions: Actions }),
    ).rejects.toMatchObject({ code })
    const failure = expect.objectContaining({ code })
    expect(() => simulator.setActions(RuleArn, Actions)).toThrow(failure)
    expect(() => simulator.addListener({ loadBalancerArn, port: 81, defaultActions: Actions })).toThrow(
      failure,
    )
    const rule = { listenerArn: ListenerArn, priority: 6, conditions: [], actions: Actions }
    expect(() => simulator.addRule(rule)).toThrow(failure)
  })

  test('an order has to be given with several actions, and be another for each', async () => {
    const { setting, ruleArn: RuleArn } = ruleSetting()
    const { Order: _, ...first } = login({ ClientSecret: 's' }) as { Order: number }
    for (const Actions of [
      [first, fixed(2)],
      [{ ...first, Order: 2 }, fixed(2)],
    ]) {
      await expect(setting.call('ModifyRule', { RuleArn, Actions })).rejects.toMatchObject({
        code: 'ValidationError',
      })
    }
  })

  test('a sticky group among several needs group stickiness, also at weight 0', async () => {
    const { setting, ruleArn: RuleArn, green } = ruleSetting()
    const blue = setting.groupArn
    const Attributes = [{ Key: 'stickiness.enabled', Value: 'true' }]
    await setting.call('ModifyTargetGroupAttributes', { TargetGroupArn: green, Attributes })
    const groups = [{ TargetGroupArn: blue }, { TargetGroupArn: green, Weight: 0 }]
    const modify = (action: object): Promise<unknown> =>
      setting.call('ModifyRule', { RuleArn, Actions: [action] })
    for (const action of [split(...groups), sticky({ Enabled: false, DurationSeconds: 5 }, ...groups)]) {
      await expect(modify(action)).rejects.toMatchObject({
        code: 'InvalidLoadBalancerAction',
        message:
          'You must enable group stickiness on a rule if you enabled target stickiness on one of its target groups',
      })
    }
    await modify(sticky({ Enabled: true, DurationSeconds: 5 }, ...groups))
    await modify(forward(green))
  })
})

test('several groups are allowed on a Network Load Balancer, whose stickiness has no duration', async () => {
  const { simulator, ...setting } = new Setting()
  const loadBalancerArn = simulator.addLoadBalancer({ name: 'net', type: 'network' })
  const [blue, green] = ['net-blue', 'net-green'].map((name) =>
    simulator.addTargetGroup({ name, protocol: 'TCP' }),
  ) as [string, string]
  const listenerArn = simulator.addListener({ loadBalancerArn, protocol: 'TCP', forwardTo: blue })
  const groups = [
    { TargetGroupArn: blue, Weight: 1 },
    { TargetGroupArn: green, Weight: 999 },
  ]
  const DefaultActions = [sticky({ Enabled: true }, ...groups)]
  const { Listeners } = await setting.clock.run(
    simulator.call('ModifyListener', { ListenerArn: listenerArn, DefaultActions }) as Promise<{
      Listeners?: { DefaultActions: object[] }[]
    }>,
  )
  expect(Listeners?.[0]?.DefaultActions).toEqual(DefaultActions)
})

describe('requests that make no sense', () => {
  const CONDITION = { Field: 'path-pattern', Values: ['/'] }
  const TRANSFORM = { Type: 'url-rewrite' }

  test.each([
    [{}, 'Either conditions or actions must be specified'],
    [{ Conditions: [] }, 'At least one condition'],
    [{ Transforms: [TRANSFORM], ResetTransforms: true }, 'at the same time'],
    [{ Conditions: [{ ...CONDITION, Colour: 'red' }] }, 'Unknown parameter'],
    [{ Actions: [{ Type: 'forward', ForwardConfig: { Groups: [] } }] }, 'Unknown parameter'],
    [{ Actions: [{ Type: 'sing' }] }, 'enum value set'],
    [{ Actions: [{ ...fixed(1), Order: 50_001 }] }, 'less than or equal to 50000'],
    [{ Actions: [{ Type: 'authenticate-oidc', AuthenticateOidcConfig: {} }] }, 'must not be null'],
  ])('ModifyRule with %j', async (parts, message) => {
    const { setting, ruleArn: RuleArn } = ruleSetting()
    await expect(setting.call('ModifyRule', { RuleArn, ...parts })).rejects.toMatchObject({
      code: 'ValidationError',
      message: expect.stringContaining(message),
    })
  })

  test('the default rule is changed by ModifyListener alone', async () => {
    const { setting } = ruleSetting()
    const { Rules } = await setting.call('DescribeRules', { ListenerArn: setting.listenerArn })
    const { RuleArn, Actions } = Rules.at(-1)
    await expect(setting.call('ModifyRule', { RuleArn, Actions })).rejects.toMatchObject({
      code: 'OperationNotPermitted',
    })
  })

  test('changes draw on the bucket of changes, and can be denied by their resource', async () => {
    const { setting, ruleArn: RuleArn } = ruleSetting({ faults: { buckets: true } })
    const Actions = [forward(setting.groupArn)]
    const modify = (): Promise<unknown> => setting.call('ModifyRule', { RuleArn, Actions })
    for (let call = 0; call < 20; call++) await modify()
    await expect(modify()).rejects.toMatchObject({ code: 'Throttling' })
    setting.simulator.faults = { deny: ['ModifyRule'] }
    await expect(modify()).rejects.toThrow(`on resource: ${RuleArn}`)
  })
})
