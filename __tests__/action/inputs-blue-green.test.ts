import { describe, expect, test } from '@jest/globals'
import type { InputName } from '../../src/action/input-table.ts'
import {
  ARN,
  BLUE_GREEN,
  type Given,
  IN_PLACE,
  LISTENER,
  OTHER_ARN,
  problemsOf,
  RULE,
  settingsOf,
  TEST_LISTENER,
} from './inputs-given.ts'

describe('settings of a blue-green deploy', () => {
  test('from the defaults: everything at once, and no command', () => {
    const settings = settingsOf(BLUE_GREEN)
    expect(settings).toMatchObject({
      strategy: 'blue-green',
      targetGroupArns: [ARN, OTHER_ARN],
      testListenerArns: [],
      traffic: [{ share: 1000 }],
      minGreen: { percent: 100 },
      settleTimeMs: 30_000,
      bakeTimeMs: 60_000,
    })
    for (const name of ['routeArns', 'updateCommand', 'previousVersion', 'updateConcurrency']) {
      expect(settings).not.toHaveProperty(name)
    }
  })
  test('the bake is as long as metrics need to judge, where they are asked', () => {
    const bakeOf = (given: Given) =>
      settingsOf({ ...BLUE_GREEN, traffic: '100% for 5m', ...given }).bakeTimeMs
    expect(bakeOf({ 'max-error-rate': '1%' })).toBe(240_000)
    expect(bakeOf({ 'max-latency': 'p99 500ms' })).toBe(240_000)
    expect(bakeOf({ 'max-error-rate': '1%', 'bake-time': '1m' })).toBe(60_000)
    expect(bakeOf({})).toBe(60_000)
  })

  test('from everything', () => {
    const given: Given = {
      'route-arns': `${LISTENER}\n${RULE}`,
      'test-listener-arns': TEST_LISTENER,
      traffic: '10% for 5m, 50%',
      'min-green': '3',
      'settle-time': '0s',
      'bake-time': '0s',
      'update-command': './update.sh',
      'update-concurrency': '2',
    }
    expect(settingsOf({ ...BLUE_GREEN, ...given })).toMatchObject({
      routeArns: [LISTENER, RULE],
      testListenerArns: [TEST_LISTENER],
      traffic: [{ share: 100, holdMs: 300_000 }, { share: 500 }],
      minGreen: { count: 3 },
      settleTimeMs: 0,
      bakeTimeMs: 0,
      updateCommand: './update.sh',
      updateConcurrency: 2,
    })
  })
})

describe('the other modes', () => {
  const groups = { 'target-group-arns': ARN }
  const id = '20260801T101112Z-ab12'
  test.each(['promote', 'recover'])('%s needs nothing but the groups', (mode) => {
    expect(settingsOf({ mode, ...groups })).toMatchObject({ mode, strategy: 'in-place', version: '' })
  })
  test('a rollback needs to know which rollout, and no command before it is wanted', () => {
    expect(settingsOf({ mode: 'rollback', ...groups, 'rollout-id': 'latest' }).rolloutId).toBe('latest')
  })
  test.each(['promote', 'recover'])('%s takes an id; the latest is the one that is there', (mode) => {
    expect(settingsOf({ mode, ...groups, 'rollout-id': id }).rolloutId).toBe(id)
    expect(settingsOf({ mode, ...groups, 'rollout-id': 'latest' })).not.toHaveProperty('rolloutId')
  })
  test('a promotion has a traffic of its own', () => {
    const given = { mode: 'promote', ...groups, traffic: '60%, 100%' }
    expect(settingsOf(given).traffic).toEqual([{ share: 600 }, { share: 1000 }])
  })
  test.each(['rollback', 'promote', 'recover'])('%s may be given the inputs of either strategy', (mode) => {
    const both = { 'batch-size': '1', 'rollout-id': id, 'settle-time': '2m', 'bake-time': '0s' }
    expect(problemsOf({ mode, ...groups, ...both })).toEqual([])
  })
})

