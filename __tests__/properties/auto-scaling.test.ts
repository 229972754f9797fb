import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { CallEvent } from '../../simulator/events.ts'
import type { Conclusion } from '../../src/domain/outcome.ts'
import type { Settings } from '../../src/domain/settings.ts'
import {
  AFTERMATHS,
  crash,
  died,
  FAULTS,
  FLEETS,
  type Fleet,
  leftSuspended,
  tagsOf,
} from '../support/disasters.ts'
import { askAnyServer, askEachServer } from '../support/gates.ts'
import { Invariants } from '../support/invariants.ts'
import { search } from '../support/search.ts'
import { NEW, OLD, World } from '../support/world.ts'

/** What the group, an alarm or the world does meanwhile. */
const happening = fc.record({
  kind: fc.constantFrom('scale-out', 'scale-in', 'rebalance', 'lose', 'scheduled-in'),
  atMs: fc.nat(300_000),
  server: fc.nat(7),
})

const scenario = fc
  .record({
    seed: fc.nat(),
    servers: fc.integer({ min: 3, max: 8 }),
    groups: fc.array(fc.record({ delaySeconds: fc.constantFrom(0, 30, 120) }), {
      minLength: 1,
      maxLength: 2,
    }),
    healthCheckType: fc.constantFrom('ELB' as const, 'EC2' as const),
    outOfLoadBalancer: fc.constantFrom('unhealthy' as const, 'ignored' as const),
    healthCheckEveryMs: fc.constantFrom(1_000, 7_000, 60_000),
    suspended: fc.subarray(['AZRebalance', 'HealthCheck', 'Terminate', 'ScheduledActions'] as const),
    batch: fc.nat(),
    floor: fc.nat(),
    maxFailures: fc.constantFrom(0, 0, 1),
    onFailure: fc.constantFrom('rollback' as const, 'rollback' as const, 'freeze' as const),
    bakeTimeMs: fc.constantFrom(0, 60_000),
    asked: fc.constantFrom('nobody' as const, 'each' as const, 'any' as const),
    failing: fc.option(fc.nat(7), { nil: undefined, freq: 3 }),
    cancelAtMs: fc.option(fc.nat(300_000), { nil: undefined, freq: 4 }),
    happenings: fc.array(happening, { maxLength: 4 }),
    faults: fc.constantFrom('none' as const, 'none' as const, 'broken' as const),
  })
  .map((raw) => {
    const floor = 1 + (raw.floor % (raw.servers - 1))
    return { ...raw, floor, batch: 1 + (raw.batch % (raw.servers - floor)) }
  })

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never

const BROKEN = { throttleShare: 0.2, errorShare: 0.1, resetShare: 0.1, lostReplyShare: 0.1 }

interface Played {
  readonly world: World
  readonly scene: Scenario
  readonly conclusion: Conclusion
  readonly invariants: Invariants
  readonly before: readonly string[]
  /** Of Auto Scaling's API, those that took effect. */
  readonly calls: readonly { readonly action: string; readonly at: number }[]
}

function build(scene: Scenario): World {
  const failing = scene.failing === undefined ? undefined : `i-${(scene.failing % scene.servers) + 1}00000`
  const { healthCheckType, suspended, outOfLoadBalancer, healthCheckEveryMs } = scene
  const asks = { nobody: [], each: [askEachServer(() => world)], any: [askAnyServer(() => world)] }
  const world: World = new World({
    gates: asks[scene.asked],
    ...{ seed: scene.seed, servers: scene.servers, groups: scene.groups, targetType: 'instance' },
    updateMs: (id) => ((scene.seed + id.length * 7) % 60) * 1000,
    updateFails: (id, version) => (version === NEW && id === failing ? 'exit code 3' : undefined),
    autoScaling: { healthCheckType, suspended, behaviour: { outOfLoadBalancer, healthCheckEveryMs } },
  })
  if (scene.faults === 'broken') world.autoScaling.faults = BROKEN
  return world
}

