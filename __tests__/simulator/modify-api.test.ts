import {
  type Action,
  DescribeListenersCommand,
  DescribeRulesCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterEach, describe, expect, test } from '@jest/globals'
import { forward } from '../../simulator/account/action.ts'
import { closeServed, type Served, serve } from './served.ts'

afterEach(closeServed)

const OIDC = {
  Issuer: 'https://idp.example',
  AuthorizationEndpoint: 'https://idp.example/authorize',
  TokenEndpoint: 'https://idp.example/token',
  UserInfoEndpoint: 'https://idp.example/me',
  ClientId: 'web',
  SessionCookieName: 'session',
  Scope: 'openid email',
  SessionTimeout: 3600,
  OnUnauthenticatedRequest: 'deny',
  AuthenticationRequestExtraParams: { display: 'page', 'a&b': '<c d="e">' },
} as const

const COGNITO = {
  UserPoolArn: 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a',
  UserPoolClientId: 'client',
  UserPoolDomain: 'pool',
  SessionTimeout: 60,
  OnUnauthenticatedRequest: 'allow',
} as const

const JWT = {
  JwksEndpoint: 'https://idp.example/keys',
  Issuer: 'https://idp.example',
  AdditionalClaims: [{ Format: 'string-array', Name: 'role', Values: ['admin', 'user'] }],
} as const

function weighted(setting: Served['setting'], green: string): Action {
  return {
    Type: 'forward',
    Order: 2,
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: setting.groupArn, Weight: 90 },
        { TargetGroupArn: green, Weight: 0 },
      ],
      TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
    },
  }
}

function addRule({ setting }: Served): string {
  return setting.simulator.addRule({
    listenerArn: setting.listenerArn,
    priority: 1,
    conditions: [{ Field: 'path-pattern', Values: ['/api/*'] }],
    actions: [forward(setting.groupArn)],
  })
}

describe('what was described can be sent back', () => {
  test('the default actions of a listener, with all that an action can hold', async () => {
    const { setting, client } = await serve()
    const ListenerArn = setting.listenerArn
    const green = setting.simulator.addTargetGroup({ name: 'green' })
    const last = weighted(setting, green)
    const oidc: Action = { Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig: OIDC }
    const withSecret = { ...oidc, AuthenticateOidcConfig: { ...OIDC, ClientSecret: 's3cret' } }
    const sent = await client.send(
      new ModifyListenerCommand({ ListenerArn, DefaultActions: [withSecret, last] }),
    )
    expect(sent.Listeners?.[0]?.DefaultActions).toEqual([oidc, last])
    const described = await client.send(new DescribeListenersCommand({ ListenerArns: [ListenerArn] }))
    expect(described.Listeners).toEqual(sent.Listeners)

    const withExisting = { ...oidc, AuthenticateOidcConfig: { ...OIDC, UseExistingClientSecret: true } }
    const again = await client.send(
      new ModifyListenerCommand({ ListenerArn, DefaultActions: [withExisting, last] }),
    )
    expect(again.Listeners).toEqual(sent.Listeners)
    expect(setting.simulator.clientSecrets(ListenerArn)).toEqual(['s3cret'])
  })

  test.each<[string, Action]>([
    ['authenticate-cognito', { Type: 'authenticate-cognito', Order: 1, AuthenticateCognitoConfig: COGNITO }],
    ['jwt-validation', { Type: 'jwt-validation', Order: 1, JwtValidationConfig: JWT as never }],
  ])('the actions of a rule, with %s', async (_, first) => {
    const served = await serve()
    const RuleArn = addRule(served)
    const green = served.setting.simulator.addTargetGroup({ name: 'green' })
    const Actions = [first, weighted(served.setting, green)]
    const { Rules } = await served.client.send(new ModifyRuleCommand({ RuleArn, Actions }))
    expect(Rules?.[0]?.Actions).toEqual(Actions)
    const again = await served.client.send(new ModifyRuleCommand({ RuleArn, Actions: Rules?.[0]?.Actions }))
    expect(again.Rules).toEqual(Rules)
    expect((await served.client.send(new DescribeRulesCommand({ RuleArns: [RuleArn] }))).Rules).toEqual(Rules)
  })

  test('a single group in both forms, and actions that forward nowhere', async () => {
    const served = await serve()
    const RuleArn = addRule(served)
    const { Rules } = await served.client.send(new DescribeRulesCommand({ RuleArns: [RuleArn] }))
    const again = await served.client.send(new ModifyRuleCommand({ RuleArn, Actions: Rules?.[0]?.Actions }))
    expect(again.Rules).toEqual(Rules)
    for (const action of [
      { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'off & on' } },
      { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Protocol: 'HTTPS', Port: '443' } },
    ] satisfies Action[]) {
      const answer = await served.client.send(new ModifyRuleCommand({ RuleArn, Actions: [action] }))
      expect(answer.Rules?.[0]?.Actions).toEqual([action])
    }
  })
})

