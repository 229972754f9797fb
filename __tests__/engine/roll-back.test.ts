import { describe, expect, test } from '@jest/globals'
import { AwsError } from '../../simulator/aws-error.ts'
import { NEW, OLD, type Process, World, type WorldOptions } from '../support/world.ts'

const back = (world: World, rolloutId: string) =>
  world.clock.run(world.start({ settings: { mode: 'rollback', rolloutId }, withoutVersions: true }).ended)

async function dieIn(world: World, process: Process, atMs: number): Promise<void> {
  await world.clock.advance(atMs)
  process.life.end()
  await world.clock.advance(6 * 3600_000)
}

describe('a rollback, days later', () => {
  test.each(['latest', 'r-001'])('(%s) takes the fleet to the version before', async (id) => {
    const world = new World()
    await world.rollOut()
    await world.clock.advance(3 * 24 * 3600_000)
    expect(await back(world, id)).toEqual({ outcome: 'succeeded', reason: '1.0.1 runs on all 4 servers' })
    expect(world.versions()).toEqual([OLD, OLD, OLD, OLD])
    expect(world.serving()).toHaveLength(4)
  })

  test('of one that is undone already has nothing to do', async () => {
    const world = new World()
    await world.rollOut()
    await back(world, 'latest')
    const updates = world.of('update-started').length
    expect(await back(world, 'latest')).toMatchObject({
      outcome: 'succeeded',
      reason: expect.stringContaining('nothing to undo'),
    })
    expect(await back(world, 'r-001')).toMatchObject({ outcome: 'succeeded' })
    expect(world.of('update-started')).toHaveLength(updates)
  })

  test('of one that has been superseded is refused', async () => {
    const world = new World()
    await world.rollOut()
    await world.rollOut({ version: '1.0.3', previousVersion: NEW })
    const { outcome, reason } = await back(world, 'r-001')
    expect(outcome).toBe('refused')
    expect(reason).toContain('rollout r-001 has been superseded by r-002')
    expect(new Set(world.versions())).toEqual(new Set(['1.0.3']))
  })

  test('of one that was rolled back, or refused, never undoes the good one before it', async () => {
    const world = new World({
      updateFails: (_, version) => (version === '1.0.3' ? 'exit code 1' : undefined),
    })
    await world.rollOut()
    await world.rollOut({ version: '1.0.3', previousVersion: NEW })
    expect(await back(world, 'latest')).toMatchObject({
      outcome: 'succeeded',
      reason: expect.stringContaining('nothing to undo'),
    })
    expect(await back(world, 'r-999')).toMatchObject({
      outcome: 'succeeded',
      reason: expect.stringContaining('changed nothing'),
    })
    expect(new Set(world.versions())).toEqual(new Set([NEW]))
  })

  test('of nobody knows what is refused', async () => {
    const { outcome, reason } = await back(new World(), 'latest')
    expect(outcome).toBe('refused')
    expect(reason).toContain('nothing is written on the target groups')
  })

  test('previews when it is only to plan', async () => {
    const world = new World()
    await world.rollOut()
    const { ended } = world.start({
      settings: { mode: 'rollback', rolloutId: 'latest', dryRun: true },
      withoutVersions: true,
    })
    expect(await world.clock.run(ended)).toMatchObject({
      outcome: 'planned',
      reason: expect.stringContaining('1.0.1'),
    })
    expect(new Set(world.versions())).toEqual(new Set([NEW]))
  })

  test('that fails stops where it is, and says who runs what', async () => {
    const options: WorldOptions = {
      updateFails: (id, version) => (id === '10.0.0.13' && version === OLD ? 'exit code 9' : undefined),
    }
    const world = new World(options)
    await world.rollOut()
    const { outcome, reason } = await back(world, 'latest')
    expect(outcome).toBe('failed')
    expect(reason).toContain('10.0.0.13: update failed: exit code 9')
    expect(world.serving()).toHaveLength(3)
  })
})

