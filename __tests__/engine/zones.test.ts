import { describe, expect, test } from '@jest/globals'
import type { Settings } from '../../src/domain/settings.ts'
import { unknownZones } from '../../src/domain/zone-problems.ts'
import { Invariants } from '../support/invariants.ts'
import { Traffic } from '../support/traffic.ts'
import { NEW, OLD, World, type WorldOptions } from '../support/world.ts'

const OFF = { 'load_balancing.cross_zone.enabled': 'false' }

/** A fleet whose zones depend on their own servers. */
const zonal = (options: WorldOptions = {}): World =>
  new World({ targetType: 'instance', groups: [{ attributes: OFF }], ...options })

const batchesOf = (world: World): string[][] =>
  world.of('phase-started').map(({ servers }) => servers.map((id) => world.zoneOf(id).slice(-1)))

const refusals = (world: World): readonly string[] => world.of('refused').flatMap(({ problems }) => problems)

async function rolledOut(world: World, settings: Partial<Settings> = {}) {
  const invariants = new Invariants(world, 1)
  const traffic = new Traffic(world, { everyMs: 500, lastsMs: 4_000 })
  const conclusion = await world.rollOut(settings)
  expect(invariants.broken).toEqual([])
  return { conclusion, lost: traffic.lost }
}

describe('batches', () => {
  test('of instances are spread over their zones, which EC2 knows', async () => {
    const world = new World({ targetType: 'instance', zones: ['a', 'a', 'b', 'b'] })
    expect((await world.rollOut()).outcome).toBe('succeeded')
    expect(batchesOf(world)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
  })

  test('go on without, when nobody may ask', async () => {
    const world = new World({
      targetType: 'instance',
      zones: ['a', 'a', 'b', 'b'],
      ec2Faults: { deny: ['DescribeInstances'] },
    })
    expect((await world.rollOut()).outcome).toBe('succeeded')
    expect(batchesOf(world)[0]).toEqual(['a', 'a'])
    expect(world.of('places-unknown').map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^the credentials lack the permission ec2:DescribeInstances: .*not authorized/),
    ])
    expect(world.of('warned')).toEqual([])
  })

  test('with a warning when a command would miss what it asks for', async () => {
    const world = new World({ targetType: 'instance', ec2Faults: { deny: ['DescribeInstances'] } })
    await world.rollOut({ dryRun: true, updateCommand: 'ssh "$ROLLOUT_TARGET_IP" update' })
    expect(world.of('warned').map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /^a command uses ROLLOUT_TARGET_IP, which is not set for instances: the credentials lack the permission ec2:DescribeInstances/,
      ),
    ])
  })

  test('nor does a silent EC2 hold anything up for long', async () => {
    const world = new World({ targetType: 'instance', ec2Faults: { latencyMs: 600_000 } })
    const startedAt = world.clock.now()
    await world.rollOut({ dryRun: true })
    expect(world.of('places-unknown')[0]?.reason).toBe('DescribeInstances: no answer within 5 s')
    expect(world.clock.now() - startedAt).toBe(5_000)
  })

  test('EC2 is not asked about addresses, nor by a recovery', async () => {
    const asked: string[] = []
    for (const targetType of ['ip', 'instance'] as const) {
      const world = new World({ targetType })
      world.ec2.observe(({ action }) => asked.push(`${action} of ${targetType}`))
      await world.rollOut({ dryRun: true, mode: 'recover' })
      if (targetType === 'ip') await world.rollOut({ dryRun: true })
    }
    expect(asked).toEqual([])
  })
})

