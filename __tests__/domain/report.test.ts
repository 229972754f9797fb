import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Event } from '../../src/domain/events.ts'
import type { Report, ReportFacts } from '../../src/domain/report.ts'
import { reportOf } from '../../src/domain/report.ts'
import type { Settings } from '../../src/domain/settings.ts'
import { NEW, OLD, World, type WorldOptions } from '../support/world.ts'

const facts: ReportFacts = {
  ...{ rolloutId: 'r-001', mode: 'deploy', strategy: 'in-place', version: NEW, previousVersion: OLD },
  ...{ targetGroupArns: [], startedAt: Date.UTC(2026, 10, 23) },
}

interface Told {
  readonly world: World
  readonly report: Report
}

async function tell(options: WorldOptions, settings: Partial<Settings> = {}): Promise<Told> {
  const world = new World(options)
  const conclusion = await world.rollOut(settings)
  const events: Event[] = [...world.events, { type: 'ended', at: world.clock.now(), ...conclusion }]
  return { world, report: reportOf({ ...facts, mode: settings.mode ?? 'deploy' }, events) }
}

const placesIn = (fleet: Report['before'], group = 0) =>
  Object.fromEntries(fleet?.groups[group]?.servers.map(({ id, place }) => [id, place]) ?? [])

const versionsIn = (fleet: Report['before'], group = 0) => [
  ...new Set(fleet?.groups[group]?.servers.map(({ version }) => version)),
]

const isFailing = (server: string) => (id: string, version: string) =>
  id === server && version === NEW ? 'exit code 3' : undefined

describe('the fleet in a report', () => {
  test('runs one version before, and another after', async () => {
    const { report } = await tell({ servers: 4, groups: [{}, { ports: [9090] }] })
    expect(report.before?.loadBalancers).toEqual([{ name: 'web', kind: 'application' }])
    expect(report.before?.groups.map(({ name }) => name)).toEqual(['group-0', 'group-1'])
    expect(versionsIn(report.before)).toEqual([OLD])
    expect(versionsIn(report.after)).toEqual([NEW])
    expect(new Set(Object.values(placesIn(report.after, 1)))).toEqual(new Set(['serving']))
    expect(report.before?.groups[0]?.servers[0]).toMatchObject({ id: '10.0.0.11', zone: 'us-east-1a' })
  })

  test('is as it was when nothing was changed', async () => {
    const { report } = await tell({}, { dryRun: true })
    expect(report.before?.groups[0]?.servers).toHaveLength(4)
    expect(report.after).toBeUndefined()
  })

  test('has servers that failed out, and does not say what they run', async () => {
    const { report, world } = await tell({ updateFails: isFailing('10.0.0.13') }, { onFailure: 'freeze' })
    expect(placesIn(report.after)).toEqual({
      '10.0.0.11': 'serving',
      '10.0.0.12': 'serving',
      '10.0.0.13': 'out',
      '10.0.0.14': 'serving',
    })
    const serving = Object.entries(placesIn(report.after)).filter(([, place]) => place === 'serving')
    expect(serving.map(([id]) => id)).toEqual(world.serving())
    const [, , failed] = report.after?.groups[0]?.servers ?? []
    expect(failed).toMatchObject({ reason: 'update failed: exit code 3' })
    expect(failed).not.toHaveProperty('version')
  })

  test('of a pair has its shares, before and after', async () => {
    const { report } = await tell({ pair: {} }, { traffic: [{ share: 100 }] })
    expect(report.before?.groups.map(({ share }) => share)).toEqual([1000, 0])
    expect(report.after?.groups.map(({ share }) => share)).toEqual([900, 100])
    expect([0, 1].map((group) => versionsIn(report.after, group))).toEqual([[OLD], [NEW]])
    expect(new Set(Object.values(placesIn(report.after, 1)))).toEqual(new Set(['serving']))
    // The other group forwards to nobody yet.
    expect(new Set(Object.values(placesIn(report.before, 1)))).toEqual(new Set(['idle']))
  })

  test('of a pair has green’s servers unhealthy when they never were ready', async () => {
    const { report } = await tell(
      { pair: {}, isHealthy: (_, version) => version !== NEW },
      { healthTimeoutMs: 60_000 },
    )
    expect([0, 1].map((group) => [...new Set(Object.values(placesIn(report.after, group)))])).toEqual([
      ['serving'],
      ['unhealthy'],
    ])
  })

  test('does not say shares that nobody knows', () => {
    const at = facts.startedAt
    const group = (name: string) => ({ name, targets: 0, healthy: 0, servers: [] })
    const events: Event[] = [
      { type: 'observed', groups: [group('blue'), group('green')], loadBalancers: [], at },
      { type: 'routes-found', blue: 'blue', green: 'green', routes: [], share: 0, at },
      {
        ...{
          type: 'phase-started',
          phase: 'shift',
          direction: 'forward',
          version: NEW,
          servers: [],
          share: 500,
        },
        ...{ batch: 1, batches: 1, at },
      },
      { type: 'shifting', share: 500, at },
    ]
    const report = reportOf(facts, events)
    expect(report.traffic?.isSure).toBe(false)
    expect(report.after?.groups.map(({ share }) => share)).toEqual([undefined, undefined])
    const seen = reportOf(facts, [...events, { type: 'shifted', share: 500, routes: 1, at }])
    expect(seen.after?.groups.map(({ share }) => share)).toEqual([500, 500])
  })

  test('has what an earlier rollout had left out', async () => {
    const world = new World()
    const dead = world.start()
    world.onUpdate = () => dead.life.end()
    await world.clock.run(world.clock.sleep(60 * 60_000))
    const from = world.events.length
    const conclusion = await world.clock.run(
      world.start({ settings: { mode: 'recover' }, withoutVersions: true }).ended,
    )
    const events: Event[] = [
      ...world.events.slice(from),
      { type: 'ended', at: world.clock.now(), ...conclusion },
    ]
    const report = reportOf({ ...facts, mode: 'recover', version: '', strategy: '' }, events)
    expect(report.unfinished).toEqual({ rolloutId: 'r-001', version: NEW })
    expect(Object.values(placesIn(report.before)).filter((place) => place === 'out')).toHaveLength(2)
    expect(new Set(Object.values(placesIn(report.after)))).toEqual(new Set(['serving']))
  })
})