function schedule(world: World, scene: Scenario, lost: string[]): void {
  const start = world.clock.now()
  const ids = [...world.servers.keys()]
  for (const { kind, atMs, server } of scene.happenings) {
    const id = ids[server % ids.length] ?? ''
    world.clock.schedule(start + atMs, () => {
      if (kind === 'scale-out') world.autoScaling.scaleOut('web', { by: 'AlarmNotification' })
      if (kind === 'scale-in') world.autoScaling.scaleIn('web', { id, by: 'AlarmNotification' })
      if (kind === 'scheduled-in') world.autoScaling.scaleIn('web', { by: 'ScheduledActions' })
      if (kind === 'rebalance') world.autoScaling.rebalance('web')
      // More at once than the fleet can bear is nobody's doing here.
      if (kind === 'lose' && lost.length === 0 && world.servers.has(id)) {
        lost.push(id)
        world.autoScaling.lose(id)
      }
    })
  }
  if (scene.cancelAtMs === undefined) return
  world.clock.schedule(start + scene.cancelAtMs, () => world.stop({ cause: 'cancel', reason: 'cancelled' }))
}

const SMOKE = {
  nobody: {},
  each: { smoke: { url: 'http://{ip}/', status: [] } },
  any: { smoke: { url: 'http://www.example.com/', status: [], body: '{version}' } },
}

const settingsOf = (scene: Scenario): Partial<Settings> => ({
  ...SMOKE[scene.asked],
  bakeTimeMs: scene.bakeTimeMs,
  batchSizes: [{ count: scene.batch }],
  minHealthy: { count: scene.floor },
  maxFailures: { count: scene.maxFailures },
  onFailure: scene.onFailure,
})

async function play(scene: Scenario): Promise<Played> {
  const world = build(scene)
  const invariants = new Invariants(world, scene.floor)
  const lost: string[] = []
  const calls: CallEvent[] = []
  world.autoScaling.observe((event) => {
    if (event.error === undefined) calls.push(event)
  })
  const before = [...world.servers.keys()]
  schedule(world, scene, lost)
  const main = world.start({
    settings: settingsOf(scene),
  })
  const conclusion = await world.clock.run(main.ended)
  return { world, scene, conclusion, invariants, before, calls }
}

/** Terminated by the group between the call that suspended its processes and the one that resumed them. */
function replaced({ world, calls }: Played): string[] {
  const timeOf = (action: string) =>
    calls.find((call) => call.action === action)?.at ?? Number.POSITIVE_INFINITY
  const [from, to] = [timeOf('SuspendProcesses'), timeOf('ResumeProcesses')]
  const activities = world.autoScaling.activities('web')
  return activities.filter(({ at }) => at > from && at < to).map(({ instance }) => instance)
}

const leaving = (world: World): string[] =>
  world.autoScaling
    .instances('web')
    .filter(({ lifecycle }) => lifecycle !== 'InService')
    .map(({ id }) => id)

/** Alive, there from the start, neither in nor named, and not about to go by its group's doing. */
const missing = ({ world, before, conclusion }: Played): string[] =>
  before.filter(
    (id) =>
      world.servers.has(id) &&
      !world.isIn(id) &&
      !conclusion.reason.includes(id) &&
      !leaving(world).includes(id),
  )

/** A version with which nothing is wrong goes through, whatever comes meanwhile. */
function expectGood({ scene, conclusion }: Played): void {
  const { failing, cancelAtMs, happenings, faults } = scene
  const onlyComes = happenings.every(({ kind }) => kind === 'scale-out')
  if (failing !== undefined || cancelAtMs !== undefined || !onlyComes || faults !== 'none') return
  expect(conclusion).toMatchObject({ outcome: 'succeeded' })
}

function expectHonest({ world, scene, conclusion }: Played): void {
  const serving = world.serving()
  const strays = serving.filter((id) => !conclusion.reason.includes(id))
  const versions = new Set(strays.map((id) => world.servers.get(id)?.version))
  const recent = new Set(
    world.autoScaling
      .instances('web')
      .filter(({ id }) => !world.events.some((event) => event.type === 'in-service' && event.server === id))
      .map(({ id }) => id),
  )
  if (conclusion.outcome === 'succeeded' && scene.maxFailures === 0) {
    // One that has been registered since the last look is of the old version, as the plan has warned.
    const old = strays.filter((id) => world.servers.get(id)?.version !== NEW)
    expect(old.filter((id) => !recent.has(id))).toEqual([])
  }
  if (conclusion.outcome === 'rolled-back') expect([...versions]).toEqual([OLD])
}

