import { describe, expect, test } from '@jest/globals'
import type { PairOptions, RouteOptions } from '../support/pair.ts'
import { refusal } from '../support/shifts.ts'
import { World } from '../support/world.ts'

const QUICK = { settleTimeMs: 1_000, bakeTimeMs: 0 }
const worldOf = (...routes: RouteOptions[]) => new World({ pair: { routes } })

describe('refused are groups', () => {
  const of = (pair: PairOptions) => new World({ pair })
  const sticky = (type: string) => ({ 'stickiness.enabled': 'true', 'stickiness.type': type })

  test.each<[string, World, RegExp]>([
    [
      'with application-cookie stickiness',
      of({
        attributes: { green: { ...sticky('app_cookie'), 'stickiness.app_cookie.cookie_name': 'session' } },
      }),
      /green has application-cookie stickiness/,
    ],
    ['without servers', of({ green: 0 }), /^target group green has no servers: register/],
    [
      'with too few servers',
      of({ blue: 4, green: 3 }),
      /^min-green 100% of 4 healthy servers is 4, but green has 3/,
    ],
  ])('%s', async (_, world, expected) => {
    expect(await refusal(world)).toMatch(expected)
  })

  test('of which there are not two', async () => {
    const world = worldOf({})
    const targetGroupArns = world.groupArns.slice(0, 1)
    expect(await refusal(world, { targetGroupArns })).toMatch(/exactly two target groups.*1 given \(blue\)/)
  })

  test('in a zonal shift', async () => {
    const world = worldOf({ green: 'attached' })
    world.simulator.startZonalShift(world.groupArns[1] as string)
    expect(await refusal(world)).toMatch(/^a zonal shift keeps traffic from 10\.0\.1\.11/)
  })

  test('of which green is on another load balancer', async () => {
    const world = worldOf({})
    const loadBalancerArn = world.simulator.addLoadBalancer({ name: 'other' })
    world.simulator.addListener({ loadBalancerArn, port: 80, forwardTo: world.groupArns[1] as string })
    const reason = await refusal(world, { routeArns: [...world.routeArns] })
    expect(reason).toMatch(/^target group green belongs to another load balancer than blue/)
  })

  test('behind a network load balancer, with the reason', async () => {
    const world = worldOf({})
    const make = (name: string) => world.simulator.addTargetGroup({ name, targetType: 'ip', protocol: 'TCP' })
    const targetGroupArns = [make('tcp-1'), make('tcp-2')]
    const loadBalancerArn = world.simulator.addLoadBalancer({ name: 'net', type: 'network' })
    const [forwardTo = ''] = targetGroupArns
    world.simulator.addListener({ loadBalancerArn, port: 80, protocol: 'TCP', forwardTo })
    const reason = await refusal(world, { targetGroupArns })
    expect(reason).toMatch(/behind the network load balancer net: .*documents contradict each other/)
  })

  test('that share servers, when there is an update command', async () => {
    const shared = () => {
      const world = new World({ pair: { blue: 2, green: 2, routes: [{ green: 'attached' }] } })
      const [blue = ''] = world.groupArns
      world.simulator.addHealthyTargets(blue, [{ Id: '10.0.1.11', Port: 9090 }])
      return world
    }
    const minGreen = { percent: 50 }
    expect(await refusal(shared(), { minGreen })).toMatch(
      /^10\.0\.1\.11 of green also serves target group blue, which would lose requests/,
    )
    const { updateCommand: _, ...whole } = shared().settings({ ...QUICK, minGreen })
    const world = shared()
    const { outcome } = await world.clock.run(
      world.start({ whole: { ...whole, targetGroupArns: world.groupArns } }).ended,
    )
    expect(outcome).toBe('succeeded')
  })
})