describe('a rollback of a rollout that died', () => {
  test.each([5_000, 36_000, 60_000, 100_000])('after %i ms goes back with every server', async (atMs) => {
    const world = new World()
    await dieIn(world, world.start(), atMs)
    const { outcome } = await back(world, 'r-001')
    expect(outcome).toBe('succeeded')
    expect(new Set(world.versions())).toEqual(new Set([OLD]))
    expect(world.serving()).toHaveLength(4)
  })

  test('and whose rollback died too, goes back all the same', async () => {
    const world = new World()
    await dieIn(world, world.start(), 60_000)
    await dieIn(
      world,
      world.start({ settings: { mode: 'rollback', rolloutId: 'latest' }, withoutVersions: true }),
      90_000,
    )
    expect((await back(world, 'latest')).outcome).toBe('succeeded')
    expect(new Set(world.versions())).toEqual(new Set([OLD]))
    expect(world.serving()).toHaveLength(4)
  })
})

describe('a deploy after one that died', () => {
  test('that fails goes back with every server: nobody knows what they ran', async () => {
    const world = new World({
      updateFails: (_, version) => (version === '1.0.3' ? 'exit code 1' : undefined),
    })
    await dieIn(world, world.start(), 75_000)
    expect(new Set(world.versions()).size).toBeGreaterThan(1)
    const { outcome } = await world.rollOut({ version: '1.0.3', previousVersion: OLD })
    expect(outcome).toBe('rolled-back')
    expect(new Set(world.versions())).toEqual(new Set([OLD]))
  })
})

describe('a server whose update could not be shown to have ended', () => {
  test('stays out of a recovery, is named, and is updated first by the next deploy', async () => {
    const world = new World()
    const dead = world.start()
    await world.clock.advance(36_000)
    dead.life.end()
    await world.clock.advance(30_000)
    const recovery = world.start({
      settings: { mode: 'recover' },
      asker: { mainNonce: dead.nonce },
      stillUpdating: ['10.0.0.12'],
    })
    const { outcome, reason } = await world.clock.run(recovery.ended)
    expect(outcome).toBe('failed')
    expect(reason).toContain('(the next deploy updates them first): 10.0.0.12')
    expect(world.serving()).toEqual(['10.0.0.11', '10.0.0.13', '10.0.0.14'])

    const next = await world.rollOut()
    expect(next).toEqual({ outcome: 'succeeded', reason: '1.0.2 runs on all 4 servers' })
    expect(world.of('phase-started').at(-2)?.servers).toContain('10.0.0.12')
    expect(world.serving()).toHaveLength(4)
    expect(new Set(world.versions())).toEqual(new Set([NEW]))
  })
})

describe('a recovery that is told of one of two groups', () => {
  test('puts the servers back in both', async () => {
    const world = new World({ groups: [{}, {}] })
    await dieIn(world, world.start(), 20_000)
    const settings = { mode: 'recover' as const, targetGroupArns: world.groupArns.slice(0, 1) }
    expect((await world.clock.run(world.start({ settings }).ended)).outcome).toBe('succeeded')
    expect(world.serving()).toHaveLength(4)
    const tags = world.groupArns.flatMap((arn) => Object.keys(world.simulator.tags(arn)))
    expect(tags.filter((key) => /:(owner|out):/.test(key))).toEqual([])
  })

  test('and a deploy to one of them is refused until then', async () => {
    const world = new World({ groups: [{}, {}] })
    await dieIn(world, world.start(), 20_000)
    const { outcome, reason } = await world.rollOut({ targetGroupArns: world.groupArns.slice(0, 1) })
    expect(outcome).toBe('refused')
    expect(reason).toContain('run mode: recover first')
  })
})

describe('credentials that expire in the middle', () => {
  test('the outcome says where the fleet stands, and what finishes it', async () => {
    const world = new World()
    world.clock.schedule(world.clock.now() + 38_000, () => {
      world.simulator.faults = {
        onCall: () => {
          throw new AwsError({
            code: 'ExpiredToken',
            message: 'the security token included in the request is expired',
            status: 403,
            type: 'Sender',
          })
        },
      }
    })
    const { outcome, reason } = await world.rollOut()
    expect(outcome).toBe('failed')
    expect(reason).toContain('the security token')
    expect(reason).toContain('mode: recover')
    expect(reason).toContain('10.0.0.11')
    world.simulator.faults = {}
    await world.clock.advance(6 * 3600_000)
    expect((await world.clock.run(world.start({ settings: { mode: 'recover' } }).ended)).outcome).toBe(
      'succeeded',
    )
    expect(world.serving()).toHaveLength(4)
  })
})

