import { expect, test } from '@jest/globals'
import { tagsOf } from '../support/disasters.ts'
import { OLDER } from '../support/pair.ts'
import { NEW, World } from '../support/world.ts'

const INTERFERING = ['AZRebalance', 'HealthCheck', 'InstanceRefresh', 'ReplaceUnhealthy', 'Terminate']

const pairWith = (route: { readonly green?: 'attached' } = {}): World =>
  new World({
    pair: { blue: 2, green: 2, targetType: 'instance', routes: [route] },
    autoScaling: { behaviour: { healthCheckEveryMs: 1_000 } },
    // Longer than green's health checks take to notice.
    updateMs: () => 90_000,
  })

const suspendedIn = (world: World): string[] => world.autoScaling.suspended('web')

test('the group of green is kept from replacing servers that restart, and goes on at the end', async () => {
  const world = pairWith({ green: 'attached' })
  let during: string[] = []
  world.onUpdate = () => {
    during = suspendedIn(world)
  }
  expect(await world.rollOut()).toMatchObject({ outcome: 'succeeded' })
  expect(during).toEqual(INTERFERING)
  expect(suspendedIn(world)).toEqual([])
  expect(world.terminated).toEqual([])
})

test('without that it would replace them', async () => {
  const world = pairWith({ green: 'attached' })
  await world.rollOut({ autoScaling: 'ignore' })
  expect(world.terminated.length).toBeGreaterThan(0)
})

test('a hold keeps nothing suspended, and neither a promotion nor a rollback suspends anything', async () => {
  const world = pairWith()
  expect(await world.rollOut({ traffic: [{ share: 100 }] })).toMatchObject({ outcome: 'held' })
  expect(suspendedIn(world)).toEqual([])
  const actions: string[] = []
  world.autoScaling.observe(({ action }) => actions.push(action))
  await world.clock.run(world.start({ settings: { mode: 'promote' } }).ended)
  await world.clock.run(
    world.start({ settings: { mode: 'rollback', rolloutId: 'latest' }, withoutVersions: true }).ended,
  )
  expect(actions).not.toContain('SuspendProcesses')
  expect(actions).not.toContain('ResumeProcesses')
})

test('who may not suspend is refused, and how to undo the rollout before stays written', async () => {
  const world = pairWith()
  await world.rollOut()
  // Back to the other group, which is of nobody.
  await world.rollOut({ version: '1.0.3', previousVersion: NEW })
  world.autoScaling.faults = { deny: ['SuspendProcesses'] }
  const { outcome, reason } = await world.rollOut({ version: '1.0.4', previousVersion: '1.0.3' })
  expect([outcome, reason]).toEqual(['refused', expect.stringContaining('autoscaling:SuspendProcesses')])
  expect(tagsOf(world)).toEqual([expect.stringContaining(':out:')])
  const undo = world.start({ settings: { mode: 'rollback', rolloutId: 'r-002' }, withoutVersions: true })
  expect(await world.clock.run(undo.ended)).toMatchObject({
    outcome: 'succeeded',
    reason: expect.stringContaining('1.0.2 (green) carries all traffic'),
  })
})

test('what could not be resumed stays written beside the shift that has ended, until somebody resumes it', async () => {
  const world = pairWith()
  world.autoScaling.faults = { deny: ['ResumeProcesses'] }
  const { outcome, reason } = await world.rollOut()
  expect([outcome, reason]).toEqual(['succeeded', expect.stringContaining('stay suspended')])
  world.autoScaling.faults = {}
  const recovery = world.start({ settings: { mode: 'recover' } })
  expect((await world.clock.run(recovery.ended)).reason).toContain('Auto Scaling goes on in web')
  expect(suspendedIn(world)).toEqual([])
  // The weights can be undone as ever.
  const undo = world.start({ settings: { mode: 'rollback', rolloutId: 'latest' }, withoutVersions: true })
  expect(await world.clock.run(undo.ended)).toMatchObject({ outcome: 'succeeded' })
})

test('a server that comes to green meanwhile is named: it runs what its template starts', async () => {
  const world = pairWith()
  world.clock.schedule(world.clock.now() + 20_000, () => world.autoScaling.scaleOut('web'))
  const { outcome, reason } = await world.rollOut()
  expect([outcome, reason]).toEqual([
    'succeeded',
    expect.stringContaining('i-a0000001 came while the rollout was under way, and was not updated'),
  ])
  expect([...new Set(world.versions())].sort()).toEqual(['1.0.1', NEW])
  expect(world.versions()).not.toContain(OLDER)
})
