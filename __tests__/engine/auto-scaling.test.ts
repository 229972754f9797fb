import { describe, expect, test } from '@jest/globals'
import { tagsOf } from '../support/disasters.ts'
import { NEW, OLD, World, type WorldOptions } from '../support/world.ts'

const INTERFERING = ['AZRebalance', 'HealthCheck', 'InstanceRefresh', 'ReplaceUnhealthy', 'Terminate']

const worldWith = (options: WorldOptions = {}): World =>
  new World({ targetType: 'instance', autoScaling: {}, ...options })

const suspendedIn = (world: World): string[] => world.autoScaling.suspended('web')

const at = (world: World, seconds: number, happens: () => void) =>
  world.clock.schedule(world.clock.now() + seconds * 1000, happens)

const recoverOf = (world: World, targetGroupArns: readonly string[]) =>
  world.clock.run(world.start({ settings: { mode: 'recover', targetGroupArns } }).ended)

const warnings = (world: World): string[] => world.of('warned').map(({ text }) => text)

describe('a fleet of an Auto Scaling group', () => {
  test('is rolled out while its group is kept from interfering, and the group goes on after it', async () => {
    const world = worldWith()
    let during: string[] = []
    world.onUpdate = () => {
      during = suspendedIn(world)
    }
    expect(await world.rollOut()).toEqual({ outcome: 'succeeded', reason: '1.0.2 runs on all 4 servers' })
    expect(during).toEqual(INTERFERING)
    expect(suspendedIn(world)).toEqual([])
    expect(world.terminated).toEqual([])
  })

  test('would lose servers if it were left alone: the simulated group does what is feared', async () => {
    const world = worldWith({ groups: [{ delaySeconds: 60 }] })
    await world.rollOut({ autoScaling: 'ignore' })
    expect(world.terminated.length).toBeGreaterThan(0)
  })

  test('has the same processes suspended afterwards as before', async () => {
    const world = worldWith({ autoScaling: { suspended: ['AZRebalance', 'ScheduledActions'] } })
    expect(await world.rollOut()).toMatchObject({ outcome: 'succeeded' })
    expect(suspendedIn(world)).toEqual(['AZRebalance', 'ScheduledActions'])
  })

  test('goes on after a rollback too', async () => {
    const world = worldWith({ updateFails: (_, version) => (version === NEW ? 'exit code 3' : undefined) })
    expect(await world.rollOut()).toMatchObject({ outcome: 'rolled-back' })
    expect(suspendedIn(world)).toEqual([])
    expect(world.terminated).toEqual([])
  })

  test('may have servers that belong to no group', async () => {
    const world = worldWith({ autoScaling: { holds: 2 } })
    expect(await world.rollOut()).toMatchObject({ outcome: 'succeeded' })
    expect(world.terminated).toEqual([])
  })

  test('of which one stays out, as max-failures allows, is named: its group may replace it', async () => {
    const world = worldWith({ updateFails: (id) => (id === 'i-100000' ? 'exit code 3' : undefined) })
    expect(await world.rollOut({ maxFailures: { count: 1 } })).toMatchObject({ outcome: 'succeeded' })
    expect(warnings(world)).toContain(
      'i-100000 stays out of the load balancer: Auto Scaling may replace what it holds to be unhealthy',
    )
    expect(suspendedIn(world)).toEqual([])
  })
})

