import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Conclusion } from '../../src/domain/outcome.ts'
import type { Plan } from '../../src/domain/plan.ts'
import type { Settings, Size } from '../../src/domain/settings.ts'
import type { Strategy } from '../../src/domain/strategy.ts'
import { inPlace } from '../../src/strategies/in-place.ts'
import { READINGS, type Reading } from '../support/draining.ts'
import { Invariants } from '../support/invariants.ts'
import { type Probe, probe, probeFor } from '../support/probes.ts'
import { search } from '../support/search.ts'
import { NEW, OLD, World, type WorldOptions } from '../support/world.ts'

interface Scenario {
  readonly seed: number
  readonly servers: number
  readonly groups: readonly {
    ports: readonly number[]
    delaySeconds: number
    intervalSeconds: number
    slowStartSeconds: number
  }[]
  readonly targetType: 'instance' | 'ip'
  readonly balancer: 'application' | 'network'
  readonly networkDrains: 'while-lagging' | 'for-the-delay'
  readonly zones: readonly string[]
  readonly crossZone: 'true' | 'false'
  readonly reregister: Reading
  readonly batch: number
  readonly floor: number
  readonly maxFailures: number
  readonly onFailure: 'rollback' | 'freeze'
  readonly probe: Probe
  readonly timeoutMs: number | undefined
  readonly cancelAtMs: number | undefined
  readonly bakeTimeMs?: number
  readonly faults: 'none' | 'throttled' | 'broken' | 'stale'
  readonly trouble: readonly Trouble[]
}

type Trouble =
  | { readonly kind: 'update-fails' | 'unhealthy-when-new'; readonly server: number }
  | { readonly kind: 'rollback-fails'; readonly server: number }
  | { readonly kind: 'dies'; readonly server: number; readonly atMs: number; readonly forMs: number }
  | { readonly kind: 'unhealthy-at-start'; readonly server: number }

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('update-fails' as const, 'unhealthy-when-new' as const),
    server: fc.nat(11),
  }),
  fc.record({ kind: fc.constant('rollback-fails' as const), server: fc.nat(11) }),
  fc.record({ kind: fc.constant('unhealthy-at-start' as const), server: fc.nat(11) }),
  fc.record({
    kind: fc.constant('dies' as const),
    server: fc.nat(11),
    atMs: fc.nat(200_000),
    forMs: fc.nat(300_000),
  }),
)