test('with Auto Scaling in play the floor holds, no server is taken while it is out, and groups go on afterwards', async () => {
  const outcomes = new Map<string, number>()
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(scenario, async (scene) => {
      const played = await play(scene)
      const { world, conclusion } = played
      outcomes.set(conclusion.outcome, (outcomes.get(conclusion.outcome) ?? 0) + 1)
      for (const { type } of world.events) seen.add(type)
      expect(played.invariants.broken).toEqual([])
      expect(replaced(played)).toEqual([])
      expect(missing(played)).toEqual([])
      expectGood(played)
      expectHonest(played)
      await letPostFinish(played)
      expect(leftSuspended(world)).toEqual([])
    }),
    search(1 / 3),
  )
  // The search is worth nothing if it does not reach what it is about.
  expect([...outcomes.keys()]).toEqual(
    expect.arrayContaining(['failed', 'interrupted', 'rolled-back', 'succeeded']),
  )
  expect([...seen]).toEqual(
    expect.arrayContaining([
      'servers-appeared',
      'server-vanished',
      'processes-suspended',
      'processes-resumed',
    ]),
  )
}, 120_000)

const AFTER = Object.entries(AFTERMATHS)

test('a run that dies anywhere while its group scales is put right by whoever comes next', async () => {
  let deaths = 0
  await fc.assert(
    fc.asyncProperty(
      scenario,
      fc.integer({ min: 5, max: 250 }),
      fc.nat(AFTER.length - 1),
      async (scene, call, next) => {
        const world = build({ ...scene, faults: 'none' })
        const invariants = new Invariants(world, scene.floor)
        schedule(world, { ...scene, cancelAtMs: undefined }, [])
        const settings = settingsOf(scene)
        const dead = world.start({ settings })
        if (!(await died(world, dead, { call, when: call % 2 === 0 ? 'before' : 'after' }))) return
        deaths++
        const [, after] = AFTER[next] as (typeof AFTER)[number]
        const { outcome, reason } = await after(world, dead, { name: '', world: {}, settings, floor: 0 })
        expect(invariants.broken).toEqual([])
        expect(leftSuspended(world)).toEqual([])
        // A deploy that is refused has found nothing to be put right.
        const isOpen = outcome === 'refused' || reason.includes('nothing to recover')
        const out = [...world.servers.keys()].filter(
          (id) => !world.isIn(id) && !reason.includes(id) && !leaving(world).includes(id),
        )
        expect({ outcome, reason, out }).toMatchObject({ out: [] })
        if (!isOpen && !/still out|max-failures|not in/.test(reason)) expect(tagsOf(world)).toEqual([])
      },
    ),
    search(1 / 6),
  )
  expect(deaths).toBeGreaterThan(search(1 / 18).numRuns)
}, 120_000)

/** What its state says to the post step: it was cut short, or something is suspended still. */
async function letPostFinish({ world, conclusion }: Played): Promise<void> {
  if (leftSuspended(world).length === 0) return
  expect(conclusion.reason).toContain('stay suspended')
  world.forgetCancel()
  world.autoScaling.faults = {}
  const post = world.start({
    settings: { mode: 'recover' },
    rolloutId: 'r-001',
    asker: { mainNonce: '9e3779b1' },
  })
  const { reason } = await world.clock.run(post.ended)
  expect(reason).toContain('Auto Scaling goes on in web')
}

describe.each(Object.entries(FAULTS))('while %s', (_, faults) => {
  const fleet = FLEETS.at(-1) as Fleet

  test.each(Object.entries(AFTERMATHS))(
    'a run of a group of Auto Scaling that dies anywhere is put right by %s',
    async (_, after) => {
      let points = 0
      for (let call = 1; ; call += 7) {
        const when = call % 2 === 0 ? 'before' : 'after'
        const wrong = await crash({ call, when }, { fleet, after, faults: faults() })
        if (wrong === undefined) break
        expect({ call, wrong }).toEqual({ call, wrong: [] })
        points++
      }
      expect(points).toBeGreaterThan(10)
    },
    120_000,
  )
})
