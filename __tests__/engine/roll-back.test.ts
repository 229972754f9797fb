import { describe, expect, test } from '@jest/globals'
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
