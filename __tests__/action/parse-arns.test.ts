import { expect, test } from '@jest/globals'
import { listenerArns, listenerOf, routeArns, targetGroupArns } from '../../src/action/parse-arns.ts'
import { cases } from './parse-cases.ts'

const PREFIX = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012'
const web = `${PREFIX}:targetgroup/web/73e2d6bc24d8a067`
const api = `${PREFIX}:targetgroup/api/73e2d6bc24d8a067`
const listener = `${PREFIX}:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2`
const rule = `${PREFIX}:listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee`
const loadBalancer = `${PREFIX}:loadbalancer/app/web/50dc6c495c0c9188`
const network = (arn: string) => arn.replace('/app/', '/net/')
const elsewhere = (arn: string) => arn.replace('eu-west-1', 'us-east-1')

cases('target group ARNs', {
  parse: targetGroupArns,
  good: [
    [web, { arns: [web], region: 'eu-west-1' }],
    [`${web},${api}`, { arns: [web, api], region: 'eu-west-1' }],
    [`${web}\n  ${api},\n`, { arns: [web, api], region: 'eu-west-1' }],
    ...['aws-cn', 'aws-us-gov', 'aws-iso-b', 'aws-eusc'].map((partition) => {
      const other = web.replace('aws', partition).replace('eu-west-1', 'xx-north-7')
      return [other, { arns: [other], region: 'xx-north-7' }] as const
    }),
  ],
  bad: [
    '',
    ',',
    'web',
    `${web},${web}`,
    `${web},${elsewhere(api)}`,
    `${web};${api}`,
    `${web} ${api}`,
    web.replace('123456789012', '***'),
    loadBalancer,
    `${web}\u0000`,
    web.replace('arn:aws', 'arn:evil'),
  ],
})

cases('ARNs of routes', {
  parse: routeArns,
  good: [
    [listener, { arns: [listener], region: 'eu-west-1' }],
    [rule, { arns: [rule], region: 'eu-west-1' }],
    [
      `${network(listener)}\n${rule}, ${listener}`,
      { arns: [network(listener), rule, listener], region: 'eu-west-1' },
    ],
    [elsewhere(network(rule)), { arns: [elsewhere(network(rule))], region: 'us-east-1' }],
  ],
  bad: [
    ',\n',
    'HTTPS:443',
    web,
    `${rule},${rule}`,
    `${rule}\n${elsewhere(listener)}`,
    `${rule}/1`,
    rule.replace('listener-rule', 'listener'),
    listener.replace('listener', 'listener-rule'),
    listener.replace('/app/', '/gwy/'),
    listener.replace('123456789012', '***'),
    `x${listener}`,
  ],
})

cases('ARNs of listeners', {
  parse: listenerArns,
  good: [[`${listener},${network(listener)}`, { arns: [listener, network(listener)], region: 'eu-west-1' }]],
  bad: [',', `${listener},${rule}`, `${listener},${listener}`, `${listener},${elsewhere(network(listener))}`],
})

test.each([
  [targetGroupArns, listener, /^give target groups' ARNs \(.*\), by comma or newline; .* ARN of a listener$/],
  [targetGroupArns, loadBalancer, /; this is the ARN of a loadbalancer$/],
  [
    routeArns,
    web,
    /^give listeners' or rules' ARNs \(arn:.*, arn:.*\), .*; this is the ARN of a target group$/,
  ],
  [listenerArns, rule, /^give listeners' ARNs \(.*\), by comma or newline; this is the ARN of a rule$/],
  [listenerArns, listener.replace('/app/', '/gwy/'), /, by comma or newline$/],
])('the ARN of something else is recognised (%#)', (parse, arn, accepted) => {
  expect(parse(arn)).toEqual({ accepted: expect.stringMatching(accepted), culprit: arn })
})

test('of a list, the one that is wrong is named without account and region', () => {
  const [, culprit] = rule.split('123456789012:')
  expect(routeArns(`${listener},${rule},${rule}`)).toEqual({
    accepted: 'give each listener and rule once',
    culprit,
  })
  expect(routeArns(`${listener},${elsewhere(rule)}`)).toEqual({
    accepted: 'give listeners and rules of one region; this one is in us-east-1, the first in eu-west-1',
    culprit,
  })
})

test.each(['app', 'net'])('the listener of a rule is known by its ARN (%s)', (kind) => {
  const of = (arn: string) => arn.replace('/app/', `/${kind}/`)
  expect(listenerOf(of(rule))).toBe(of(listener))
  expect(listenerOf(of(listener))).toBe(of(listener))
})
