import fc from 'fast-check'
import type { Course } from '../../simulator/ssm/course.ts'
import type { Settings, Size } from '../../src/domain/settings.ts'
import { wrongs } from './disasters.ts'
import { Invariants } from './invariants.ts'
import { runCommand } from './ssm-place.ts'
import { NEW, type ProcessOptions, World, type WorldOptions } from './world.ts'

const SECOND = 1_000
const UPDATE_TIMEOUT_MS = 120 * SECOND

/** How the agents of some servers behave, with the new version or always. */
const agent = fc.record({
  server: fc.nat(9),
  always: fc.boolean(),
  how: fc.oneof(
    fc.record({
      runMs: fc.constant('forever' as const),
      cancelMs: fc.constantFrom(100, 4_000, 'never' as const),
    }),
    fc.record({ runMs: fc.integer({ min: 0, max: 150 }), exitCode: fc.constantFrom(1, 137) }),
    fc.record({ runMs: fc.integer({ min: 20, max: 150 }), cancelMs: fc.constant('never' as const) }),
    fc.record({ runMs: fc.constant('lost' as const), unheardMs: fc.integer({ min: 1, max: 115 }) }),
    fc.record({
      deliveryMs: fc.constant('never' as const),
      waitsAs: fc.constantFrom('Pending' as const, 'InProgress' as const, 'Delayed' as const),
    }),
    fc.record({ deliveryMs: fc.integer({ min: 1, max: 110 }) }),
    fc.record({
      refused: fc.constantFrom(
        ...(['Undeliverable', 'AccessDenied', 'Terminated', 'DeliveryTimedOut', 'Failed'] as const),
      ),
    }),
  ),
})

export const scenario = fc
  .record({
    seed: fc.nat(),
    servers: fc.integer({ min: 2, max: 9 }),
    batch: fc.nat(),
    floor: fc.nat(),
    concurrency: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    maxFailures: fc.constantFrom(0, 0, 1),
    onFailure: fc.constantFrom('rollback' as const, 'rollback' as const, 'freeze' as const),
    agents: fc.array(agent, { maxLength: 2 }),
    behaviour: fc.record({
      visibleAfterMs: fc.constantFrom(0, 200, 8_000),
      deliveryTimesOutAfter: fc.constantFrom('delivery' as const, 'total' as const),
      details: fc.constantFrom('OneWord' as const, 'Two Words' as const),
      lostNodes: fc.constantFrom('refused' as const, 'accepted' as const),
    }),
    faults: fc.constantFrom('none' as const, 'throttled' as const, 'broken' as const, 'slow' as const),
    ends: fc.oneof(
      fc.record({ by: fc.constant('itself' as const) }),
      fc.record({
        by: fc.constant('death' as const),
        call: fc.integer({ min: 15, max: 160 }),
        after: fc.boolean(),
      }),
      fc.record({ by: fc.constant('cancel' as const), atSecond: fc.integer({ min: 10, max: 400 }) }),
    ),
    next: fc.constantFrom('recover' as const, 'deploy' as const, 'rollback' as const),
  })
  .map((raw) => {
    const floor = 1 + (raw.floor % (raw.servers - 1))
    return { ...raw, floor, batch: 1 + (raw.batch % (raw.servers - floor)) }
  })

export type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never

const FAULTS = {
  none: {},
  throttled: { throttleShare: 0.3 },
  broken: { throttleShare: 0.1, errorShare: 0.1, resetShare: 0.1, lostReplyShare: 0.1 },
  slow: { latencyMs: [50, 4_000] as const },
}

/** The course of the n-th server; seconds are written as such. */
function courseOf({ agents, servers }: Scenario, index: number, version: string): Course | undefined {
  const mine = agents.find(({ server, always }) => server % servers === index && (always || version === NEW))
  if (mine === undefined) return undefined
  const { how } = mine as { how: Course }
  const inMs = (value: unknown) => (typeof value === 'number' ? value * SECOND : value)
  const { runMs = 10, deliveryMs = 1, unheardMs = 0 } = how
  return {
    ...how,
    runMs: inMs(runMs),
    deliveryMs: inMs(deliveryMs),
    unheardMs: inMs(unheardMs),
  } as Course
}

