import { afterEach, describe, expect, test } from '@jest/globals'
import type { Action } from '../../simulator/account/action.ts'
import type { Duration } from '../../simulator/random.ts'
import { DataSetting } from './data-setting.ts'
import { Setting } from './setting.ts'

const SECOND = 1000

const answering = (MessageBody: string): Action[] => [
  { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody } },
]

describe('the data plane learns of a change late', () => {
  let setting: DataSetting

  afterEach(() => setting.close())

  const open = async (ruleLagMs: Duration, seed = 1): Promise<void> => {
    setting = await DataSetting.open({ seed, behaviour: { ruleLagMs } })
    setting.simulator.setActions(setting.listenerArn, answering('0'))
  }

  /** What was in effect every half second, of changes that come every two seconds. */
  async function seen(changes: number): Promise<number[]> {
    const bodies: number[] = []
    for (let change = 1; change <= changes; change++) {
      setting.simulator.setActions(setting.listenerArn, answering(String(change)))
      for (const _ of [1, 2, 3, 4]) {
        await setting.clock.advance(SECOND / 2)
        bodies.push(Number((await setting.get()).body))
      }
    }
    return bodies
  }

  test('always as late with a number', async () => {
    await open(3 * SECOND)
    await setting.clock.advance(3 * SECOND)
    expect(await seen(4)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3])
  })

  test('each time differently with a range, and never before an earlier change', async () => {
    await open([0, 8 * SECOND])
    await setting.clock.advance(8 * SECOND)
    const bodies = await seen(20)
    expect(bodies).toEqual([...bodies].sort((a, b) => a - b))
    const delays = Array.from(
      { length: 12 },
      (_, index) => bodies.findIndex((body) => body > index) - 4 * index,
    )
    expect(new Set(delays).size).toBeGreaterThan(3)
    expect(Math.max(...delays)).toBeLessThanOrEqual(16)
  })

  test('the same each time with the same seed', async () => {
    const runs: number[][] = []
    for (const seed of [1, 1, 2]) {
      if (runs.length > 0) await setting.close()
      await open([0, 8 * SECOND], seed)
      runs.push(await seen(5))
    }
    expect(runs[1]).toEqual(runs[0])
    expect(runs[2]).not.toEqual(runs[0])
  })

  test('and the account at once', async () => {
    await open(3 * SECOND)
    expect(setting.simulator.actions(setting.listenerArn)).toEqual(answering('0'))
    const green = setting.simulator.addTargetGroup({ name: 'green' })
    setting.simulator.addHealthyTargets(green, [{ Id: 'i-8' }])
    setting.simulator.setActions(setting.listenerArn, [{ Type: 'forward', TargetGroupArn: green }])
    expect(setting.statesOf('i-8')).toEqual(['0 unused', '0 initial'])
  })
})

describe('stale reads', () => {
  const bodyOf = (actions: Action[]): string | undefined => actions[0]?.FixedResponseConfig?.MessageBody

  test('of rules and listeners are what they were, and answers to changes what they are', async () => {
    const setting = new Setting({ faults: { staleRulesMs: 3 * SECOND } })
    const { listenerArn: ListenerArn, loadBalancerArn: LoadBalancerArn, simulator } = setting
    const RuleArn = simulator.addRule({
      listenerArn: ListenerArn,
      priority: 1,
      conditions: [{ Field: 'path-pattern', Values: ['/'] }],
      actions: answering('old'),
    })
    simulator.setActions(ListenerArn, answering('old'))
    const read = async (): Promise<unknown> => {
      const byArn = await setting.call('DescribeRules', { RuleArns: [RuleArn] })
      const { Rules } = await setting.call('DescribeRules', { ListenerArn })
      const { Listeners } = await setting.call('DescribeListeners', { LoadBalancerArn })
      return [
        ...[byArn.Rules[0], ...Rules].map(({ Actions }) => bodyOf(Actions)),
        ...[bodyOf(Listeners[0].DefaultActions), Listeners[0].Port],
      ]
    }
    await setting.clock.advance(10 * SECOND)
    const { Rules } = await setting.call('ModifyRule', { RuleArn, Actions: answering('new') })
    const change = { ListenerArn, Port: 81, DefaultActions: answering('new') }
    const { Listeners } = await setting.call('ModifyListener', change)
    expect([bodyOf(Rules[0].Actions), bodyOf(Listeners[0].DefaultActions), Listeners[0].Port]).toEqual([
      'new',
      'new',
      81,
    ])
    await setting.clock.advance(3 * SECOND - 1)
    expect(await read()).toEqual(['old', 'old', 'old', 'old', 80])
    expect(bodyOf(simulator.actions(RuleArn))).toBe('new')
    await setting.clock.advance(1)
    expect(await read()).toEqual(['new', 'new', 'new', 'new', 81])
  })

  test('have no part in those of health and tags, nor these in them', async () => {
    const setting = new Setting({ faults: { staleReadsMs: 3 * SECOND } })
    await setting.clock.advance(10 * SECOND)
    setting.simulator.setActions(setting.listenerArn, answering('new'))
    const { Listeners } = await setting.call('DescribeListeners', { ListenerArns: [setting.listenerArn] })
    expect(bodyOf(Listeners[0].DefaultActions)).toBe('new')
    setting.simulator.faults = { staleRulesMs: 3 * SECOND }
    expect(await setting.stateOf('i-1')).toBe('unused Target.NotInUse')
  })

  test('see what has just been set up, as if it had been there for ever', async () => {
    const setting = new Setting({ faults: { staleRulesMs: 3 * SECOND } })
    await setting.clock.advance(10 * SECOND)
    const { loadBalancerArn, groupArn } = setting
    const arn = setting.simulator.addListener({ loadBalancerArn, port: 81, forwardTo: groupArn })
    const { Rules } = await setting.call('DescribeRules', { ListenerArn: arn })
    expect(Rules).toHaveLength(1)
  })

  test('go on being right after more changes than are remembered', async () => {
    const setting = new Setting({ faults: { staleRulesMs: 3 * SECOND } })
    const { clock, simulator, listenerArn } = setting
    for (let change = 0; change < 5000; change++) simulator.setActions(listenerArn, answering(String(change)))
    await clock.advance(3 * SECOND)
    simulator.setActions(listenerArn, answering('last'))
    const { Listeners } = await setting.call('DescribeListeners', { ListenerArns: [listenerArn] })
    expect(bodyOf(Listeners[0].DefaultActions)).toBe('4999')
  })
})
