import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Conclusion } from '../../src/domain/outcome.ts'
import type { Gate } from '../../src/domain/ports.ts'
import { leastFor } from '../../src/domain/readiness.ts'
import type { Settings } from '../../src/domain/settings.ts'
import type { TrafficStep } from '../../src/domain/traffic.ts'
import { WHOLE, weightsFor } from '../../src/domain/traffic.ts'
import { tagsOf } from '../support/disasters.ts'
import { type PairOptions, type RouteOptions, weights } from '../support/pair.ts'
import { PairInvariants } from '../support/pair-invariants.ts'
import { search } from '../support/search.ts'
import { NEW, World } from '../support/world.ts'

interface Scenario {
  readonly seed: number
  readonly blue: number
  readonly green: number
  readonly zones: { readonly blue: readonly string[]; readonly green: readonly string[] }
  readonly zonal: 'neither' | 'green' | 'both'
  readonly routes: readonly RouteOptions[]
  readonly stickyTargets: 'none' | 'blue' | 'green'
  readonly traffic: readonly TrafficStep[]
  readonly minGreen: number
  readonly settleTimeMs: number
  readonly bakeTimeMs: number
  readonly updates: 'by command' | 'by others'
  readonly onFailure: 'rollback' | 'freeze'
  readonly faults: keyof typeof FAULTS
  readonly trouble: Trouble | undefined
  readonly timeoutMs: number | undefined
  readonly cancelAtMs: number | undefined
}

type Trouble =
  | { readonly kind: 'update-fails' | 'unhealthy-when-new'; readonly server: number }
  | { readonly kind: 'dies'; readonly server: number; readonly atMs: number }
  | { readonly kind: 'objection'; readonly scope: 'server' | 'service'; readonly from: number }
  | { readonly kind: 'denied'; readonly action: 'ModifyRule' | 'ModifyListener'; readonly afterCalls: number }

const FAULTS = {
  none: {},
  throttled: { throttleShare: 0.3 },
  broken: { throttleShare: 0.2, errorShare: 0.1, resetShare: 0.1, lostReplyShare: 0.1 },
  stale: { staleReadsMs: 3_000, staleRulesMs: 3_000 },
}

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('update-fails' as const, 'unhealthy-when-new' as const),
    server: fc.nat(7),
  }),
  fc.record({ kind: fc.constant('dies' as const), server: fc.nat(7), atMs: fc.nat(200_000) }),
  fc.record({
    kind: fc.constant('objection' as const),
    scope: fc.constantFrom('server' as const, 'service' as const),
    from: fc.nat(200_000),
  }),
  fc.record({
    kind: fc.constant('denied' as const),
    action: fc.constantFrom('ModifyRule' as const, 'ModifyListener' as const),
    afterCalls: fc.nat(60),
  }),
)

const route: fc.Arbitrary<RouteOptions> = fc.record(
  {
    weight: fc.integer({ min: 1, max: 999 }),
    green: fc.constantFrom('attached' as const, 'unattached' as const),
    stickySeconds: fc.integer({ min: 1, max: 604_800 }),
    others: fc.nat(3),
    auth: fc.constantFrom('none' as const, 'oidc' as const, 'jwt' as const),
    on: fc.constantFrom('own-listener' as const, 'first-listener' as const),
  },
  { requiredKeys: [] },
)

const traffic: fc.Arbitrary<TrafficStep[]> = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: WHOLE - 1 }), { maxLength: 3 }),
    fc.boolean(),
    fc.array(fc.option(fc.nat(60_000), { nil: undefined }), { minLength: 4, maxLength: 4 }),
  )
  .map(([shares, endsWhole, holds]) => {
    const rising = shares.sort((a, b) => a - b)
    const all = endsWhole || rising.length === 0 ? [...rising, WHOLE] : rising
    return all.map((share, index) => {
      const holdMs = holds[index]
      return holdMs === undefined ? { share } : { share, holdMs }
    })
  })