describe('the groups of a blue-green deploy', () => {
  test.each([
    [ARN, '1 target group'],
    [`${ARN},${OTHER_ARN},${ARN.replace('web', 'api')}`, '3 target groups'],
  ])('must be two (%#)', (groups, count) => {
    expect(problemsOf({ ...BLUE_GREEN, 'target-group-arns': groups })).toEqual([
      `target-group-arns has ${count}: blue-green needs exactly two, the one that carries the traffic and the one that is to`,
    ])
  })
})

describe('an input of the other strategy', () => {
  const ofBlueGreen: [InputName, string][] = [
    ['route-arns', 'web'],
    ['test-listener-arns', 'web'],
    ['min-green', '50%'],
    ['traffic', '10%, 100%'],
    ['settle-time', '1m'],
  ]
  const ofInPlace: [InputName, string][] = [
    ['batch-size', '1'],
    ['min-healthy', '75%'],
    ['max-failures', '1'],
    ['drained-command', './drained.sh'],
    ['drained-check', 'connections'],
  ]
  test.each(ofBlueGreen)('%s (%s) is refused in-place', (name, value) => {
    expect(problemsOf({ ...IN_PLACE, [name]: value })).toContain(
      `${name} is "${value}", which belongs to strategy blue-green: leave it out, as strategy is in-place`,
    )
  })
  test.each(ofInPlace)('%s (%s) is refused with blue-green', (name, value) => {
    expect(problemsOf({ ...BLUE_GREEN, [name]: value })).toEqual([
      `${name} is "${value}", which belongs to strategy in-place: leave it out, as strategy is blue-green`,
    ])
  })
  test('may be given with its default', () => {
    const defaults = { 'batch-size': '50%', 'min-healthy': '50%', 'max-failures': '0', 'drained-command': '' }
    expect(problemsOf({ ...BLUE_GREEN, ...defaults })).toEqual([])
    const others = { traffic: '100%', 'min-green': '100%', 'settle-time': '30s' }
    expect(problemsOf({ ...IN_PLACE, ...others })).toEqual([])
  })
  test('is not told while nobody knows the strategy', () => {
    const given = { ...BLUE_GREEN, strategy: 'canary', 'batch-size': '1', traffic: '10%' }
    expect(problemsOf(given)).toEqual([expect.stringMatching(/^strategy is "canary"/)])
  })
})

describe('routes that contradict', () => {
  const elsewhere = (arn: string) => arn.replace('eu-west-1', 'us-east-1')
  test.each<[string, Given, string]>([
    [
      'a listener that is shifted and tests',
      { 'route-arns': `${RULE},${TEST_LISTENER}`, 'test-listener-arns': TEST_LISTENER },
      'route-arns has "listener/app/web/50dc6c495c0c9188/0467ef3c8400ae65", which is in test-listener-arns too: leave one of them out, as what testers see is never changed',
    ],
    [
      'a rule of a listener that tests',
      { 'route-arns': RULE, 'test-listener-arns': `${TEST_LISTENER},${LISTENER}` },
      'route-arns has "listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee", a rule of a listener in test-listener-arns: leave one of them out, as what testers see is never changed',
    ],
    [
      'routes of another region',
      { 'route-arns': elsewhere(RULE) },
      'route-arns is in us-east-1, but the target groups are in eu-west-1: give ARNs of the same region',
    ],
    [
      'test listeners of another region',
      { 'test-listener-arns': elsewhere(LISTENER) },
      'test-listener-arns is in us-east-1, but the target groups are in eu-west-1: give ARNs of the same region',
    ],
  ])('%s', (_, given, message) => {
    expect(problemsOf({ ...BLUE_GREEN, ...given })).toEqual([message])
  })
  test('a listener and one of its rules do not', () => {
    const given = { 'route-arns': `${LISTENER},${RULE}`, 'test-listener-arns': TEST_LISTENER }
    expect(problemsOf({ ...BLUE_GREEN, ...given })).toEqual([])
  })
})
