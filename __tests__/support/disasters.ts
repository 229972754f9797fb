import type { Faults } from '../../simulator/options.ts'
import type { Conclusion } from '../../src/domain/outcome.ts'
import { Invariants } from './invariants.ts'
import { NEW, type Process, type ProcessOptions, World, type WorldOptions } from './world.ts'

/** Where a process dies: before or after a call takes effect, or in the middle of an update. */
export type Point = { readonly call: number; readonly when: 'before' | 'after' } | { readonly update: number }

export interface Fleet {
  readonly name: string
  readonly world: WorldOptions
  readonly settings: ProcessOptions['settings']
  readonly floor: number
}

export const FLEETS: readonly Fleet[] = [
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
  {
    name: 'four of an Auto Scaling group, in halves',
    world: {
      targetType: 'instance',
      autoScaling: { suspended: ['AZRebalance'], behaviour: { healthCheckEveryMs: 3_000 } },
    },
    settings: {},
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
  const ended = !(await died(world, process, point))
  return { ended, nonce: process.nonce, rolloutId: process.rolloutId }
}

/** Whether a process dies at this point; else it has ended before. */
export async function died(world: World, process: Process, point: Point): Promise<boolean> {
  const death = new Promise<true>((resolve) => {
    process.life.onDeath = () => resolve(true)
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
  return world.clock.run(Promise.race([death, process.ended.then(() => false)]))
}

const LATER_MS = 6 * 3600_000

export type After = (
  world: World,
  dead: { nonce: string; rolloutId: string },
  fleet: Fleet,
) => Promise<Conclusion>

/** What comes after the crash. */
export const AFTERMATHS: Readonly<Record<string, After>> = {
  // The runner starts it at once, and the post step ends the commands that still run.
  post: async (world, dead) => {
    await world.clock.advance(30_000)
    return world.clock.run(
      world.start({
        settings: { mode: 'recover' },
        rolloutId: dead.rolloutId,
        asker: { mainNonce: dead.nonce },
        remoteCommands: world.savedCommands(),
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

export function tagsOf(world: World): string[] {
  const keys = world.groupArns.flatMap((arn) => Object.keys(world.simulator.tags(arn)))
  return [...new Set(keys)].filter((key) => /:(owner|out):/.test(key))
}

/** What is wrong at the end; nothing, if all is well. */
export function wrongs(world: World, conclusion: Conclusion, invariants: Invariants): string[] {
  const ids = [...world.servers.keys()]
  const isNamed = (id: string) => conclusion.reason.includes(id)
  // One that a failed update has broken is in again, unhealthy, and named.
  const lost = ids.filter((id) => !world.serving().includes(id) && !(world.isIn(id) && isNamed(id)))
  const inDoubt = lost.filter((id) => isNamed(id) && world.mayBeInDoubt(id))
  return [
    ...lost.filter((id) => !inDoubt.includes(id)).map((id) => `${id} is lost`),
    // One that a failed update has broken, and that is named, is for its group to replace.
    ...world.terminated.filter((id) => !conclusion.reason.includes(id)).map((id) => `${id} was terminated`),
    ...leftSuspended(world).map((process) => `${process} is left suspended`),
    ...invariants.broken,
    // The next one who comes must know of them.
    ...tagsOf(world).flatMap((key) =>
      inDoubt.length > 0 && key.includes(':out:') ? [] : [`${key} is left on the groups`],
    ),
  ]
}

/** What runs no more, and ran before. */
export function leftSuspended(world: World): string[] {
  const { autoScaling } = world.options
  if (autoScaling === undefined) return []
  const before: readonly string[] = autoScaling.suspended ?? []
  return world.autoScaling.suspended('web').filter((process) => !before.includes(process))
}

export interface Disaster {
  readonly fleet: Fleet
  readonly after: After
  readonly faults?: Partial<Faults>
}

/** A run that dies at this point, and what comes after; undefined when it has ended before. */
export async function crash(
  point: Point,
  { fleet, after, faults = {} }: Disaster,
): Promise<string[] | undefined> {
  const world = new World({ ...fleet.world, faults })
  const invariants = new Invariants(world, fleet.floor)
  const dead = await until(world, fleet, point)
  if (dead.ended) return undefined
  const conclusion = await after(world, dead, fleet)
  // A deploy need not begin while AWS does not answer; it is not there to put things right.
  const hasBegun = world.of('unfinished-found').length > 0
  if (conclusion.outcome === 'refused' && world.lastMode === 'deploy' && !hasBegun) return invariants.broken
  return wrongs(world, await afterGivingUp(world, conclusion), invariants)
}

/** One that AWS has not answered for minutes leaves the rest to `mode: recover`, and says so. */
function afterGivingUp(world: World, conclusion: Conclusion): Promise<Conclusion> | Conclusion {
  const gaveUp = conclusion.outcome === 'interrupted' && conclusion.reason.includes('; mode: recover')
  if (!gaveUp || Object.keys(world.options.faults ?? {}).length === 0) return conclusion
  world.faults = {}
  return world.clock.run(world.start({ settings: { mode: 'recover' } }).ended)
}

/** A run that is cancelled at this time, and its post step; undefined when it has ended before. */
export async function cancel(
  atMs: number,
  { fleet, faults = {} }: Omit<Disaster, 'after'>,
): Promise<string[] | undefined> {
  const world = new World({ ...fleet.world, faults })
  const invariants = new Invariants(world, fleet.floor)
  const main = world.start(fleet.settings === undefined ? {} : { settings: fleet.settings })
  let isOver = false
  void main.ended.then(() => {
    isOver = true
  })
  await world.clock.advance(atMs)
  if (isOver) return undefined
  world.stop({ cause: 'cancel', reason: 'cancelled' })
  const cancelledAt = world.clock.now()
  const { outcome, reason } = await world.clock.run(main.ended)
  const tookMs = world.clock.now() - cancelledAt
  const late = tookMs > 7_500 ? [`it took ${tookMs} ms to end`] : []
  world.forgetCancel()
  const post = world.start({
    settings: { mode: 'recover' },
    rolloutId: main.rolloutId,
    asker: { mainNonce: main.nonce },
    remoteCommands: world.savedCommands(),
  })
  const conclusion = await world.clock.run(post.ended)
  // What main has put back needs a check or two, or minutes to be registered; nobody waits for them any more.
  await world.clock.advance(360_000)
  const both = { ...conclusion, reason: `${reason}; ${conclusion.reason}` }
  const odd = outcome === 'interrupted' ? [] : [`it ended as ${outcome}`]
  return [...late, ...odd, ...wrongs(world, both, invariants)]
}

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

/** What goes wrong with the calls meanwhile. */
export const FAULTS: Readonly<Record<string, () => Partial<Faults>>> = {
  'a tenth of the replies are lost': () => ({ lostReplyShare: 0.1 }),
  'replies take up to 20 s': () => ({ latencyMs: [50, 20_000] }),
  'reads are 3 s old': () => ({ staleReadsMs: 3_000 }),
  'storms of 30 s stop every call': storms,
  'half of all calls fail': () => ({ throttleShare: 0.2, errorShare: 0.2, resetShare: 0.1 }),
}