const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    seed: fc.nat(),
    blue: fc.integer({ min: 1, max: 6 }),
    green: fc.integer({ min: 1, max: 8 }),
    zones: fc.record({
      blue: fc.constantFrom(['a'], ['a', 'b'], ['a', 'a', 'b']),
      green: fc.constantFrom(['a', 'b'], ['a', 'b'], ['b', 'a', 'a']),
    }),
    zonal: fc.constantFrom('neither' as const, 'green' as const, 'both' as const),
    routes: fc.array(route, { minLength: 1, maxLength: 5 }),
    stickyTargets: fc.constantFrom('none' as const, 'none' as const, 'blue' as const, 'green' as const),
    traffic,
    minGreen: fc.constantFrom(30, 50, 100, 100),
    settleTimeMs: fc.constantFrom(0, 5_000, 30_000),
    bakeTimeMs: fc.constantFrom(0, 20_000),
    updates: fc.constantFrom('by command' as const, 'by command' as const, 'by others' as const),
    onFailure: fc.constantFrom('rollback' as const, 'rollback' as const, 'freeze' as const),
    faults: fc.constantFrom('none' as const, 'throttled' as const, 'broken' as const, 'stale' as const),
    trouble: fc.option(trouble, { nil: undefined }),
    timeoutMs: fc.option(fc.integer({ min: 1_000, max: 300_000 }), { nil: undefined, freq: 4 }),
    cancelAtMs: fc.option(fc.nat(200_000), { nil: undefined, freq: 4 }),
  })
  // A server that dies between our look and a call that is throttled for seconds is not our doing.
  .map((raw) => (raw.trouble?.kind === 'dies' ? { ...raw, faults: 'none' as const } : raw))

interface Played {
  readonly world: World
  readonly scene: Scenario
  readonly before: ReturnType<typeof weights>
  readonly conclusion: Conclusion
  readonly invariants: PairInvariants
}

function build(scene: Scenario): World {
  const { trouble: given, routes, blue, green } = scene
  const isOne = (kind: Trouble['kind'], id: string) =>
    given?.kind === kind && 'server' in given && id === `10.0.1.${(given.server % green) + 11}`
  const sticky = { 'stickiness.enabled': 'true', 'stickiness.type': 'lb_cookie' }
  const off = { 'load_balancing.cross_zone.enabled': 'false' }
  const attributes = {
    blue: {
      ...(scene.stickyTargets === 'blue' ? sticky : {}),
      ...(scene.zonal === 'both' ? off : {}),
    },
    green: {
      ...(scene.stickyTargets === 'green' ? sticky : {}),
      ...(scene.zonal === 'neither' ? {} : off),
    },
  }
  // Blue alone may have target stickiness without the group's; two groups in an action may not.
  const { zones } = scene
  const pair: PairOptions = { blue, green, attributes, zones, routes: routes.map((one) => legal(one, scene)) }
  const world: World = new World({
    seed: scene.seed,
    pair,
    updateMs: (id, version) => ((scene.seed + id.length * 7 + version.length) % 40) * 1000,
    updateFails: (id) => (isOne('update-fails', id) ? 'exit code 3' : undefined),
    isHealthy: (id, version) => !(version === NEW && isOne('unhealthy-when-new', id)),
    gates: gatesOf(scene, () => world.clock.now()),
  })
  return world
}

function legal(route: RouteOptions, { stickyTargets }: Scenario): RouteOptions {
  const isAlone = route.green !== 'attached' && (route.others ?? 0) === 0
  if (stickyTargets === 'none' || route.stickySeconds !== undefined) return route
  return isAlone ? route : { ...route, stickySeconds: 30 }
}

function gatesOf({ trouble: given }: Scenario, now: () => number): Gate[] {
  if (given?.kind !== 'objection') return []
  const from = now0 + given.from
  const check: Gate['check'] = async () =>
    now() < from ? { verdict: 'pass', evidence: 'fine' } : { verdict: 'fail', evidence: 'status 500' }
  return [{ name: 'a gate', scope: given.scope, check }]
}

const now0 = Date.UTC(2026, 10, 23)
const SMOKE = { server: 'http://{ip}/', service: 'http://www.example.com/' }

async function play(scene: Scenario): Promise<Played> {
  const world = build(scene)
  const before = weights(world)
  const invariants = new PairInvariants(world, {
    blue: 1,
    green: leastFor({ percent: scene.minGreen }, scene.blue),
  })
  world.simulator.faults = FAULTS[scene.faults]
  upset(world, scene)
  const conclusion = await world.rollOut(settingsOf(world, scene))
  return { world, scene, before, conclusion, invariants }
}

function upset(world: World, { trouble: given, cancelAtMs, green, faults }: Scenario): void {
  const start = world.clock.now()
  if (cancelAtMs !== undefined) {
    const { cancel } = world
    world.clock.schedule(start + cancelAtMs, () => cancel.abort({ cause: 'cancel', reason: 'cancelled' }))
  }
  if (given?.kind === 'dies') {
    const server = world.servers.get(`10.0.1.${(given.server % green) + 11}`)
    world.clock.schedule(start + given.atMs, () => {
      if (server !== undefined) server.isUp = false
    })
  }
  if (given?.kind === 'denied') {
    const onCall = (n: number) => {
      if (n === given.afterCalls) world.simulator.faults = { ...FAULTS[faults], deny: [given.action], onCall }
      return undefined
    }
    world.simulator.faults = { ...FAULTS[faults], onCall }
  }
}

