import { describe, expect, test } from '@jest/globals'
import type { CallEvent } from '../../simulator/events.ts'
import type { Course } from '../../simulator/ssm/course.ts'
import type { OutList } from '../../src/domain/journal.ts'
import { createTagCalls } from '../../src/elbv2/tags.ts'
import { createJournalStore } from '../../src/journal/store.ts'
import { died, tagsOf } from '../support/disasters.ts'
import { inProcessClient } from '../support/in-process-client.ts'
import { Invariants } from '../support/invariants.ts'
import { runCommand } from '../support/ssm-place.ts'
import { NEW, type Process, World } from '../support/world.ts'

const SECOND = 1_000
const [A, B] = ['i-100000', 'i-200000']
const DENIED = /the credentials lack the permission ssm:ListCommands/

/** A run dies two seconds after an update has begun. */
async function dead(course: (id: string, version: string) => Course | undefined) {
  const world = new World({ targetType: 'instance', ssm: runCommand({ course }) })
  const invariants = new Invariants(world, 2)
  const main = world.start()
  expect(await died(world, main, { update: 1 })).toBe(true)
  return { world, invariants, main }
}

const recover = (world: World, { nonce }: Process, remoteCommands?: ReadonlyMap<string, string>) =>
  world.clock.run(
    world.start({
      settings: { mode: 'recover' },
      asker: { mainNonce: nonce },
      ...(remoteCommands === undefined ? {} : { remoteCommands }),
    }).ended,
  )

const endless: Course = { runMs: 'forever', cancelMs: 4 * SECOND }

const isIn = (world: World, id: string) =>
  world.simulator.targets(world.groupArns[0] ?? '').some((target) => target.Id === id)

describe('commands that a dead run has left running', () => {
  test('are ended, and seen to end, before their servers go back in', async () => {
    const { world, invariants, main } = await dead(() => endless)
    const calls: string[] = []
    const note = ({ action }: CallEvent) => calls.push(action)
    world.ssm.observe(note)
    world.simulator.observe((event) => event.type === 'call' && note(event))
    const { outcome, reason } = await recover(world, main)
    expect(world.ssm.commands[0]?.status.status).toBe('Cancelled')
    expect(calls.indexOf('RegisterTargets')).toBeGreaterThan(calls.lastIndexOf('ListCommandInvocations'))
    // Half updated, as after any run that has died.
    expect({ outcome, reason }).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining(`in again, but not healthy: ${A}, ${B}`),
    })
    expect(invariants.broken).toEqual([])
  })

  test('are ended by those that the post step was told, though nobody lists them', async () => {
    const { world, main } = await dead(() => endless)
    const saved = world.savedCommands()
    expect([...saved.keys()]).toEqual([A, B])
    world.ssm.faults = { onCall: (_, action) => (action === 'ListCommands' ? 'reject-before' : undefined) }
    const { reason } = await recover(world, main, saved)
    expect(reason).toContain(`still out`)
    world.ssm.faults = {}
    await recover(world, main, saved)
    expect(world.ssm.commands[0]?.status.status).toBe('Cancelled')
  })

  test('that cannot be shown to have ended keep their servers out, named, until they can', async () => {
    const stuck: Course = { runMs: 300 * SECOND, cancelMs: 'never' }
    const { world, invariants, main } = await dead((id) => (id === A ? stuck : { runMs: 60 * SECOND }))
    const { outcome, reason } = await recover(world, main)
    expect(outcome).toBe('failed')
    expect(reason).toContain(`${A}: its rollout is over, cancelled, but not seen to end`)
    expect([isIn(world, A), isIn(world, B)]).toEqual([false, true])
    expect(tagsOf(world)).toEqual(['elb-rollout:out:0'])
    await world.clock.advance(300 * SECOND)
    expect(await recover(world, main)).toMatchObject({ outcome: 'succeeded' })
    expect(isIn(world, A)).toBe(true)
    expect(tagsOf(world)).toEqual([])
    expect(invariants.broken).toEqual([])
  })

  test('keep all servers out when it may not be asked for them: the permission is named, and then all is well', async () => {
    const { world, main } = await dead(() => ({ runMs: 20 * SECOND }))
    world.ssm.faults = { deny: ['ListCommands'] }
    const { outcome, reason } = await recover(world, main)
    expect(outcome).toBe('failed')
    expect(reason).toMatch(DENIED)
    expect(reason).toContain(`${A}, ${B}`)
    expect(world.of('warned').map(({ text }) => text)).toEqual([expect.stringMatching(DENIED)])
    expect([isIn(world, A), isIn(world, B)]).toEqual([false, false])
    world.ssm.faults = {}
    await world.clock.advance(60 * SECOND)
    await recover(world, main)
    expect(world.serving()).toHaveLength(4)
  })

  test('are found by the id of the run that has sent them, also those of a rollback', async () => {
    const { world, invariants, main } = await dead(() => ({ runMs: 20 * SECOND }))
    await recover(world, main)
    world.ssm.run = () => endless
    const asker = { mainNonce: main.nonce }
    const back = world.start({ settings: { mode: 'rollback', rolloutId: main.rolloutId }, asker })
    let begun = 0
    const { onUpdate } = world
    world.onUpdate = (id) => {
      onUpdate(id)
      begun++
      world.clock.schedule(world.clock.now() + SECOND, () => back.life.end())
    }
    const death = new Promise<void>((resolve) => {
      back.life.onDeath = resolve
    })
    await world.clock.run(death)
    expect(begun).toBeGreaterThan(0)
    const [command] = world.ssm.commands
    expect(command?.options.comment).toContain(`elb-rollout ${back.rolloutId} `)
    await recover(world, back)
    expect(command?.status.status).toBe('Cancelled')
    expect(invariants.broken).toEqual([])
  })

  test('keep a deploy from updating their servers a second time', async () => {
    const stuck: Course = { runMs: 500 * SECOND, cancelMs: 'never' }
    let isStuck = true
    const { world, invariants, main } = await dead((id) =>
      id === A && isStuck ? stuck : { runMs: 5 * SECOND },
    )
    isStuck = false
    const next = world.start({ asker: { mainNonce: main.nonce } })
    const { outcome, reason } = await world.clock.run(next.ended)
    expect(outcome).toBe('failed')
    expect(reason).toContain(`nothing was rolled out: ${A}: a command of rollout r-001 still runs on it`)
    expect([isIn(world, A), isIn(world, B)]).toEqual([false, true])
    await world.clock.advance(500 * SECOND)
    const third = world.start()
    expect(await world.clock.run(third.ended)).toMatchObject({ outcome: 'succeeded' })
    expect(world.versions()).toEqual([NEW, NEW, NEW, NEW])
    expect(invariants.broken).toEqual([])
  })

  test('do not go unnoticed where nobody can end them', async () => {
    const { world, main } = await dead(() => ({ runMs: 20 * SECOND }))
    const process = world.start({
      settings: { mode: 'recover' },
      asker: { mainNonce: main.nonce },
      withoutLeftUpdates: true,
    })
    expect(await world.clock.run(process.ended)).toMatchObject({
      outcome: 'interrupted',
      reason: expect.stringContaining('nobody can end the updates of r-001'),
    })
    expect(isIn(world, A)).toBe(false)
  })
})