describe('before it begins', () => {
  test('the plan warns of what the group launches', async () => {
    const world = worldWith({ autoScaling: { launchTemplate: { name: 'shop', version: '$Latest' } } })
    await world.rollOut({ dryRun: true })
    expect(warnings(world)).toEqual([
      'the servers that Auto Scaling group web launches start what its launch template shop, version $Latest says, and no rollout changes that: make it start 1.0.2 too, or a server that is launched after this rollout serves the old version',
    ])
    expect(suspendedIn(world)).toEqual([])
  })

  test('and of a server that the group is about to replace', async () => {
    const world = worldWith({ autoScaling: { suspended: ['ReplaceUnhealthy'] } })
    world.autoScaling.setInstance('i-200000', { health: 'Unhealthy' })
    await world.rollOut()
    expect(warnings(world)).toContainEqual(
      expect.stringContaining('i-200000 is unhealthy to Auto Scaling group web, which replaces it'),
    )
  })

  test.each([
    [
      'an instance refresh',
      (world: World) => world.autoScaling.startInstanceRefresh('web'),
      'an instance refresh of Auto Scaling group web is InProgress, and replaces the servers that are to be updated: wait until it has ended, or cancel it',
    ],
    [
      'a server in standby',
      (world: World) => world.autoScaling.setInstance('i-100000', { lifecycle: 'Standby' }),
      'i-100000 is registered, but Standby in Auto Scaling group web: put it back into service, or deregister it',
    ],
  ])('%s is refused', async (_, happen, reason) => {
    const world = worldWith()
    happen(world)
    expect(await world.rollOut()).toEqual({ outcome: 'refused', reason })
    expect(suspendedIn(world)).toEqual([])
  })

  test('who may not ask is warned, and served as before', async () => {
    const world = new World({ targetType: 'instance' })
    world.autoScaling.faults = { deny: ['DescribeAutoScalingInstances'] }
    expect(await world.rollOut()).toMatchObject({ outcome: 'succeeded' })
    expect(warnings(world)).toEqual([
      expect.stringContaining('allow autoscaling:DescribeAutoScalingInstances, or say auto-scaling: ignore'),
    ])
  })

  test('who may not ask about the groups of his servers is refused', async () => {
    const world = worldWith()
    world.autoScaling.faults = { deny: ['DescribeAutoScalingGroups'] }
    const { outcome, reason } = await world.rollOut()
    expect(outcome).toBe('refused')
    expect(reason).toContain('the credentials need the permission autoscaling:DescribeAutoScalingGroups')
    expect(reason).toContain('auto-scaling: ignore')
  })

  test('who may not suspend is refused, and nothing is left of it', async () => {
    const world = worldWith()
    await world.rollOut()
    const tags = () => world.groupArns.map((arn) => world.simulator.tags(arn))
    const before = tags()
    world.autoScaling.faults = { deny: ['SuspendProcesses'] }
    for (const onFailure of ['rollback', 'freeze'] as const) {
      const { outcome, reason } = await world.rollOut({ version: '1.0.3', onFailure })
      expect(outcome).toBe('refused')
      expect(reason).toContain('the credentials lack the permission autoscaling:SuspendProcesses')
      expect(reason).toContain('auto-scaling: ignore')
      expect(tags()).toEqual(before)
    }
    expect(world.of('leaving')).toHaveLength(2)
  })

  test('who may not see any more which instances are there is told once', async () => {
    const world = worldWith()
    const groups = world.autoScaling
    groups.observe(({ action }) => {
      if (action === 'SuspendProcesses') groups.faults = { deny: ['DescribeAutoScalingInstances'] }
    })
    expect(await world.rollOut({ batchSizes: [{ count: 1 }] })).toMatchObject({ outcome: 'succeeded' })
    expect(warnings(world).filter((text) => text.includes('could not see which instances'))).toHaveLength(1)
  })

  test('ip targets, and those who want it so, are not asked about', async () => {
    for (const world of [new World(), worldWith()]) {
      const actions: string[] = []
      world.autoScaling.observe(({ action }) => actions.push(action))
      await world.rollOut({ autoScaling: world.options.autoScaling === undefined ? 'suspend' : 'ignore' })
      expect(actions).toEqual([])
    }
  })
})

describe('a server that appears', () => {
  test('is updated at the end', async () => {
    const world = worldWith()
    at(world, 20, () => world.autoScaling.scaleOut('web', { count: 2 }))
    expect(await world.rollOut()).toEqual({ outcome: 'succeeded', reason: '1.0.2 runs on all 6 servers' })
    expect(world.versions()).toEqual(Array(6).fill(NEW))
    expect(world.of('servers-appeared')).toHaveLength(1)
  })

  test('and cannot be updated takes the rollout back', async () => {
    const world = worldWith({ updateFails: (id) => (id.startsWith('i-a') ? 'exit code 3' : undefined) })
    at(world, 20, () => world.autoScaling.scaleOut('web'))
    const { outcome, reason } = await world.rollOut()
    // The way back fails on it too: its update always does.
    expect([outcome, reason]).toEqual(['failed', expect.stringContaining('i-a0000001: update failed')])
    expect(world.versions().slice(0, 4)).toEqual(Array(4).fill(OLD))
  })

  test('in a rollout that is rolled back needs nothing: it runs the old version', async () => {
    const world = worldWith({
      updateFails: (id, version) => (id === 'i-400000' && version === NEW ? 'exit code 3' : undefined),
    })
    at(world, 20, () => world.autoScaling.scaleOut('web'))
    expect(await world.rollOut()).toMatchObject({ outcome: 'rolled-back' })
    expect(world.versions()).toEqual(Array(5).fill(OLD))
  })

  test('again and again is not followed for ever, and named', async () => {
    const world = worldWith()
    for (let seconds = 20; seconds < 1_200; seconds += 20)
      at(world, seconds, () => world.autoScaling.scaleOut('web'))
    const { outcome, reason } = await world.rollOut()
    expect(outcome).toBe('succeeded')
    expect(reason).toMatch(/i-a\w+ came while the rollout was under way, and (was|were) not updated/)
  })
})