describe('where cross-zone balancing is off', () => {
  test('a rollout empties no zone, and loses no request at any entrance', async () => {
    const world = zonal({ servers: 5, zones: ['a', 'a', 'a', 'b', 'b'] })
    const { conclusion, lost } = await rolledOut(world)
    expect(conclusion.outcome).toBe('succeeded')
    expect(lost).toEqual([])
    expect(new Set(world.versions())).toEqual(new Set([NEW]))
  })

  test('a batch that would take all of a small zone takes others instead', async () => {
    const world = zonal({ servers: 8, zones: ['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b'] })
    const { conclusion, lost } = await rolledOut(world, {
      batchSizes: [{ count: 4 }],
      minHealthy: { percent: 25 },
    })
    expect(conclusion.outcome).toBe('succeeded')
    expect(lost).toEqual([])
    expect(batchesOf(world)).toEqual([
      ['a', 'b', 'a', 'a'],
      ['b', 'a', 'a', 'a'],
    ])
    expect(world.of('batch-cut')).toEqual([])
  })

  test('and on balance it would: the same without the rule loses requests', async () => {
    const world = new World({ servers: 8, zones: ['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b'] })
    const group = world.simulator.account.targetGroup(world.groupArns[0] as string)
    const settings = { batchSizes: [{ count: 4 }], minHealthy: { percent: 25 } }
    const done = world.deploy(settings)
    await world.clock.advance(4_000)
    // Behind our back, so that nothing of it is known.
    group.attributes.set('load_balancing.cross_zone.enabled', 'false')
    const traffic = new Traffic(world, { everyMs: 500, lastsMs: 4_000 })
    await world.clock.run(done)
    expect(traffic.lost.length).toBeGreaterThan(0)
  })

  test('the way back does not either', async () => {
    const world = zonal({
      servers: 6,
      zones: ['a', 'a', 'b', 'b', 'b', 'b'],
      updateFails: (id, version) => (version === NEW && id.startsWith('i-6') ? 'exit code 3' : undefined),
    })
    const { conclusion, lost } = await rolledOut(world, { minHealthy: { percent: 17 } })
    expect(conclusion.outcome).toBe('rolled-back')
    expect(lost).toEqual([])
    expect(new Set(world.versions())).toEqual(new Set([OLD]))
  })

  test('a zone that has lost a server by itself waits until it can spare one', async () => {
    const world = zonal({ servers: 6, zones: ['a', 'a', 'a', 'b', 'b', 'b'] })
    for (const id of ['i-500000', 'i-600000']) Object.assign(world.servers.get(id) ?? {}, { isUp: false })
    await world.clock.advance(60_000)
    const { conclusion } = await rolledOut(world, { minHealthy: { count: 2 }, batchSizes: [{ count: 3 }] })
    expect(conclusion.outcome).toBe('succeeded')
    expect(new Set(world.versions())).toEqual(new Set([NEW]))
  })

  test('a batch goes back in when the rest of its zone dies before its update', async () => {
    const world = zonal({
      servers: 6,
      zones: ['a', 'a', 'b', 'b', 'b', 'b'],
      groups: [{ attributes: OFF, delaySeconds: 120 }],
    })
    const done = world.deploy({ batchSizes: [{ count: 1 }], minHealthy: { count: 1 } })
    await world.clock.advance(10_000)
    const first = world.of('deregistered')[0]?.servers[0]
    expect(first).toBe('i-100000')
    Object.assign(world.servers.get('i-200000') ?? {}, { isUp: false })
    await world.clock.advance(60_000)
    expect(world.of('batch-retreated')[0]?.reason).toMatch(
      /^fewer than 1 others, or too few of a zone, are healthy/,
    )
    Object.assign(world.servers.get('i-200000') ?? {}, { isUp: true })
    expect((await world.clock.run(done)).outcome).toBe('succeeded')
  })

  test('a zone with one server is refused, naming it', async () => {
    const world = zonal({ zones: ['a', 'a', 'a', 'b'] })
    expect((await world.rollOut()).outcome).toBe('refused')
    expect(refusals(world)).toEqual([
      'i-400000 is the only server of group-0 in us-east-1b, and cross-zone load balancing is off: nothing could serve that zone while it is out; register a second one there, or turn load_balancing.cross_zone.enabled on for the group',
    ])
  })

  test('a zone that is not known is refused, naming the permission', async () => {
    const world = zonal({ ec2Faults: { deny: ['DescribeInstances'] } })
    expect((await world.rollOut()).outcome).toBe('refused')
    expect(refusals(world)).toEqual([
      expect.stringMatching(
        /^the zones of i-100000, .* are not known \(the credentials lack the permission ec2:DescribeInstances: .*\), and group-0 has cross-zone load balancing off, so that .*: allow ec2:DescribeInstances, or turn/,
      ),
    ])
    expect(world.of('places-unknown')).toEqual([])
  })

  test('one server and several groups are spoken of as such', () => {
    expect(unknownZones(['i-1'], { names: ['web', 'api'], placesUnknown: undefined })).toMatch(
      /^the zone of i-1 is not known \(EC2 does not know the instance\), and web, api have .* for these groups$/,
    )
  })

  test('an EC2 that is busy for a minute is waited for', async () => {
    const world: World = zonal({
      ec2Faults: { onCall: (_, __, now) => (now < START + 60_000 ? 'reject-before' : undefined) },
    })
    expect((await world.rollOut({ dryRun: true })).outcome).toBe('planned')
  })

  test("the group's own thresholds are judged in each zone", async () => {
    const attributes = {
      ...OFF,
      'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '2',
      'target_group_health.dns_failover.minimum_healthy_targets.count': '2',
    }
    const world = zonal({ servers: 6, groups: [{ attributes }] })
    expect((await world.rollOut({ batchSizes: [{ count: 1 }] })).outcome).toBe('succeeded')
    const larger = zonal({ servers: 6, groups: [{ attributes }] })
    await larger.rollOut({ batchSizes: [{ count: 3 }] })
    expect(refusals(larger)).toEqual([
      expect.stringMatching(
        /^a batch of 3 leaves too few healthy targets in group-0 in us-east-1a for its own .* of 2.*: batch-size 1 would do/,
      ),
      expect.stringContaining('group-0 in us-east-1b'),
    ])
  })
})

const START = Date.UTC(2026, 10, 23)
