import { expect, test } from '@jest/globals'
import { toTargetGroup } from '../../src/elbv2/mapping.ts'
import { fromActions, toActions, toRoutes } from '../../src/elbv2/route-mapping.ts'
import { AUTHENTICATED } from './action-samples.ts'

test.each([
  ['off', undefined, undefined],
  ['off', 'false', 'lb_cookie'],
  ['lb_cookie', 'true', 'lb_cookie'],
  ['app_cookie', 'true', 'app_cookie'],
  ['source_ip', 'true', 'source_ip'],
  ['lb_cookie', 'true', 'source_ip_dest_ip'],
  ['lb_cookie', 'true', undefined],
])('the stickiness of targets is %s when it is enabled: %s, type %s', (expected, enabled, type) => {
  const attributes = [
    { Key: 'stickiness.enabled', Value: enabled },
    { Key: 'stickiness.type', Value: type },
  ]
  const given = attributes.filter(({ Value }) => Value !== undefined)
  expect(toTargetGroup({}, given).targetStickiness).toBe(expected)
})

test('rules stand by priority and actions by order, whatever the order of the answer', () => {
  const listener = { arn: 'l', protocol: 'HTTP', port: 80 }
  const rules = [
    { RuleArn: 'd', Priority: 'default', IsDefault: true },
    ...['10', '9', '50000'].map((Priority) => ({ RuleArn: Priority, Priority, IsDefault: false })),
  ]
  expect(toRoutes(listener, rules).map(({ arn }) => arn)).toEqual(['9', '10', '50000', 'l'])
  const actions = toActions([
    { Type: 'forward', Order: 3 },
    { Type: 'authenticate-oidc', Order: 1 },
    { Type: 'jwt-validation', Order: 2 },
  ])
  expect(actions.map(({ order }) => order)).toEqual([1, 2, 3])
})

test('what is not known of an action goes back as it came', () => {
  const Later = { Setting: ['a'], Map: { b: 1 } }
  const given = { Type: 'authenticate-later', Order: 1, LaterConfig: Later } as never
  expect(fromActions(toActions([given]))).toEqual([given])
})

test('nothing of a client secret is compared, also when an answer speaks of one', () => {
  const [oidc] = AUTHENTICATED.oidc
  const answered = { ...oidc.AuthenticateOidcConfig, UseExistingClientSecret: true }
  const [action] = toActions([{ ...oidc, AuthenticateOidcConfig: answered }])
  expect(action).toMatchObject({ settings: { AuthenticateOidcConfig: { ClientId: 'elb' } } })
  expect(JSON.stringify(action)).not.toContain('Secret')
})