describe('the rest stays as it is', () => {
  test('of a listener', async () => {
    const { setting, client } = await serve()
    const ListenerArn = setting.listenerArn
    const settings = {
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      Certificates: [{ CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1' }],
      MutualAuthentication: { Mode: 'off', IgnoreClientCertificateExpiry: false },
    } as const
    const before = await client.send(
      new ModifyListenerCommand({ ListenerArn, ...settings, Certificates: [...settings.Certificates] }),
    )
    expect(before.Listeners?.[0]).toMatchObject({
      ...settings,
      DefaultActions: [{ TargetGroupArn: setting.groupArn }],
    })
    const green = setting.simulator.addTargetGroup({ name: 'green' })
    const DefaultActions: Action[] = [{ Type: 'forward', TargetGroupArn: green }]
    const after = await client.send(new ModifyListenerCommand({ ListenerArn, DefaultActions }))
    expect(after.Listeners?.[0]).toMatchObject({ ...settings, DefaultActions: [{ TargetGroupArn: green }] })
  })

  test('of a rule', async () => {
    const served = await serve()
    const RuleArn = addRule(served)
    const Transforms = [
      { Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex: '^/api', Replace: '/' }] } },
    ] as const
    const Conditions = [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET'] } }]
    const send = async (part: object): Promise<unknown> =>
      (await served.client.send(new ModifyRuleCommand({ RuleArn, ...part }))).Rules?.[0]
    expect(await send({ Transforms })).toMatchObject({ Transforms, Conditions: [{ Values: ['/api/*'] }] })
    expect(await send({ Conditions })).toMatchObject({ Transforms, Conditions })
    const green = served.setting.simulator.addTargetGroup({ name: 'green' })
    const Actions: Action[] = [{ Type: 'forward', TargetGroupArn: green }]
    expect(await send({ Actions })).toMatchObject({
      ...{ Transforms, Conditions, Priority: '1', IsDefault: false },
      Actions: [{ TargetGroupArn: green }],
    })
    expect(await send({ ResetTransforms: true })).toMatchObject({ Transforms: [], Conditions })
  })
})

test('errors have the SDK’s names', async () => {
  const served = await serve()
  const { setting, client } = served
  const RuleArn = addRule(served)
  const modify = (Actions: Action[], arn = RuleArn): Promise<unknown> =>
    client.send(new ModifyRuleCommand({ RuleArn: arn, Actions }))
  const to = (TargetGroupArn: string): Action[] => [{ Type: 'forward', TargetGroupArn }]
  const ListenerArn = `${setting.listenerArn}0`
  await expect(modify(to(setting.groupArn), `${RuleArn}0`)).rejects.toMatchObject({
    name: 'RuleNotFoundException',
  })
  await expect(modify(to(`${setting.groupArn}0`))).rejects.toMatchObject({
    name: 'TargetGroupNotFoundException',
  })
  await expect(modify([])).rejects.toMatchObject({ name: 'InvalidLoadBalancerActionException' })
  await expect(client.send(new ModifyListenerCommand({ ListenerArn }))).rejects.toMatchObject({
    name: 'ListenerNotFoundException',
  })
})