describe('a server that vanishes', () => {
  // Batches are i-1 and i-2, then i-3 and i-4; the drain takes 30 s, the update 5 s.
  test.each([
    ['before its batch', 'i-400000', 20],
    ['when it has just come back', 'i-200000', 41],
    ['after its batch', 'i-100000', 100],
  ])('%s is named, and is no failure', async (_, id, seconds) => {
    const world = worldWith()
    at(world, seconds, () => world.autoScaling.lose(id))
    expect(await world.rollOut()).toEqual({
      outcome: 'succeeded',
      reason: `1.0.2 runs on all 3 servers; gone meanwhile: ${id}`,
    })
    expect(warnings(world)).toContainEqual(expect.stringContaining(`${id} is gone: it was terminated`))
    expect(suspendedIn(world)).toEqual([])
  })

  test('by its group, where somebody lets it go on, is named too', async () => {
    const world = worldWith()
    at(world, 20, () => {
      void world.autoScaling.call('ResumeProcesses', {
        AutoScalingGroupName: 'web',
        ScalingProcesses: ['Terminate'],
      })
      world.autoScaling.scaleIn('web', { id: 'i-400000' })
    })
    const { outcome, reason } = await world.rollOut()
    expect(outcome).toBe('succeeded')
    expect(reason).toContain('gone meanwhile:')
  })

  test('in EC2 while it is out cannot be told from one whose update has failed', async () => {
    for (const seconds of [20, 36]) {
      const world = worldWith()
      at(world, seconds, () => world.autoScaling.lose('i-200000'))
      expect(await world.rollOut({ maxFailures: { count: 1 } })).toEqual({
        outcome: 'succeeded',
        reason: '1.0.2 runs on 3 of 4 servers; as max-failures allows, out of the load balancer: i-200000',
      })
    }
  })

  test('only from one answer of Auto Scaling has not vanished', async () => {
    const world = worldWith({
      updateFails: (id, version) => (id === 'i-200000' && version === NEW ? 'exit code 3' : undefined),
    })
    let asked = 0
    // The first one before the way back is planned lacks a server that is out.
    world.autoScaling.faults = {
      overlooks: () => (world.of('stopped').length > 0 && asked++ === 0 ? ['i-100000'] : []),
    }
    expect(await world.rollOut()).toMatchObject({ outcome: 'rolled-back' })
    expect(asked).toBeGreaterThan(1)
    expect(world.serving()).toHaveLength(4)
    expect(world.of('server-vanished')).toEqual([])
  })

  test('does not lower the floor', async () => {
    const world = worldWith({ groups: [{ delaySeconds: 5 }] })
    at(world, 4, () => {
      for (const id of ['i-300000', 'i-400000']) world.autoScaling.lose(id)
    })
    const { outcome, reason } = await world.rollOut({ minHealthy: { count: 3 }, batchSizes: [{ count: 1 }] })
    expect(outcome).toBe('failed')
    expect(reason).toMatch(/^no server may leave: 2 healthy of 4, and 3 must stay/)
    expect(reason).toContain('gone meanwhile: i-300000, i-400000')
  })
})