describe('what a lost runner has left', () => {
  test.each([
    [true, 'is put right at once'],
    [false, 'waits until its entry is overdue'],
  ])('when GitHub says that its run is over: %s, %s', async (isCompleted) => {
    const world = new World({ runs: { hasCompleted: async (runId) => isCompleted && runId === '77' } })
    const lost = world.start({ asker: { job: { runId: '77', attempt: '1', job: 'rollout' } } })
    await world.clock.advance(20_000)
    lost.life.end()
    const startedAt = world.clock.now()
    const recovery = world.start({
      settings: { mode: 'recover' },
      asker: { job: { runId: '78', attempt: '1', job: 'recover' } },
    })
    expect((await world.clock.run(recovery.ended)).outcome).toBe('succeeded')
    const minutes = (world.clock.now() - startedAt) / 60_000
    if (isCompleted) expect(minutes).toBeLessThan(2)
    else expect(minutes).toBeGreaterThan(10)
    expect(world.serving()).toHaveLength(4)
  })
})

describe('what is said of a rollout that others have overtaken or that changed nothing', () => {
  test('a rollback that died and was recovered is finished by the next one, not undone', async () => {
    const world = new World()
    await world.rollOut()
    const undo = { settings: { mode: 'rollback' as const, rolloutId: 'latest' }, withoutVersions: true }
    await dieIn(world, world.start(undo), 75_000)
    expect(new Set(world.versions()).size).toBe(2)
    await world.clock.run(world.start({ settings: { mode: 'recover' } }).ended)
    expect(await back(world, 'latest')).toMatchObject({
      outcome: 'succeeded',
      reason: '1.0.1 runs on all 4 servers',
    })
    expect(new Set(world.versions())).toEqual(new Set([OLD]))
  })

  test('one that was cancelled before it touched anything leaves nothing to undo', async () => {
    const world = new World({ targetType: 'instance' })
    await world.rollOut()
    const at = world.clock.now() + 15_000
    world.clock.schedule(at, () => world.stop({ cause: 'cancel', reason: 'cancelled' }))
    expect((await world.rollOut({ version: '1.0.3', previousVersion: NEW })).outcome).toBe('interrupted')
    world.forgetCancel()
    expect(await back(world, 'latest')).toMatchObject({
      outcome: 'succeeded',
      reason: expect.stringContaining('nothing to undo'),
    })
    expect(new Set(world.versions())).toEqual(new Set([NEW]))
  })

  test('a recovery of a group that does not exist is refused', async () => {
    const world = new World()
    const targetGroupArns = [`${world.groupArns[0]?.slice(0, -4)}ffff`]
    const { ended } = world.start({ settings: { mode: 'recover', targetGroupArns } })
    expect(await world.clock.run(ended)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('there is no target group'),
    })
  })
})

describe('several servers that must not go back in as they are', () => {
  test('are updated one after the other by the next deploy, whatever happens to it', async () => {
    const world = new World()
    const dead = world.start()
    await world.clock.advance(36_000)
    dead.life.end()
    await world.clock.advance(30_000)
    const asker = { mainNonce: dead.nonce }
    const stillUpdating = ['10.0.0.11', '10.0.0.12']
    await world.clock.run(world.start({ settings: { mode: 'recover' }, asker, stillUpdating }).ended)

    const next = world.start({ settings: { batchSizes: [{ count: 1 }] } })
    await world.clock.advance(50_000)
    next.life.end()
    await world.clock.advance(6 * 3600_000)
    await world.clock.run(world.start({ settings: { mode: 'recover' } }).ended)
    const updated = new Set(world.of('update-succeeded').map(({ server }) => server))
    for (const id of stillUpdating) expect(world.serving().includes(id)).toBe(updated.has(id))

    expect(await world.rollOut({ batchSizes: [{ count: 1 }] })).toMatchObject({ outcome: 'succeeded' })
    expect(world.serving()).toHaveLength(4)
    expect(new Set(world.versions())).toEqual(new Set([NEW]))
  })
})

describe('a server that the load balancer does not take any more', () => {
  test('is named, and does not keep the others of its batch out', async () => {
    const world = new World({ targetType: 'instance', servers: 4 })
    await dieIn(world, world.start(), 20_000)
    const [terminated, other] = [...world.servers.keys()]
    world.simulator.setInstanceState(terminated as string, 'terminated')
    const { outcome, reason } = await world.clock.run(world.start({ settings: { mode: 'recover' } }).ended)
    expect(outcome).toBe('failed')
    expect(reason).toContain(terminated)
    expect(world.serving()).toContain(other)
    expect(world.serving()).toHaveLength(3)
  })
})