/** `more`: of the world around it. */
export function build(scene: Scenario, more: WorldOptions = {}): World {
  const world: World = new World({
    ...{ seed: scene.seed, servers: scene.servers, targetType: 'instance' },
    ...more,
    updateMs: (id) => ((scene.seed + id.length + Number.parseInt(id[2] ?? '', 16)) % 40) * SECOND,
    ssm: runCommand({
      behaviour: scene.behaviour,
      course: (id, version) => courseOf(scene, [...world.servers.keys()].indexOf(id), version),
      doubtful: () => true,
    }),
  })
  return world
}

/** A rollout that ends, dies or is cancelled, whoever comes next, and a recovery later; answers what was wrong. */
export async function play(scene: Scenario) {
  const world = build(scene)
  const invariants = new Invariants(world, scene.floor)
  const { outcome, last, reason } = await playIn(world, scene)
  return { wrong: wrongs(world, { ...last, reason }, invariants), outcome }
}

/** The same in a world that is there: how the first run has ended, and the last, and all that was said. */
export async function playIn(world: World, scene: Scenario, settings: Partial<Settings> = settingsOf(scene)) {
  world.faults = FAULTS[scene.faults]
  const main = world.start({ settings })
  const first = await endOf(world, main, scene)
  world.forgetCancel()
  const next = world.start(nextOf(scene, { settings, rolloutId: main.rolloutId, nonce: main.nonce }))
  const second = await world.clock.run(next.ended)
  world.faults = {}
  // What those who are dead have left has come to its end, and whoever looks now may know.
  await world.clock.advance(3_600 * SECOND)
  const recover = world.start({ settings: { mode: 'recover' }, asker: { mainNonce: next.nonce } })
  const last = await world.clock.run(recover.ended)
  await world.clock.advance(120 * SECOND)
  const reason = [first?.reason, second.reason, last.reason].join('; ')
  return { outcome: first?.outcome, last, reason }
}

export const UPDATES = { updateTimeoutMs: UPDATE_TIMEOUT_MS }

function settingsOf({ batch, floor, maxFailures, onFailure, concurrency }: Scenario) {
  const batchSizes: Size[] = [{ count: batch }]
  return {
    ...{ batchSizes, onFailure, minHealthy: { count: floor }, maxFailures: { count: maxFailures } },
    ...UPDATES,
    ...(concurrency === undefined ? {} : { updateConcurrency: concurrency }),
  }
}

/** Undefined: it has died. */
async function endOf(world: World, { life, ended }: ReturnType<World['start']>, { ends }: Scenario) {
  const death = new Promise<undefined>((resolve) => {
    life.onDeath = () => resolve(undefined)
  })
  if (ends.by === 'death')
    life.diesAt = ({ call, when }) => call === ends.call && (when === 'after') === ends.after
  const { cancel } = world
  if (ends.by === 'cancel')
    world.clock.schedule(world.clock.now() + ends.atSecond * SECOND, () =>
      cancel.abort({ cause: 'cancel', reason: 'cancelled' }),
    )
  return world.clock.run(Promise.race([death, ended]))
}

interface First {
  readonly settings: Partial<Settings>
  readonly rolloutId: string
  readonly nonce: string
}

/** A later job of the same workflow run: it need not wait until the first one counts as gone. */
function nextOf({ next }: Scenario, { settings, rolloutId, nonce }: First): ProcessOptions {
  const asker = { mainNonce: nonce }
  if (next === 'deploy') return { settings, asker }
  if (next === 'recover') return { settings: { mode: 'recover' }, asker }
  return { settings: { ...settings, mode: 'rollback', rolloutId }, asker }
}
