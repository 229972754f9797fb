import { describe, expect, test } from '@jest/globals'
import type { Course } from '../../simulator/ssm/course.ts'
import type { OutList } from '../../src/domain/journal.ts'
import { createTagCalls } from '../../src/elbv2/tags.ts'
import { createJournalStore } from '../../src/journal/store.ts'
import { died, leftSuspended } from '../support/disasters.ts'
import { inProcessClient } from '../support/in-process-client.ts'
import { runCommand } from '../support/ssm-place.ts'
import { World } from '../support/world.ts'

const SECOND = 1_000
const A = 'i-100000'

const worldWith = (course: (id: string) => Course | undefined = () => undefined): World =>
  new World({ targetType: 'instance', autoScaling: {}, ssm: runCommand({ course, doubtful: () => true }) })

async function listIn(world: World): Promise<OutList | undefined> {
  const store = createJournalStore(createTagCalls(inProcessClient(world.simulator)))
  return (await store.read(world.groupArns)).out
}

const recover = (world: World, mainNonce: string) =>
  world.clock.run(world.start({ settings: { mode: 'recover' }, asker: { mainNonce } }).ended)

/** A deploy that dies after the first call of which it holds. */
async function diesWhen(holds: (list: OutList | undefined, world: World) => boolean) {
  for (let call = 5; call < 200; call++) {
    const world = worldWith()
    const main = world.start()
    if (!(await died(world, main, { call, when: 'after' }))) break
    const list = await listIn(world)
    if (holds(list, world)) return { world, main, list }
  }
  throw new Error('it never holds')
}

describe('a list that only tells of what is suspended names no commands: a recovery asks nobody for them', () => {
  const isQuiet = (list: OutList | undefined) => list?.servers.length === 0

  test.each([
    ['before the first batch', (list: OutList | undefined) => isQuiet(list)],
    ['between two batches', (list: OutList | undefined) => isQuiet(list) && list?.batch === 1],
  ])('%s', async (_, holds) => {
    const { world, main, list } = await diesWhen(holds)
    expect(list).not.toHaveProperty('remoteUpdates')
    world.ssm.faults = { deny: ['ListCommands'] }
    const before = world.clock.now()
    expect(await recover(world, main.nonce)).toMatchObject({ outcome: 'succeeded' })
    expect(world.clock.now() - before).toBeLessThan(20 * SECOND)
    expect(leftSuspended(world)).toEqual([])
  })
})

test('a server in doubt stays known by who has sent its command, when the next run suspends', async () => {
  const lost: Course = { runMs: 'lost', unheardMs: 550 * SECOND }
  let isLost = true
  const world = worldWith((id) => (id === A && isLost ? lost : { runMs: 60 * SECOND }))
  const first = world.start()
  expect(await died(world, first, { update: 1 })).toBe(true)
  expect((await recover(world, first.nonce)).reason).toContain('still out')
  // Systems Manager has given it up by then.
  await world.clock.advance(900 * SECOND)
  isLost = false
  const next = world.start({ asker: { mainNonce: first.nonce } })
  const suspended = new Promise<void>((resolve) => {
    next.life.onDeath = resolve
  })
  next.life.diesAt = ({ action, when }) => action === 'SuspendProcesses' && when === 'before'
  await world.clock.run(suspended)
  const list = await listIn(world)
  expect(list?.servers.map(({ id }) => id)).toEqual([A])
  expect(list?.remoteUpdates).toContain(first.rolloutId)
  await recover(world, next.nonce)
  expect(leftSuspended(world)).toEqual([])
})
