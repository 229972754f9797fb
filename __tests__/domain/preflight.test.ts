import { describe, expect, test } from '@jest/globals'
import type { Settings } from '../../src/domain/settings.ts'
import { type GroupOptions, World, type WorldOptions } from '../support/world.ts'

/** What is refused, on the simulator: nothing is written, and every problem is named at once. */
async function refused(
  options: WorldOptions,
  settings: Parameters<World['rollOut']>[0] = {},
  prepare: (world: World) => void = () => {},
): Promise<readonly string[]> {
  const world = new World(options)
  prepare(world)
  const writes: string[] = []
  world.simulator.observe((event) => {
    if (event.type === 'call' && !event.action.startsWith('Describe')) writes.push(event.action)
  })
  const { outcome } = await world.rollOut(settings)
  expect(outcome).toBe('refused')
  expect(writes).toEqual([])
  return world.of('refused').flatMap((event) => event.problems)
}

const attribute = (key: string, value: string): GroupOptions => ({ attributes: { [key]: value } })

describe('refused before anything is changed', () => {
  test('a group that does not exist', async () => {
    const unknown = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/nowhere/0123456789abcdef'
    const world = new World()
    const { reason } = await world.rollOut({ targetGroupArns: [...world.groupArns, unknown] })
    expect(reason).toBe(
      'target-group-arns: there is no target group targetgroup/nowhere/0123456789abcdef, or these credentials belong to another account',
    )
  })

  test('a group that is not attached to a load balancer', async () => {
    const world = new World()
    const lonely = world.simulator.addTargetGroup({ name: 'lonely', targetType: 'ip' })
    await world.rollOut({ targetGroupArns: [lonely] })
    expect(world.of('refused')[0]?.problems).toContainEqual(
      expect.stringContaining('target group lonely is not attached to a load balancer'),
    )
  })

  test.each(['lambda', 'alb'] as const)('%s targets', async (targetType) => {
    const world = new World()
    const arn = world.simulator.addTargetGroup({
      name: 'other',
      targetType,
      ...(targetType === 'alb' ? { protocol: 'TCP' } : {}),
    })
    await world.rollOut({ targetGroupArns: [arn] })
    expect(world.of('refused')[0]?.problems).toContainEqual(
      expect.stringContaining(`target group other holds ${targetType} targets`),
    )
  })

  test('a gateway load balancer', async () => {
    const world = new World()
    const loadBalancerArn = world.simulator.addLoadBalancer({ name: 'flows', type: 'gateway' })
    const protocol = 'GENEVE'
    const arn = world.simulator.addTargetGroup({ name: 'flow', targetType: 'ip', protocol, port: 6081 })
    world.simulator.addListener({ loadBalancerArn, forwardTo: arn, protocol, port: 6081 })
    world.simulator.addHealthyTargets(arn, [
      { Id: '10.0.0.1', Port: 6081 },
      { Id: '10.0.0.2', Port: 6081 },
    ])
    await world.rollOut({ targetGroupArns: [arn] })
    expect(world.of('refused')[0]?.problems).toEqual([
      expect.stringContaining(`target group flow is behind the gateway load balancer flows`),
    ])
  })

  test('a fleet of one, and of none', async () => {
    expect(await refused({ servers: 1 })).toEqual([
      expect.stringContaining('the fleet is one server (10.0.0.11)'),
    ])
    expect(await refused({ servers: 0 })).toEqual([
      expect.stringContaining('there is nothing to roll out to'),
    ])
  })

  test('a floor that leaves no batch', async () => {
    expect(await refused({}, { minHealthy: { percent: 100 } })).toEqual([
      'min-healthy 100% of 4 servers leaves none that may be out: 3 is the highest floor that lets a batch of one leave',
    ])
  })

  test('a batch that the floor does not allow, with the one that it would', async () => {
    const settings = { batchSizes: [{ count: 1 }, { count: 3 }], minHealthy: { percent: 50 } }
    expect(await refused({}, settings)).toEqual([
      'batch-size 3 of 4 servers is 3, but min-healthy 50% lets only 2 be out at a time: 2 would do',
    ])
  })

  test.each([
    ['unhealthy_state_routing.minimum_healthy_targets.count', '3', 'batch-size 1 would do'],
    ['unhealthy_state_routing.minimum_healthy_targets.percentage', '75', 'batch-size 1 would do'],
    ['unhealthy_state_routing.minimum_healthy_targets.percentage', '90', 'no batch would do'],
  ])("a batch that breaks the group's own %s of %s", async (key, value, advice) => {
    const groups = [
      {
        attributes: {
          [`target_group_health.${key}`]: value,
          [`target_group_health.${key.replace('unhealthy_state_routing', 'dns_failover')}`]: value,
        },
      },
    ]
    const problems = await refused({ groups })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain('a batch of 2 leaves too few healthy targets in group-0')
    expect(problems[0]).toContain(`of ${value}`)
    expect(problems[0]).toContain(advice)
  })

  test('servers that differ between the groups', async () => {
    const problems = await refused({ groups: [{}, {}] }, {}, (world) =>
      world.simulator.addHealthyTargets(world.groupArns[1] as string, [{ Id: '10.0.0.99', Port: 8080 }]),
    )
    expect(problems).toEqual([expect.stringContaining('10.0.0.99 is not registered in group-0')])
  })

  test('a server in an unlisted group of the same load balancer', async () => {
    const world = new World({ groups: [{}, {}] })
    await world.rollOut({ targetGroupArns: world.groupArns.slice(0, 1) })
    expect(world.of('refused')[0]?.problems).toEqual([
      '10.0.0.11, 10.0.0.12, 10.0.0.13, 10.0.0.14 also serve target group group-1 of the same load balancer and would lose its requests: add that group to target-group-arns',
    ])
  })

  test('a zonal shift', async () => {
    const problems = await refused({}, {}, (world) =>
      world.simulator.startZonalShift(world.groupArns[0] as string),
    )
    expect(problems).toEqual([expect.stringContaining('a zonal shift keeps traffic from 10.0.0.11')])
  })

  test('a server that drains on one of its ports', async () => {
    const world = new World({ groups: [{ ports: [80, 81] }] })
    await world.clock.run(
      world.simulator.call('DeregisterTargets', {
        TargetGroupArn: world.groupArns[0],
        Targets: [{ Id: '10.0.0.12', Port: 81 }],
      }),
    )
    await world.rollOut()
    expect(world.of('refused')[0]?.problems).toEqual([
      expect.stringContaining('10.0.0.12: draining on one port or group and registered on another'),
    ])
  })

  test('a drained-command for ip targets, and {ip} for instances that nobody may ask for', async () => {
    expect(await refused({}, { drainedCommand: 'true' })).toEqual([
      expect.stringContaining('drained-command cannot end the drain of ip targets (group-0)'),
    ])
    expect(await refused({}, { drainedCheck: 'connections' })).toEqual([
      expect.stringMatching(/^drained-check cannot end the drain of ip targets .* leave drained-check out/),
    ])
    const smoke = { url: 'http://{id}/', status: [{ from: 200, to: 399 }], body: 'I am {ip}' }
    const options = { targetType: 'instance', ec2Faults: { deny: ['DescribeInstances'] } } as const
    expect(await refused(options, { smoke })).toEqual([
      expect.stringMatching(
        /\{ip\}, which is not known for i-100000, .* \(the credentials lack the permission ec2:DescribeInstances: /,
      ),
    ])
  })

  test('everything that is wrong, in one go', async () => {
    const problems = await refused(
      {
        servers: 3,
        groups: [attribute('load_balancing.cross_zone.enabled', 'false')],
        zones: ['a', 'a', 'b'],
      },
      { batchSizes: [{ count: 2 }], drainedCommand: 'true' },
      (world) => world.simulator.startZonalShift(world.groupArns[0] as string),
    )
    expect(problems).toHaveLength(4)
  })
})

describe('told before it begins', () => {
  test('who drains by somebody else, who is unhealthy, and what a long delay costs', async () => {
    const world = new World({ servers: 5, groups: [{ delaySeconds: 300 }] })
    await world.clock.run(
      world.simulator.call('DeregisterTargets', {
        TargetGroupArn: world.groupArns[0],
        Targets: [{ Id: '10.0.0.15', Port: 8080 }],
      }),
    )
    Object.assign(world.servers.get('10.0.0.14') ?? {}, { isUp: false })
    await world.clock.advance(60_000)
    await world.rollOut({ dryRun: true })
    expect(world.of('warned').map(({ text }) => text)).toEqual([
      "10.0.0.15 in group-0 is draining by somebody else's doing and will not be updated: register them again first, if they are to be",
      'every batch waits the whole deregistration delay of group-0, 300 s: lower deregistration_delay.timeout_seconds to just above your longest request',
      '1 server of 4 is not healthy at the start: updated first, and to stay so is no failure',
    ])
  })

  test('what would shorten the drains of instances, unless it is given', async () => {
    const warnings = async (settings: Partial<Settings>) => {
      const world = new World({ targetType: 'instance', groups: [{ delaySeconds: 300 }] })
      await world.rollOut({ dryRun: true, ...settings })
      return world.of('warned').map(({ text }) => text)
    }
    expect(await warnings({})).toEqual([expect.stringMatching(/or give drained-check or drained-command$/)])
    expect(await warnings({ drainedCommand: 'true' })).toEqual([])
    expect(await warnings({ drainedCheck: 'connections' })).toEqual([])
  })

  test('that it will outlive the session of the credentials', async () => {
    const world = new World({ servers: 12, groups: [{ delaySeconds: 300 }] })
    await world.rollOut({ dryRun: true, batchSizes: [{ count: 1 }] })
    const texts = world.of('warned').map(({ text }) => text)
    expect(texts).toContainEqual(
      expect.stringMatching(/^this takes 1 h 4 m without the updates.*give role-to-assume/),
    )
    const renewed = new World({ servers: 12, groups: [{ delaySeconds: 300 }] })
    await renewed.rollOut({
      dryRun: true,
      batchSizes: [{ count: 1 }],
      roleToAssume: 'arn:aws:iam::123456789012:role/deployer',
    })
    expect(renewed.of('warned').some(({ text }) => text.includes('session'))).toBe(false)
  })

  test('also where drains may end early: nobody can count on it, though the plan does', async () => {
    const world = new World({ servers: 9, targetType: 'instance', groups: [{ delaySeconds: 400 }] })
    await world.rollOut({ dryRun: true, batchSizes: [{ count: 1 }], drainedCheck: 'connections' })
    expect(world.of('warned').map(({ text }) => text)).toEqual([
      expect.stringMatching(/^this takes 1 h 3 m /),
    ])
    const { parts = [] } = world.of('planned')[0]?.outlook.estimate ?? {}
    expect(parts).toContainEqual(expect.objectContaining({ cause: 'drain', ms: 9 * 12_000 }))
  })
})