describe('what is left suspended', () => {
  test('by a cancel goes on when the post step has seen the servers healthy', async () => {
    const world = worldWith()
    const main = world.start()
    await world.clock.advance(50_000)
    world.stop({ cause: 'cancel', reason: 'cancelled' })
    const { outcome, reason } = await world.clock.run(main.ended)
    expect([outcome, reason]).toEqual([
      'interrupted',
      expect.stringContaining('processes of Auto Scaling group web stay suspended'),
    ])
    expect(suspendedIn(world)).toEqual(INTERFERING)
    world.forgetCancel()
    const post = world.start({ settings: { mode: 'recover' }, asker: { mainNonce: main.nonce } })
    expect((await world.clock.run(post.ended)).reason).toContain('Auto Scaling goes on in web')
    expect(suspendedIn(world)).toEqual([])
    expect(world.terminated).toEqual([])
  })

  test('since it could not be resumed is said, and the next deploy resumes it', async () => {
    const world = worldWith()
    world.autoScaling.faults = { deny: ['ResumeProcesses'] }
    const { outcome, reason } = await world.rollOut()
    expect([outcome, reason]).toEqual([
      'succeeded',
      expect.stringContaining('processes of Auto Scaling group web stay suspended'),
    ])
    world.autoScaling.faults = {}
    expect(await world.rollOut({ version: '1.0.3', previousVersion: NEW })).toEqual({
      outcome: 'succeeded',
      reason: '1.0.3 runs on all 4 servers',
    })
    expect(suspendedIn(world)).toEqual([])
  })

  test('is resumed by a recovery, which leaves alone how the rollout had ended', async () => {
    const world = worldWith()
    world.autoScaling.faults = { deny: ['ResumeProcesses'] }
    await world.rollOut()
    world.autoScaling.faults = {}
    const recovery = world.start({ settings: { mode: 'recover' } })
    expect(await world.clock.run(recovery.ended)).toMatchObject({
      outcome: 'succeeded',
      reason: expect.stringContaining('Auto Scaling goes on in web'),
    })
    expect(suspendedIn(world)).toEqual([])
    const undo = world.start({ settings: { mode: 'rollback', rolloutId: 'r-001' }, withoutVersions: true })
    expect(await world.clock.run(undo.ended)).toMatchObject({ outcome: 'succeeded' })
    expect(world.versions()).toEqual(Array(4).fill(OLD))
  })

  test('between two batches is resumed by a recovery that was told of one target group', async () => {
    const world = worldWith({ groups: [{}, {}] })
    const main = world.start()
    world.clock.schedule(world.clock.now() + 65_000, () => main.life.end())
    await world.clock.advance(3_600_000)
    expect(suspendedIn(world)).toEqual(INTERFERING)
    expect(await recoverOf(world, world.groupArns.slice(1))).toMatchObject({ outcome: 'succeeded' })
    expect(suspendedIn(world)).toEqual([])
    expect(tagsOf(world)).toEqual([])
  })

  test('in a group that has been deleted since needs nothing', async () => {
    const world = worldWith()
    at(world, 60, () => world.autoScaling.removeGroup('web'))
    const { outcome, reason } = await world.rollOut()
    expect(outcome).toBe('succeeded')
    expect(reason).not.toContain('suspended')
  })
})

test('a server whose update may still run is left out, and is in nobody’s way once its group has replaced it', async () => {
  const world = worldWith()
  const main = world.start()
  world.onUpdate = (id) => {
    if (id === 'i-200000') at(world, 1, () => main.life.end())
  }
  await world.clock.advance(60_000)
  const post = world.start({
    settings: { mode: 'recover' },
    stillUpdating: ['i-200000'],
    asker: { mainNonce: main.nonce },
  })
  const { outcome, reason } = await world.clock.run(post.ended)
  expect([outcome, reason]).toEqual(['failed', expect.stringContaining('still out')])
  expect(suspendedIn(world)).toEqual([])
  await world.clock.advance(3 * 3600_000)
  expect(world.terminated).toContain('i-200000')
  expect(await world.rollOut()).toEqual({ outcome: 'succeeded', reason: '1.0.2 runs on all 4 servers' })
})

test('a server that a dead run left out and its group has replaced since is in nobody’s way', async () => {
  const world = worldWith()
  const main = world.start()
  world.onUpdate = (id) => {
    if (id === 'i-200000') at(world, 1, () => main.life.end())
  }
  await world.clock.advance(120_000)
  await world.autoScaling.call('ResumeProcesses', { AutoScalingGroupName: 'web' })
  await world.clock.advance(3 * 3600_000)
  expect(world.terminated).toEqual(['i-100000', 'i-200000'])
  const { outcome, reason } = await world.rollOut()
  expect([outcome, reason]).toEqual(['succeeded', '1.0.2 runs on all 4 servers'])
  expect(world.versions()).toEqual(Array(4).fill(NEW))
})