function settingsOf(world: World, scene: Scenario): Partial<Settings> {
  const { traffic: steps, minGreen, settleTimeMs, bakeTimeMs, onFailure, timeoutMs, trouble: given } = scene
  const smoke =
    given?.kind === 'objection'
      ? { smoke: { url: SMOKE[given.scope], status: [{ from: 200, to: 399 }] } }
      : {}
  const { updateCommand: _, ...settings } = world.settings({
    ...{ traffic: steps, minGreen: { percent: minGreen }, settleTimeMs, bakeTimeMs, onFailure, ...smoke },
    healthTimeoutMs: 60_000,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
  return scene.updates === 'by command'
    ? { ...settings, updateCommand: 'true' }
    : { ...settings, ...NO_COMMAND }
}

const NO_COMMAND = { updateCommand: undefined } as unknown as Partial<Settings>

const ownersIn = (world: World) => tagsOf(world).filter((key) => key.includes(':owner:'))

/** No time may be left to give the claim back: where a cancel meets an API that fails, the post step does it. */
const isCutShort = ({ world, scene, conclusion }: Played) =>
  conclusion.outcome === 'interrupted' || (world.cancel.signal.aborted && scene.faults !== 'none')

function expectHonest({ world, scene, before, conclusion }: Played): void {
  const now = weights(world)
  const at = (share: number) => world.routeArns.map(() => weightsFor(share))
  const last = scene.traffic.at(-1)?.share ?? 0
  const { outcome, reason } = conclusion
  if (outcome === 'succeeded') {
    expect([last, now]).toEqual([WHOLE, at(WHOLE)])
    expect(reason).toContain('1.0.2 (green) carries all traffic')
  } else if (outcome === 'held') {
    expect(last).toBeLessThan(WHOLE)
    expect(now).toEqual(at(last))
  } else if (outcome === 'rolled-back' || outcome === 'refused') {
    expect(now).toEqual(before)
  } else {
    const isHome = JSON.stringify(now) === JSON.stringify(before)
    expect([isHome, reason]).toEqual([
      isHome,
      expect.stringMatching(
        isHome
          ? /carries all traffic|routes may|before anything|may be left/
          : /% of the traffic|routes may|\(green\) carries all/,
      ),
    ])
  }
}

describe('blue-green rollouts over random routes, weights, stickiness, groups, failures', () => {
  test('keep what is not theirs, never point at what cannot serve, and say honestly how they ended', async () => {
    const outcomes = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(scenario, async (scene) => {
        const played = await play(scene)
        const { outcome } = played.conclusion
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        expect(played.invariants.broken).toEqual([])
        expectHonest(played)
        if (!isCutShort(played)) expect(ownersIn(played.world)).toEqual([])
        await expectUndoable(played)
      }),
      search(1 / 2),
    )
    // The search is worth nothing if it does not reach every kind of end.
    expect([...outcomes.keys()]).toEqual(
      expect.arrayContaining(['failed', 'held', 'interrupted', 'refused', 'rolled-back', 'succeeded']),
    )
  }, 240_000)
})

/** A fresh process that knows the groups and types `latest` brings back the very weights; a second time it changes nothing. */
async function expectUndoable({ world, before, conclusion }: Played): Promise<void> {
  if (conclusion.outcome === 'refused') return
  world.simulator.faults = {}
  world.forgetCancel()
  for (const server of world.servers.values()) server.isUp = true
  await world.clock.advance(6 * 3600_000)
  const settings = {
    mode: 'rollback',
    rolloutId: 'latest',
    strategy: 'in-place',
    minGreen: { count: 1 },
  } as const
  const back = await world.clock.run(world.start({ settings, withoutVersions: true }).ended)
  const hasWritten = !back.reason.startsWith('nothing is written')
  expect([back, weights(world)]).toEqual([
    expect.objectContaining({ outcome: hasWritten ? 'succeeded' : 'refused' }),
    before,
  ])
  const changes: string[] = []
  world.simulator.observe((event) => {
    if (event.type === 'call' && event.action.startsWith('Modify')) changes.push(event.action)
  })
  const again = await world.clock.run(world.start({ settings, withoutVersions: true }).ended)
  expect([again.outcome, changes]).toEqual([back.outcome, []])
}