const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    seed: fc.nat(),
    servers: fc.integer({ min: 2, max: 12 }),
    groups: fc.array(
      fc.record({
        ports: fc.constantFrom([8080], [8080, 8081]),
        delaySeconds: fc.constantFrom(0, 1, 30, 300),
        intervalSeconds: fc.constantFrom(5, 10, 30),
        slowStartSeconds: fc.constantFrom(0, 0, 0, 30),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    targetType: fc.constantFrom('instance' as const, 'ip' as const),
    balancer: fc.constantFrom('application' as const, 'application' as const, 'network' as const),
    networkDrains: fc.constantFrom('while-lagging' as const, 'for-the-delay' as const),
    zones: fc.constantFrom(['a', 'b'], ['a', 'b', 'b'], ['a', 'b', 'b', 'b', 'b']),
    crossZone: fc.constantFrom('true' as const, 'false' as const),
    reregister: fc.constantFrom(...READINGS),
    batch: fc.nat(),
    floor: fc.nat(),
    maxFailures: fc.constantFrom(0, 0, 1, 2),
    onFailure: fc.constantFrom('rollback' as const, 'rollback' as const, 'freeze' as const),
    probe,
    timeoutMs: fc.option(fc.integer({ min: 1_000, max: 600_000 }), { nil: undefined, freq: 4 }),
    bakeTimeMs: fc.constantFrom(0, 0, 20_000),
    cancelAtMs: fc.option(fc.nat(400_000), { nil: undefined, freq: 6 }),
    faults: fc.constantFrom('none' as const, 'throttled' as const, 'broken' as const, 'stale' as const),
    trouble: fc.array(trouble, { maxLength: 3 }),
  })
  .map((raw) => {
    const floor = 1 + (raw.floor % (raw.servers - 1))
    // A server that dies between our look and a call that is throttled for seconds is not our doing.
    const faults = raw.trouble.some((one) => one.kind === 'dies') ? ('none' as const) : raw.faults
    const zones = hasTwoInEach(raw.zones, raw.servers) ? raw.zones : ['a']
    return { ...raw, zones, faults, floor, batch: 1 + (raw.batch % (raw.servers - floor)) }
  })

/** Else it is refused where the zones depend on their own. */
const hasTwoInEach = (zones: readonly string[], servers: number): boolean =>
  servers >= zones.length + Math.max(0, zones.indexOf('b')) + 1

const FAULTS = {
  none: {},
  throttled: { throttleShare: 0.3 },
  broken: { throttleShare: 0.2, errorShare: 0.1, resetShare: 0.1, lostReplyShare: 0.1 },
  stale: { staleReadsMs: 3_000 },
}

function build(scene: Scenario): World {
  const named = (server: number) => server % scene.servers
  const isOne = (kind: Trouble['kind'], index: number) =>
    scene.trouble.some((one) => one.kind === kind && named(one.server) === index)
  const indexOf = (id: string) => [...world.servers.keys()].indexOf(id)
  const options: WorldOptions = {
    seed: scene.seed,
    servers: scene.servers,
    groups: scene.groups.map((group) => ({
      ...group,
      attributes: { 'load_balancing.cross_zone.enabled': scene.crossZone },
    })),
    targetType: scene.targetType,
    balancer: scene.balancer,
    zones: scene.zones,
    behaviour: { reregisterWhileDraining: scene.reregister, networkDrains: scene.networkDrains },
    updateMs: (id, version) => ((scene.seed + indexOf(id) * 7 + version.length) % 60) * 1000,
    updateFails: (id, version) => {
      if (version === NEW && isOne('update-fails', indexOf(id))) return 'exit code 3'
      if (version === OLD && isOne('rollback-fails', indexOf(id))) return 'exit code 4'
      return undefined
    },
    isHealthy: (id, version) => !(version === NEW && isOne('unhealthy-when-new', indexOf(id))),
  }
  const isInstance = scene.targetType === 'instance'
  const world: World = new World({ ...options, ...(isInstance ? probeFor(scene.probe, () => world) : {}) })
  return world
}

/** Servers die and come back by themselves; what is unhealthy at the start has been so for long. */
async function upset(world: World, scene: Scenario): Promise<void> {
  const servers = [...world.servers.values()]
  for (const one of scene.trouble) {
    const server = servers[one.server % servers.length]
    if (server === undefined) continue
    if (one.kind === 'unhealthy-at-start') server.isUp = false
    if (one.kind !== 'dies') continue
    const start = world.clock.now()
    world.clock.schedule(start + 200_000 + one.atMs, () => {
      server.isUp = false
    })
    world.clock.schedule(start + 200_000 + one.atMs + one.forMs, () => {
      server.isUp = !server.isUpdating
    })
  }
  await world.clock.advance(200_000)
}

async function play(scene: Scenario, strategy?: WorldOptions['strategy']): Promise<Played> {
  const world = build(scene)
  await upset(world, scene)
  const before = [...world.servers.keys()]
  const healthyBefore = world.serving()
  world.simulator.faults = FAULTS[scene.faults]
  const invariants = new Invariants(world, scene.floor)
  if (scene.cancelAtMs !== undefined) {
    world.clock.schedule(world.clock.now() + scene.cancelAtMs, () =>
      world.stop({ cause: 'cancel', reason: 'cancelled' }),
    )
  }
  if (strategy !== undefined) world.strategy = strategy
  const batchSizes: Size[] = [{ count: scene.batch }]
  const { onFailure, timeoutMs, bakeTimeMs = 0 } = scene
  const settings: Partial<Settings> = {
    batchSizes,
    bakeTimeMs,
    minHealthy: { count: scene.floor },
    maxFailures: { count: scene.maxFailures },
    onFailure,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }
  const conclusion = await world.rollOut(settings)
  return { world, scene, conclusion, invariants, before, healthyBefore }
}

interface Played {
  readonly world: World
  readonly scene: Scenario
  readonly conclusion: Conclusion
  readonly invariants: Invariants
  readonly before: readonly string[]
  readonly healthyBefore: readonly string[]
}

/** In at the end: registered and not draining, everywhere. Otherwise the reason must name it. */
function missing({ world, before, conclusion }: Played): string[] {
  return before.filter((id) => !world.isIn(id) && !conclusion.reason.includes(id))
}

function expectHonest({ world, scene, conclusion }: Played): void {
  const versions = new Set(world.versions())
  if (conclusion.outcome === 'succeeded' && scene.maxFailures === 0) expect([...versions]).toEqual([NEW])
  if (conclusion.outcome === 'rolled-back') expect([...versions]).toEqual([OLD])
  if (conclusion.outcome === 'rolled-back') expect(scene.onFailure).toBe('rollback')
  if (versions.size > 1 && conclusion.outcome !== 'succeeded')
    expect(['failed', 'interrupted']).toContain(conclusion.outcome)
}

describe('in-place rollouts in thousands of random fleets, settings and failures', () => {
  test('a server that is called back right after it has left is not given up on the word of an old read', async () => {
    const group = { ports: [8080, 8081], delaySeconds: 30, intervalSeconds: 10, slowStartSeconds: 0 }
    const played = await play({
      ...{ seed: 1_412_134_175, servers: 5, groups: [group], targetType: 'instance', reregister: 'reject' },
      ...{ balancer: 'application', networkDrains: 'while-lagging', zones: ['a', 'b'], crossZone: 'true' },
      ...{
        batch: 1,
        floor: 4,
        maxFailures: 0,
        onFailure: 'rollback',
        probe: { kind: 'early' },
        timeoutMs: 324_001,
      },
      ...{ cancelAtMs: undefined, faults: 'stale', trouble: [] },
    })
    expect(played.invariants.broken).toEqual([])
    expect(played.conclusion.outcome).toBe('rolled-back')
  })

  test('never break the floor, never lose a server, and say honestly how they ended', async () => {
    const outcomes = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(scenario, async (scene) => {
        const played = await play(scene)
        outcomes.set(played.conclusion.outcome, (outcomes.get(played.conclusion.outcome) ?? 0) + 1)
        expect(played.invariants.broken).toEqual([])
        expect(missing(played)).toEqual([])
        expectHonest(played)
      }),
      search(1),
    )
    // The search is worth nothing if it does not reach every kind of end.
    expect([...outcomes.keys()]).toEqual(
      expect.arrayContaining(['failed', 'interrupted', 'rolled-back', 'succeeded']),
    )
  }, 120_000)

  test('do the same when every step is done twice', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (scene) => {
        const played = await play(scene, doneTwice)
        expect(played.invariants.broken).toEqual([])
        expect(missing(played)).toEqual([])
        expectHonest(played)
      }),
      search(1 / 5),
    )
  }, 120_000)
})

const twice = (plan: Plan): Plan => ({
  ...plan,
  phases: plan.phases.map((phase) => ({ ...phase, steps: phase.steps.flatMap((step) => [step, step]) })),
})

const doneTwice: Strategy = {
  ...inPlace,
  plan: (settings, snapshot) => twice(inPlace.plan(settings, snapshot)),
  afterFailure: (settings, snapshot, progress) => twice(inPlace.afterFailure(settings, snapshot, progress)),
}
