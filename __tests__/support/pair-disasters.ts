import type { Faults } from '../../simulator/options.ts'
import type { Conclusion } from '../../src/domain/outcome.ts'
import type { Settings } from '../../src/domain/settings.ts'
import { died, leftSuspended, type Point, tagsOf } from './disasters.ts'
import { type PairOptions, weights } from './pair.ts'
import { type Least, PairInvariants } from './pair-invariants.ts'
import { NEW, type ProcessOptions, World, type WorldOptions } from './world.ts'

/** A blue-green rollout that may meet a disaster. */
export interface PairFleet {
  readonly name: string
  readonly world: Omit<WorldOptions, 'pair'> & { readonly pair: PairOptions }
  readonly settings: Partial<Settings>
  readonly least: Least
  /** What has happened before, such as a hold that is to be promoted. */
  readonly before?: (world: World) => Promise<unknown>
}

const STEPS = [{ share: 100, holdMs: 20_000 }, { share: 1000 }]
const QUICK = { settleTimeMs: 10_000, bakeTimeMs: 10_000 }
const PAIR: PairOptions = { blue: 2, green: 2, intervalSeconds: 5 }

export const PAIR_FLEETS: readonly PairFleet[] = [
  {
    name: 'two routes in steps',
    world: { pair: { ...PAIR, routes: [{ weight: 7 }, { weight: 100, auth: 'oidc', on: 'own-listener' }] } },
    settings: { ...QUICK, traffic: STEPS },
    least: { blue: 2, green: 2 },
  },
  {
    name: 'one route, whose second step fails',
    world: {
      pair: { ...PAIR, routes: [{ weight: 3, green: 'attached', stickySeconds: 60 }] },
      isHealthy: (id, version) => !(version === NEW && id.endsWith('12') && carriesTraffic()),
    },
    settings: { ...QUICK, traffic: STEPS },
    least: { blue: 2, green: 2 },
  },
  {
    name: 'a hold that is promoted',
    world: { pair: { ...PAIR, routes: [{ weight: 5 }, { weight: 9 }] } },
    before: (world) => world.rollOut({ ...QUICK, traffic: [{ share: 100 }] }),
    settings: { ...QUICK, mode: 'promote', traffic: [{ share: 500 }, { share: 1000 }] },
    least: { blue: 2, green: 2 },
  },
  {
    name: 'a rollback of a rollout that went well',
    world: { pair: { ...PAIR, routes: [{ weight: 5 }, { weight: 9 }] } },
    before: (world) => world.rollOut({ ...QUICK }),
    settings: { ...QUICK, mode: 'rollback', rolloutId: 'latest' },
    least: { blue: 2, green: 2 },
  },
  {
    name: 'a rollback from a hold',
    world: { pair: { ...PAIR, routes: [{ weight: 5 }] } },
    before: (world) => world.rollOut({ ...QUICK, traffic: [{ share: 100 }] }),
    settings: { ...QUICK, mode: 'rollback', rolloutId: 'latest' },
    least: { blue: 2, green: 2 },
  },
  {
    name: 'green of an Auto Scaling group',
    world: {
      pair: { ...PAIR, targetType: 'instance', routes: [{ weight: 5, green: 'attached' }] },
      autoScaling: { suspended: ['AZRebalance'] },
    },
    settings: { ...QUICK, traffic: STEPS },
    least: { blue: 2, green: 2 },
  },
]

/** Set while a world is played in which green breaks as soon as it carries traffic. */
let current: World | undefined
const carriesTraffic = (): boolean => current !== undefined && weights(current).some(({ green }) => green > 0)

export type PairAfter = (world: World, dead: { nonce: string; rolloutId: string }) => Promise<Conclusion>

const LATER_MS = 6 * 3600_000

/** Nothing but the ARNs of the groups is known to those who come. */
const bare = (mode: Settings['mode'], change: Partial<Settings> = {}): ProcessOptions => ({
  settings: { ...QUICK, strategy: 'in-place', mode, ...change },
  withoutVersions: true,
})

