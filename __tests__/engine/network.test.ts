import { describe, expect, test } from '@jest/globals'
import type { Settings } from '../../src/domain/settings.ts'
import { Invariants } from '../support/invariants.ts'
import { Traffic } from '../support/traffic.ts'
import { NEW, OLD, World, type WorldOptions } from '../support/world.ts'

/** A fleet behind a network load balancer, with two servers in each of two zones that depend on their own. */
const behindNetwork = (options: WorldOptions = {}): World =>
  new World({ targetType: 'instance', balancer: 'network', ...options })

const refusals = (world: World): readonly string[] => world.of('refused').flatMap(({ problems }) => problems)

const warnings = async (world: World, settings: Partial<Settings> = {}): Promise<string[]> => {
  await world.rollOut({ dryRun: true, ...settings })
  return world.of('warned').map(({ text }) => text)
}

/** From the first call that takes a server out to the begin of its update. */
function drainsOf(world: World): number[] {
  return world.of('update-started').map(({ server, at }) => {
    const left = world.of('deregistered').filter((event) => event.servers.includes(server) && event.at <= at)
    return (at - (left.at(-1)?.at ?? 0)) / 1_000
  })
}

async function rolledOut(world: World, settings: Partial<Settings> = {}) {
  const invariants = new Invariants(world, 2)
  const traffic = new Traffic(world, { everyMs: 250, lastsMs: 25_000 })
  const conclusion = await world.rollOut(settings)
  expect(invariants.broken).toEqual([])
  expect(traffic.opened).toBeGreaterThan(1_000)
  return { conclusion, lost: traffic.lost }
}

describe('in-place behind a network load balancer', () => {
  const READINGS = [
    { networkDrains: 'while-lagging' },
    { networkDrains: 'for-the-delay' },
    { networkDrains: 'for-the-delay', reregisterWhileDraining: 'reject' },
  ] as const

  test.each(READINGS)('loses no connection, though new ones come for minutes (%j)', async (behaviour) => {
    const world = behindNetwork({ behaviour })
    const { conclusion, lost } = await rolledOut(world)
    expect(conclusion.outcome).toBe('succeeded')
    expect(lost).toEqual([])
    expect(new Set(world.versions())).toEqual(new Set([NEW]))
    expect(Math.min(...drainsOf(world))).toBeGreaterThanOrEqual(180)
  })

  test('nor with cross-zone balancing on, several ports, and no delay at all', async () => {
    const attributes = { 'load_balancing.cross_zone.enabled': 'true' }
    const world = behindNetwork({
      zones: ['a', 'a', 'a', 'b'],
      groups: [{ attributes, delaySeconds: 0, ports: [8080, 8081] }],
    })
    const { conclusion, lost } = await rolledOut(world)
    expect(conclusion.outcome).toBe('succeeded')
    expect(lost).toEqual([])
  })

  test('nor on the way back', async () => {
    const world = behindNetwork({
      updateFails: (id, version) => (version === NEW && id.startsWith('i-3') ? 'exit code 3' : undefined),
    })
    const { conclusion, lost } = await rolledOut(world)
    expect(conclusion.outcome).toBe('rolled-back')
    expect(lost).toEqual([])
    expect(new Set(world.versions())).toEqual(new Set([OLD]))
  })

  test('which these clients would notice: a load balancer that is slower than AWS says costs connections', async () => {
    const world = behindNetwork({
      behaviour: { networkDeregistrationLagMs: 240_000, networkDrains: 'for-the-delay' },
    })
    const { lost } = new Traffic(world, { everyMs: 250, lastsMs: 25_000 })
    expect((await world.rollOut()).outcome).toBe('succeeded')
    expect(lost.length).toBeGreaterThan(0)
  })

  test('waits for the whole delay where that is longer, and takes as long as the plan says', async () => {
    const world = behindNetwork({ groups: [{ delaySeconds: 300 }], updateMs: () => 0 })
    const startedAt = world.clock.now()
    await world.rollOut()
    expect(Math.min(...drainsOf(world))).toBeGreaterThanOrEqual(300)
    const { ms = 0 } = world.of('planned')[0]?.outlook.estimate ?? {}
    const tookMs = world.clock.now() - startedAt
    expect(Math.abs(ms - tookMs) / tookMs).toBeLessThan(0.1)
  })

  test('looks seldom while a registration takes minutes', async () => {
    const world = behindNetwork({ groups: [{ delaySeconds: 0 }] })
    const looks: number[] = []
    world.simulator.observe((event) => {
      if (event.type === 'call' && event.action === 'DescribeTargetHealth') looks.push(event.at)
    })
    const startedAt = world.clock.now()
    await world.rollOut()
    const minutes = (world.clock.now() - startedAt) / 60_000
    expect(looks.length / minutes).toBeLessThan(12)
  })

  test('a drained-command is not asked before nothing new can come', async () => {
    const asked: number[] = []
    const world: World = behindNetwork({
      groups: [{ delaySeconds: 900 }],
      drainProbe: { isDrained: async () => asked.push(world.clock.now()) > 0 },
    })
    const { conclusion, lost } = await rolledOut(world)
    expect(conclusion.outcome).toBe('succeeded')
    expect(lost).toEqual([])
    const left = world.of('deregistered')[0]?.at ?? 0
    expect(((asked[0] ?? 0) - left) / 1_000).toBeGreaterThanOrEqual(180)
    expect(Math.max(...drainsOf(world))).toBeLessThan(200)
  })

  test('a dead run is recovered, though what it left is still draining', async () => {
    const world = behindNetwork({ groups: [{ delaySeconds: 300 }] })
    const dead = world.start()
    await world.clock.advance(60_000)
    dead.life.end()
    const recovery = world.start({
      settings: { mode: 'recover' },
      rolloutId: dead.rolloutId,
      asker: { mainNonce: dead.nonce },
    })
    expect((await world.clock.run(recovery.ended)).outcome).toBe('succeeded')
    expect(world.serving()).toHaveLength(4)
  })
})

