import { describe, expect, test } from '@jest/globals'
import { type RouteOptions, weights, weightsOn } from '../support/pair.ts'
import { changeForward, everyRoute, refusal, setWeights } from '../support/shifts.ts'
import { World } from '../support/world.ts'

const QUICK = { settleTimeMs: 1_000, bakeTimeMs: 0 }
const worldOf = (...routes: RouteOptions[]) => new World({ pair: { routes } })

describe('the group that carries the traffic is blue', () => {
  test.each(['as given', 'the other way round'] as const)('with the ARNs %s', async (order) => {
    const world = worldOf({ weight: 7 }, { weight: 100, on: 'own-listener' })
    const targetGroupArns = order === 'as given' ? world.groupArns : world.groupArns.toReversed()
    const { outcome, reason } = await world.rollOut({ ...QUICK, targetGroupArns })
    expect([outcome, reason]).toEqual([
      'succeeded',
      '1.0.2 (green) carries all traffic, 1.0.1 (blue) stands by',
    ])
    expect(weights(world)).toEqual(everyRoute(world, 0, 100))
    expect(world.of('routes-found')).toMatchObject([{ blue: 'blue', green: 'green', share: 0 }])
  })

  test('also where it is the second one', async () => {
    const world = worldOf({}, { green: 'attached' })
    for (const arn of world.routeArns) setWeights(world, arn, { blue: 0, green: 5 })
    await world.clock.advance(60_000)
    const { outcome, reason } = await world.rollOut(QUICK)
    expect([outcome, reason]).toEqual([
      'succeeded',
      '1.0.2 (blue) carries all traffic, 1.0.1 (green) stands by',
    ])
    expect(weights(world)).toEqual(everyRoute(world, 100, 0))
  })
})

describe('refused, with what was found, are routes', () => {
  test('that do not agree', async () => {
    const world = worldOf({ weight: 7 }, { weight: 3, on: 'own-listener' })
    setWeights(world, world.routeArns[1] as string, { blue: 0, green: 1 })
    const reason = await refusal(world)
    expect(reason).toContain('do not agree')
    expect(reason).toContain('HTTP:80 to blue 7; HTTP:81 to blue 0, green 1')
  })

  test('in which both groups have weight, and nothing is written down', async () => {
    const world = worldOf({})
    setWeights(world, world.routeArns[0] as string, { blue: 90, green: 10 })
    expect(await refusal(world)).toMatch(/^both target groups carry traffic, .*HTTP:80 to blue 90, green 10/)
  })

  test('in which a third group has weight', async () => {
    const world = worldOf({ others: 1 })
    const [arn = ''] = world.routeArns
    changeForward(world, arn, ({ TargetGroups = [], ...config }) => {
      const [first, ...rest] = TargetGroups
      return {
        ...config,
        TargetGroups: [{ TargetGroupArn: first?.TargetGroupArn ?? '', Weight: 4 }, ...rest],
      }
    })
    expect(await refusal(world)).toContain(
      'HTTP:80 forwards to other-0-0 4, blue 1: with other-0-0 in between',
    )
  })

  test('in which neither has weight: nothing is said about an agreement', async () => {
    const world = worldOf({})
    setWeights(world, world.routeArns[0] as string, { blue: 0, green: 0 })
    const reason = await refusal(world)
    expect(reason).toContain('HTTP:80 to blue 0, green 0')
    expect(reason).not.toContain('do not agree')
  })

  test('of which there are none', async () => {
    const world = worldOf({})
    const [arn = ''] = world.routeArns
    const other = world.simulator.addTargetGroup({ name: 'other', targetType: 'ip' })
    world.simulator.setActions(arn, [{ Type: 'forward', TargetGroupArn: other }])
    expect(await refusal(world)).toMatch(/^no listener or rule of a load balancer forwards to blue or green/)
  })

  test('in whose action five groups stand already', async () => {
    const reason = await refusal(worldOf({ others: 4 }))
    expect(reason).toMatch(/^HTTP:80 forwards to 5 target groups already, which is the most: take one/)
  })
})

describe('route-arns', () => {
  test('names those that move; the others stay as they are', async () => {
    const world = worldOf({ weight: 7 }, { weight: 3, on: 'own-listener' })
    const [first = '', second = ''] = world.routeArns
    const { outcome } = await world.rollOut({ ...QUICK, routeArns: [second] })
    expect(outcome).toBe('succeeded')
    expect([weightsOn(world, first), weightsOn(world, second)]).toEqual([
      { blue: 7, green: 0 },
      { blue: 0, green: 100 },
    ])
  })

  test('takes a rule without the default action of its listener', async () => {
    const world = worldOf({ weight: 7 }, { weight: 3 })
    const [listener = '', rule = ''] = world.routeArns
    await world.rollOut({ ...QUICK, routeArns: [rule] })
    expect([weightsOn(world, listener).green, weightsOn(world, rule).green]).toEqual([0, 100])
  })

  test('is refused when it is unknown, or leads elsewhere', async () => {
    const world = worldOf({})
    const [known = ''] = world.routeArns
    const routeArns = [known, `${known.slice(0, -1)}0`]
    expect(await refusal(world, { routeArns })).toMatch(/^route-arns: there is no listener or rule/)

    const other = world.simulator.addTargetGroup({ name: 'other', targetType: 'ip' })
    const place = { loadBalancerArn: world.loadBalancerArn, port: 99 }
    const elsewhere = world.simulator.addListener({ ...place, forwardTo: other })
    expect(await refusal(world, { routeArns: [elsewhere] })).toBe(
      'HTTP:99 forwards to neither of the two target groups (it forwards to other 1)',
    )
  })
})

describe('test-listener-arns', () => {
  test('are left alone, whatever they show', async () => {
    const world = worldOf({ weight: 7 }, { on: 'own-listener' })
    const [, testing = ''] = world.routeArns
    setWeights(world, testing, { blue: 0, green: 42 })
    const { outcome } = await world.rollOut({ ...QUICK, testListenerArns: [testing] })
    expect(outcome).toBe('succeeded')
    expect(weights(world)).toEqual([
      { blue: 0, green: 100 },
      { blue: 0, green: 42 },
    ])
  })

  test('do not count as routes', async () => {
    const world = worldOf({})
    expect(await refusal(world, { testListenerArns: world.routeArns })).toContain(
      'test-listener-arns do not count',
    )
  })
})