export const PAIR_AFTERMATHS: Readonly<Record<string, PairAfter>> = {
  post: async (world, dead) => {
    await world.clock.advance(30_000)
    const asker = { mainNonce: dead.nonce }
    return world.clock.run(world.start({ ...bare('recover'), rolloutId: dead.rolloutId, asker }).ended)
  },
  'recover, later': async (world) => {
    await world.clock.advance(LATER_MS)
    return world.clock.run(world.start(bare('recover')).ended)
  },
  'recover of one of the groups, which waits': async (world) => {
    const targetGroupArns = world.groupArns.slice(0, 1)
    return world.clock.run(world.start(bare('recover', { targetGroupArns })).ended)
  },
  'the next deploy': async (world) => {
    await world.clock.advance(LATER_MS)
    return world.clock.run(world.deploy({ ...QUICK, version: '1.0.4' }))
  },
  'a rollback to before': async (world) =>
    world.clock.run(world.start(bare('rollback', { rolloutId: 'latest' })).ended),
}

/** A run that dies at this point, and what comes after; undefined when it has ended before. */
export async function crashPair(
  point: Point,
  given: { readonly fleet: PairFleet; readonly after: PairAfter; readonly faults?: Partial<Faults> },
): Promise<string[] | undefined> {
  const { fleet, after, faults = {} } = given
  const { world, invariants, home, held } = await stageFor(fleet, faults)
  const main = world.start({ settings: fleet.settings, withoutVersions: fleet.settings.mode !== undefined })
  if (!(await died(world, main, point))) return undefined
  const { outcome, reason } = await after(world, { nonce: main.nonce, rolloutId: main.rolloutId })
  // A deploy need not begin where something is held, or while AWS does not answer; it is not there to put things right.
  if (outcome === 'refused' && after === PAIR_AFTERMATHS['the next deploy']) return invariants.broken
  return [
    ...invariants.broken,
    ...wrongWeights(world, [home, held]),
    ...leftTags(world, reason),
    ...leftSuspended(world),
    ...world.terminated,
  ]
}

/** A run that is cancelled at this time, and its post step; undefined when it has ended before. */
export async function cancelPair(atMs: number, fleet: PairFleet): Promise<string[] | undefined> {
  const { world, invariants, home, held } = await stageFor(fleet, {})
  const main = world.start({ settings: fleet.settings, withoutVersions: fleet.settings.mode !== undefined })
  let isOver = false
  void main.ended.then(() => {
    isOver = true
  })
  await world.clock.advance(atMs)
  if (isOver) return undefined
  world.stop({ cause: 'cancel', reason: 'cancelled' })
  const cancelledAt = world.clock.now()
  const { outcome } = await world.clock.run(main.ended)
  const tookMs = world.clock.now() - cancelledAt
  world.forgetCancel()
  const post = PAIR_AFTERMATHS.post as PairAfter
  const { reason } = await post(world, { nonce: main.nonce, rolloutId: main.rolloutId })
  return [
    ...(tookMs > 7_500 ? [`it took ${tookMs} ms to end`] : []),
    ...(outcome === 'interrupted' ? [] : [`it ended as ${outcome}`]),
    ...invariants.broken,
    ...wrongWeights(world, [home, held]),
    ...leftTags(world, reason),
    ...leftSuspended(world),
    ...world.terminated,
  ]
}

async function stageFor(fleet: PairFleet, faults: Partial<Faults>) {
  const world = new World(fleet.world)
  current = world
  const home = JSON.stringify(weights(world))
  await fleet.before?.(world)
  const held = JSON.stringify(weights(world))
  const invariants = new PairInvariants(world, fleet.least)
  world.simulator.faults = faults
  return { world, invariants, home, held }
}

/** The other way round where a second rollout has followed. */
const FINAL = [
  { blue: 0, green: 100 },
  { blue: 100, green: 0 },
]

/** All as they were before the rollout, or before the process; or all where it was to lead. */
export function wrongWeights(world: World, allowed: readonly string[]): string[] {
  const now = weights(world)
  const isFinal = FINAL.some((final) => now.every((one) => JSON.stringify(one) === JSON.stringify(final)))
  return isFinal || allowed.includes(JSON.stringify(now)) ? [] : [`the weights are ${JSON.stringify(now)}`]
}

/** The entry of one who had changed nothing stays where nobody looks for it, until it is overdue. */
export function leftTags(world: World, reason: string): string[] {
  if (/nothing to (?:undo|recover)|had changed nothing/.test(reason)) return []
  return tagsOf(world)
    .filter((key) => key.includes(':owner'))
    .map((key) => `${key} is left on the groups, after: ${reason}`)
}