describe('told before it begins', () => {
  test('what becomes of connections that outlive the drain', async () => {
    expect(await warnings(behindNetwork())).toEqual([
      'connections to a server of group-0 that are still open 3 m after it was taken out go on to it, and break in the middle when it is updated: let the server close them while it drains, give a longer deregistration_delay.timeout_seconds, or turn deregistration_delay.connection_termination.enabled on, so that they are closed before the update',
    ])
  })

  test('that they are closed too early', async () => {
    const attributes = { 'deregistration_delay.connection_termination.enabled': 'true' }
    expect(await warnings(behindNetwork({ groups: [{ attributes, delaySeconds: 60 }] }))).toEqual([
      expect.stringMatching(/^the deregistration delay of group-0 is 1 m, .* set .* to 180 or more$/),
    ])
    expect(await warnings(behindNetwork({ groups: [{ attributes, delaySeconds: 180 }] }))).toEqual([])
    expect(await warnings(behindNetwork({ groups: [{ attributes, delaySeconds: 300 }] }))).toEqual([
      'every batch waits the whole deregistration delay of group-0, 300 s: lower deregistration_delay.timeout_seconds to just above your longest request, but no lower than 180, or give drained-check or drained-command',
    ])
  })

  test('that a registration takes longer than is waited for', async () => {
    expect(await warnings(behindNetwork(), { healthTimeoutMs: 120_000 })).toContainEqual(
      'health-timeout is 2 m, and a network load balancer may take 5 m to register a server in group-0: 10m would do',
    )
  })

  test.each(['UDP', 'TCP_UDP'])('a %s group whose flows are never closed is refused', async (protocol) => {
    const attributes = { 'deregistration_delay.connection_termination.enabled': 'false' }
    const world = behindNetwork({ groups: [{ protocol, attributes }] })
    expect((await world.rollOut()).outcome).toBe('refused')
    expect(refusals(world)).toEqual([expect.stringContaining(`target group group-0 speaks ${protocol}`)])
    const closing = behindNetwork({ groups: [{ protocol, delaySeconds: 180 }] })
    expect((await closing.rollOut()).outcome).toBe('succeeded')
  })

  test.each(['QUIC', 'TCP_QUIC'])('a %s group is refused', async (protocol) => {
    const world = behindNetwork({ groups: [{ protocol }] })
    expect((await world.rollOut()).outcome).toBe('refused')
    expect(refusals(world)).toEqual([expect.stringContaining('AWS does not document')])
  })

  test("a batch that breaks the group's threshold would take the zone out of DNS", async () => {
    const attributes = { 'target_group_health.dns_failover.minimum_healthy_targets.count': '2' }
    const world = behindNetwork({ groups: [{ attributes }] })
    await world.rollOut()
    expect(refusals(world)).toEqual([
      expect.stringMatching(
        /in group-0 in us-east-1a for its own .*dns_failover.* take its address out of DNS/,
      ),
      expect.stringContaining('in us-east-1b'),
    ])
  })

  test('a network load balancer balances over zones only when it is told to', async () => {
    const world = behindNetwork({ zones: ['a', 'a', 'a', 'b'] })
    await world.rollOut()
    expect(refusals(world)).toEqual([expect.stringContaining('is the only server of group-0 in us-east-1b')])
    const crossing = behindNetwork({
      zones: ['a', 'a', 'a', 'b'],
      balancerAttributes: { 'load_balancing.cross_zone.enabled': 'true' },
    })
    expect((await crossing.rollOut()).outcome).toBe('succeeded')
  })

  test('the permission to read that', async () => {
    const world = behindNetwork({ faults: { deny: ['DescribeLoadBalancerAttributes'] } })
    const { outcome, reason } = await world.rollOut()
    expect(outcome).toBe('refused')
    expect(reason).toContain('elasticloadbalancing:DescribeLoadBalancerAttributes')
  })
})
