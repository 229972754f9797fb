import { describe, expect, test } from '@jest/globals'
import type { Faults } from '../../simulator/options.ts'
import type { Conclusion } from '../../src/domain/outcome.ts'
import { Invariants } from '../support/invariants.ts'
import { NEW, type ProcessOptions, World, type WorldOptions } from '../support/world.ts'

/** Where a process dies: before or after a call takes effect, or in the middle of an update. */
type Point = { readonly call: number; readonly when: 'before' | 'after' } | { readonly update: number }

interface Fleet {
  readonly name: string
  readonly world: WorldOptions
  readonly settings: ProcessOptions['settings']
  readonly floor: number
}

const FLEETS: readonly Fleet[] = [
  { name: 'two in ones', world: { servers: 2 }, settings: { batchSizes: [{ count: 1 }] }, floor: 1 },
  {
    name: 'four in halves, two groups',
    world: { groups: [{ delaySeconds: 30 }, { delaySeconds: 5 }] },
    settings: {},
    floor: 2,
  },
  {
    name: 'five in twos, whose second batch fails',
    world: {
      servers: 5,
      targetType: 'instance',
      updateFails: (id, version) => (version === NEW && id.startsWith('i-3') ? 'exit code 3' : undefined),
    },
    settings: { batchSizes: [{ count: 2 }] },
    floor: 3,
  },
  {
    name: 'three whose drain a command ends',
    world: {
      servers: 3,
      targetType: 'instance',
      groups: [{ delaySeconds: 60 }],
      behaviour: { reregisterWhileDraining: 'ignore' },
      drainProbe: { isDrained: async () => true },
    },
    settings: { batchSizes: [{ count: 1 }] },
    floor: 2,
  },
]

/** Runs until it dies or ends; answers how far it came. */
async function until(
  world: World,
  fleet: Fleet,
  point: Point,
): Promise<{ ended: boolean; nonce: string; rolloutId: string }> {
  const process = world.start(fleet.settings === undefined ? {} : { settings: fleet.settings })
  const died = new Promise<false>((resolve) => {
    process.life.onDeath = () => resolve(false)
  })
  if ('call' in point) process.life.diesAt = ({ call, when }) => call === point.call && when === point.when
  else {
    let updates = 0
    const { onUpdate } = world
    world.onUpdate = (id) => {
      onUpdate(id)
      if (++updates === point.update)
        world.clock.schedule(world.clock.now() + 2_000, () => process.life.end())
    }
  }
  const ended = await world.clock.run(Promise.race([died, process.ended.then(() => true)]))
  return { ended, nonce: process.nonce, rolloutId: process.rolloutId }
}

const LATER_MS = 6 * 3600_000

type After = (world: World, dead: { nonce: string; rolloutId: string }, fleet: Fleet) => Promise<Conclusion>

/** What comes after the crash. */
const AFTERMATHS: Readonly<Record<string, After>> = {
  // The runner starts it at once, and the post step ends the commands that still run.
  post: async (world, dead) => {
    await world.clock.advance(30_000)
    return world.clock.run(
      world.start({
        settings: { mode: 'recover' },
        rolloutId: dead.rolloutId,
        asker: { mainNonce: dead.nonce },
      }).ended,
    )
  },
  'the next deploy': async (world, _, fleet) => {
    await world.clock.advance(LATER_MS)
    return world.clock.run(world.deploy(fleet.settings))
  },
  'recover, later': async (world) => {
    await world.clock.advance(LATER_MS)
    return world.clock.run(world.start({ settings: { mode: 'recover' } }).ended)
  },
  'recover, which waits': async (world) =>
    world.clock.run(world.start({ settings: { mode: 'recover' } }).ended),
}

function tagsOf(world: World): string[] {
  const keys = world.groupArns.flatMap((arn) => Object.keys(world.simulator.tags(arn)))
  return [...new Set(keys)].filter((key) => /:(owner|out):/.test(key))
}

const isIn = (world: World, id: string): boolean =>
  world.groupArns.every((arn) =>
    world.simulator.targets(arn).some((target) => target.Id === id && target.State !== 'draining'),
  )

async function crash(
  fleet: Fleet,
  point: Point,
  after: After,
  faults: Partial<Faults> = {},
): Promise<boolean> {
  const world = new World({ ...fleet.world, faults })
  const invariants = new Invariants(world, fleet.floor)
  const dead = await until(world, fleet, point)
  if (dead.ended) return false
  const conclusion = await after(world, dead, fleet)
  const where = JSON.stringify({ fleet: fleet.name, point, conclusion })
  // One that a failed update has broken is in again, unhealthy, and named.
  const missing = [...world.servers.keys()].filter(
    (id) => !world.serving().includes(id) && !(isIn(world, id) && conclusion.reason.includes(id)),
  )
  expect({ where, missing }).toEqual({ where, missing: [] })
  expect({ where, broken: invariants.broken }).toEqual({ where, broken: [] })
  expect({ where, tags: tagsOf(world) }).toEqual({ where, tags: [] })
  return true
}

describe.each(FLEETS.map((fleet) => [fleet.name, fleet] as const))('a run of %s that dies', (_, fleet) => {
  test.each(Object.entries(AFTERMATHS))(
    'before or after any call: %s puts everything right',
    async (_, after) => {
      let points = 0
      for (let call = 1; ; call++) {
        const before = await crash(fleet, { call, when: 'before' }, after)
        const later = await crash(fleet, { call, when: 'after' }, after)
        points += Number(before) + Number(later)
        if (!before && !later) break
      }
      expect(points).toBeGreaterThan(80)
    },
    120_000,
  )

  test.each(Object.entries(AFTERMATHS))(
    'in the middle of any update: %s puts everything right',
    async (_, after) => {
      let points = 0
      while (await crash(fleet, { update: points + 1 }, after)) points++
      expect(points).toBeGreaterThanOrEqual(2)
    },
    120_000,
  )
})

/** A storm every two minutes, as when somebody else uses up the account's calls. */
const storms = (): Partial<Faults> => {
  let first: number | undefined
  return {
    onCall: (_, __, now) => {
      first ??= now
      return (now - first) % 120_000 > 90_000 ? 'reject-before' : undefined
    },
  }
}

describe.each<[string, () => Partial<Faults>]>([
  ['a tenth of the replies are lost', () => ({ lostReplyShare: 0.1 })],
  ['replies take up to 20 s', () => ({ latencyMs: [50, 20_000] })],
  ['reads are 3 s old', () => ({ staleReadsMs: 3_000 })],
  ['storms of 30 s stop every call', storms],
  ['half of all calls fail', () => ({ throttleShare: 0.2, errorShare: 0.2, resetShare: 0.1 })],
])('while %s', (_, faults) => {
  const [fleet] = FLEETS as [Fleet]

  test.each(Object.entries(AFTERMATHS))(
    'a run that dies anywhere is put right by %s',
    async (_, after) => {
      let points = 0
      for (let call = 1; ; call += 5) {
        const when = call % 2 === 0 ? 'before' : 'after'
        if (!(await crash(fleet, { call, when }, after, faults()))) break
        points++
      }
      expect(points).toBeGreaterThan(10)
    },
    120_000,
  )

  test('one that is left alone ends well', async () => {
    const world = new World({ ...fleet.world, faults: faults() })
    const invariants = new Invariants(world, fleet.floor)
    expect(await world.rollOut(fleet.settings)).toMatchObject({ outcome: 'succeeded' })
    expect(invariants.broken).toEqual([])
    expect(tagsOf(world)).toEqual([])
  })
})