describe('the phases of a report', () => {
  test('have their steps, with their times, and how they ended', async () => {
    const { report } = await tell({ updateFails: isFailing('10.0.0.13') })
    const [first, second, back] = report.phases
    expect(first?.steps.map(({ kind, end }) => `${kind} ${end}`)).toEqual([
      'reserve-capacity done',
      'deregister done',
      'await-drained done',
      'update done',
      'register done',
      'await-healthy done',
    ])
    expect(second?.steps.at(-1)).toMatchObject({ kind: 'update', servers: 2, end: 'failed' })
    expect(second?.stoppedBy).toBe('failure')
    expect(second?.servers.find(({ id }) => id === '10.0.0.13')).toMatchObject({ failedIn: 'update' })
    expect(back?.direction).toBe('rollback')
    for (const { steps } of report.phases)
      for (const { startedAt, endedAt = 0 } of steps) expect(endedAt).toBeGreaterThanOrEqual(startedAt)
  })

  test('that were cancelled are no failures', async () => {
    const world = new World()
    world.onUpdate = () => world.stop({ cause: 'cancel', reason: 'cancelled' })
    const conclusion = await world.rollOut()
    const report = reportOf(facts, [...world.events, { type: 'ended', at: world.clock.now(), ...conclusion }])
    expect(report.phases[0]?.stoppedBy).toBe('cancel')
    expect(report.phases[0]?.steps.at(-1)?.end).toBe('cut short')
  })
})

describe('the verdicts of a report', () => {
  test('are in order, with the phase and the evidence', async () => {
    const gate = (verdict: 'pass' | 'fail') => ({
      ...{ name: 'smoke test', scope: 'server' as const },
      check: async () => ({ verdict, evidence: `status ${verdict}` }),
    })
    const { report } = await tell(
      { gates: [gate('pass')] },
      { smoke: { url: 'http://{ip}/', status: [{ from: 200, to: 399 }] } },
    )
    expect(report.verdicts).toHaveLength(4)
    expect(report.verdicts[0]).toMatchObject({
      gate: 'smoke test',
      verdict: 'pass',
      evidence: 'status pass',
      phase: 0,
    })
    expect(report.verdicts.map(({ phase }) => phase)).toEqual([0, 0, 1, 1])
  })
})

describe('the time by cause', () => {
  test('is that of the steps', async () => {
    const { report } = await tell({ servers: 2 })
    expect(report.time).toEqual({ drain: 60_000, update: 10_000, health: 40_000, waiting: 3_000, calls: 0 })
  })

  test('sums up to the whole, however a run goes and ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          servers: fc.integer({ min: 2, max: 8 }),
          seed: fc.nat(1_000),
          isPair: fc.boolean(),
          fails: fc.boolean(),
          cancelAfterMs: fc.option(fc.integer({ min: 0, max: 200_000 })),
          seen: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        async ({ servers, seed, isPair, fails, cancelAfterMs, seen }) => {
          const world = new World({
            seed,
            ...(isPair ? { pair: { blue: servers, green: servers } } : { servers }),
            updateFails: (id, version) =>
              fails && version === NEW && id.endsWith('2') ? 'exit code 3' : undefined,
          })
          const run = world.deploy()
          if (cancelAfterMs !== null)
            void world.clock
              .sleep(cancelAfterMs)
              .then(() => world.stop({ cause: 'cancel', reason: 'cancelled' }))
          const conclusion = await world.clock.run(run)
          const events: Event[] = [...world.events, { type: 'ended', at: world.clock.now(), ...conclusion }]
          for (const some of [events, events.slice(0, Math.ceil(events.length * seen))]) {
            const { time, endedAt } = reportOf(facts, some)
            const sum = Object.values(time).reduce((total, ms) => total + ms, 0)
            expect(sum).toBe(endedAt - facts.startedAt)
            for (const ms of Object.values(time)) expect(ms).toBeGreaterThanOrEqual(0)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