test('a server that was left in doubt is not put back after a cancel, when its new update could not begin', async () => {
  const lost: Course = { runMs: 'lost', unheardMs: 550 * SECOND }
  let isLost = true
  const { world, invariants, main } = await dead((id) => (id === A && isLost ? lost : { runMs: 60 * SECOND }))
  await recover(world, main)
  expect(isIn(world, A)).toBe(false)
  // Systems Manager has given it up by then.
  await world.clock.advance(900 * SECOND)
  isLost = false
  const next = world.start({ settings: { maxFailures: { count: 1 } }, asker: { mainNonce: main.nonce } })
  world.simulator.observe((event) => {
    // Gone since preflight.
    if (event.type === 'call' && event.action === 'DeregisterTargets')
      world.ssm.addNode(A, { ping: 'ConnectionLost' })
  })
  const begun = new Promise<void>((resolve) => {
    world.onUpdate = () => resolve()
  })
  await world.clock.run(begun)
  expect(world.of('update-failed')).toMatchObject([{ server: A, reason: 'its SSM agent is not online' }])
  world.stop({ cause: 'cancel', reason: 'cancelled' })
  const { outcome, reason } = await world.clock.run(next.ended)
  expect(outcome).toBe('interrupted')
  expect(reason).toContain(`an update may still be running: ${A}`)
  expect(isIn(world, A)).toBe(false)
  expect(invariants.broken).toEqual([])
})

test('the list of what is out says by whom its servers are updated, and only where that outlives a process', async () => {
  const listOf = async (ssm: boolean): Promise<OutList | undefined> => {
    const world = new World({ targetType: 'instance', ...(ssm ? { ssm: runCommand() } : {}) })
    const main = world.start()
    await died(world, main, { update: 1 })
    const { out } = await createJournalStore(createTagCalls(inProcessClient(world.simulator))).read(
      world.groupArns,
    )
    return out
  }
  expect((await listOf(true))?.remoteUpdates).toEqual(['r-001'])
  expect(await listOf(false)).not.toHaveProperty('remoteUpdates')
})
