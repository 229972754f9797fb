import { describe, expect, test } from '@jest/globals'
import { VirtualClock } from '../../simulator/clock.ts'
import { TargetTurns } from '../../simulator/data/targets.ts'
import type { Behaviour } from '../../simulator/options.ts'
import { Simulator } from '../../simulator/simulator.ts'

type Texts = Readonly<Record<string, string>>

/** A group of a network load balancer with four targets in two zones. */
function setUp(
  options: { behaviour?: Partial<Behaviour>; attributes?: Texts; seen?: Map<string, 'refused'> } = {},
) {
  const clock = new VirtualClock()
  const { behaviour = {}, attributes = {}, seen } = options
  const simulator = new Simulator({
    ...{ clock, behaviour },
    probe: ({ Id }) => seen?.get(Id) ?? { status: 200 },
  })
  const loadBalancerArn = simulator.addLoadBalancer({ name: 'net', type: 'network' })
  const arn = simulator.addTargetGroup({
    name: 'tcp',
    protocol: 'TCP',
    attributes: { 'deregistration_delay.timeout_seconds': '30', ...attributes },
    healthCheck: { intervalSeconds: 10 },
  })
  simulator.addListener({ loadBalancerArn, forwardTo: arn, protocol: 'TCP' })
  const zoned = ['a', 'a', 'b', 'b'].map((zone, index) => ({
    Id: `i-${index + 1}`,
    AvailabilityZone: `us-east-1${zone}`,
  }))
  simulator.addHealthyTargets(arn, zoned)
  const group = simulator.account.targetGroup(arn)
  const call = (action: string, Id: string) =>
    clock.run(simulator.call(action, { TargetGroupArn: arn, Targets: [{ Id }] }))
  const stateOf = (id: string) => simulator.targets(arn).find(({ Id }) => Id === id)?.State ?? 'gone'
  const reached = (turns = new TargetTurns(group)) =>
    [...new Set(Array.from({ length: 8 }, () => turns.next(clock.now())?.id ?? 'nobody'))].sort()
  return { clock, simulator, group, call, stateOf, reached }
}

describe('a network load balancer', () => {
  test.each(['while-lagging', 'for-the-delay'] as const)(
    'sends new connections to a deregistered target for minutes, and shows it as draining %s',
    async (networkDrains) => {
      const { clock, call, stateOf, reached } = setUp({ behaviour: { networkDrains } })
      await call('DeregisterTargets', 'i-1')
      await clock.advance(149_000)
      expect(stateOf('i-1')).toBe(networkDrains === 'while-lagging' ? 'draining' : 'gone')
      expect(reached()).toEqual(['i-1', 'i-2', 'i-3', 'i-4'])
      await clock.advance(1_000)
      expect(stateOf('i-1')).toBe('gone')
      expect(reached()).toEqual(['i-2', 'i-3', 'i-4'])
    },
  )

  test('forgets a target that still gets connections when it comes back', async () => {
    const { clock, call, reached } = setUp({ behaviour: { networkDrains: 'for-the-delay' } })
    await call('DeregisterTargets', 'i-1')
    await clock.advance(60_000)
    await call('RegisterTargets', 'i-1')
    expect(reached()).toEqual(['i-2', 'i-3', 'i-4'])
  })

  test('needs minutes for a registration', async () => {
    const { clock, call, stateOf } = setUp()
    await call('RegisterTargets', 'i-5')
    await clock.advance(179_000)
    expect(stateOf('i-5')).toBe('initial')
    await clock.advance(131_000)
    expect(stateOf('i-5')).toBe('healthy')
  })

  test('keeps to the zone of an entrance, unless the group or the load balancer crosses zones', async () => {
    const { simulator, group, reached } = setUp()
    expect(simulator.account.crossesZones(group.arn)).toBe(false)
    expect(reached(new TargetTurns(group, 'us-east-1a'))).toEqual(['i-1', 'i-2'])
    expect(reached(new TargetTurns(group, 'us-east-1c'))).toEqual(['nobody'])
    group.setAttributes([['load_balancing.cross_zone.enabled', 'true']])
    expect(simulator.account.crossesZones(group.arn)).toBe(true)
  })

  test('lets an unhealthy target keep its connections for a while, if it is told to', async () => {
    const seen = new Map<string, 'refused'>([['i-1', 'refused']])
    const attributes = {
      'target_health_state.unhealthy.connection_termination.enabled': 'false',
      'target_health_state.unhealthy.draining_interval_seconds': '60',
    }
    const { clock, simulator, group, stateOf, reached } = setUp({ seen, attributes })
    await clock.advance(25_000)
    expect(stateOf('i-1')).toBe('unhealthy.draining')
    expect(simulator.targets(group.arn)[0]?.Reason).toBe('Target.FailedHealthChecks')
    expect(reached()).toEqual(['i-2', 'i-3', 'i-4'])
    await clock.advance(60_000)
    expect(stateOf('i-1')).toBe('unhealthy')
    seen.clear()
    await clock.advance(60_000)
    expect(stateOf('i-1')).toBe('healthy')
  })

  test('closes what outlives a drain only if it is told to, as new UDP groups are', () => {
    const { simulator, group } = setUp()
    expect(group.closesConnections).toBe(false)
    const udp = simulator.addTargetGroup({ name: 'udp', protocol: 'UDP' })
    expect(simulator.account.targetGroup(udp).closesConnections).toBe(true)
  })
})
