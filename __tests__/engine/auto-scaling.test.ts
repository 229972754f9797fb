import { describe, expect, test } from '@jest/globals'
import { NEW, OLD, World, type WorldOptions } from '../support/world.ts'

const INTERFERING = ['AZRebalance', 'HealthCheck', 'InstanceRefresh', 'ReplaceUnhealthy', 'Terminate']

const worldWith = (options: WorldOptions = {}): World =>
  new World({ targetType: 'instance', autoScaling: {}, ...options })

const suspendedIn = (world: World): string[] => world.autoScaling.suspended('web')

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
})

test('a server that is launched meanwhile is updated at the end', async () => {
  const world = worldWith()
  world.clock.schedule(world.clock.now() + 20_000, () => world.autoScaling.scaleOut('web'))
  expect(await world.rollOut()).toEqual({ outcome: 'succeeded', reason: '1.0.2 runs on all 5 servers' })
  expect(world.versions()).toEqual(Array(5).fill(NEW))
})

test('a server that is lost meanwhile is named, and is no failure', async () => {
  const world = worldWith()
  world.clock.schedule(world.clock.now() + 20_000, () => world.autoScaling.lose('i-400000'))
  const conclusion = await world.rollOut()
  expect(conclusion).toEqual({
    outcome: 'succeeded',
    reason: '1.0.2 runs on all 3 servers; gone meanwhile: i-400000',
  })
  expect(OLD).toBe('1.0.1')
})
