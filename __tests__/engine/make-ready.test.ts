import { describe, expect, test } from '@jest/globals'
import { weights } from '../support/pair.ts'
import { gateOf, holds, ledger, SMOKE, setWeights, watchChanges } from '../support/shifts.ts'
import { NEW, OLD, World, type WorldOptions } from '../support/world.ts'

const QUICK = { settleTimeMs: 1_000, bakeTimeMs: 0 }
const GREEN = ['10.0.1.11', '10.0.1.12', '10.0.1.13', '10.0.1.14']
const sinceStart = (at: number) => at - Date.UTC(2026, 10, 23)

const worldOf = (options: Omit<WorldOptions, 'pair'> = {}): World => new World({ pair: {}, ...options })

describe('green is made ready', () => {
  test('attached at weight 0 first, since nobody checks the health of a group that is not in use', async () => {
    const world = worldOf()
    const changes = watchChanges(world)
    let atFirstUpdate: unknown
    world.onUpdate = () => {
      atFirstUpdate ??= [weights(world), changes.length]
    }
    await world.rollOut(QUICK)
    expect(changes[0]).toMatchObject({ blue: 1, green: 0 })
    expect(atFirstUpdate).toEqual([[{ blue: 1, green: 0 }], 1])
  })

  test('without a write where it is attached already', async () => {
    const world = new World({ pair: { routes: [{ green: 'attached', weight: 7 }] } })
    const changes = watchChanges(world)
    await world.rollOut(QUICK)
    expect(changes.map(({ green }) => green)).toEqual([100])
  })

  test('its version unknown in the ledger before its servers are touched; that of blue is known', async () => {
    const world = worldOf()
    await world.rollOut(QUICK)
    const seen: unknown[] = []
    world.onUpdate = () => seen.push([holds(world, 'blue'), holds(world, 'green')])
    await world.rollOut({ ...QUICK, version: '1.0.3', previousVersion: NEW })
    // By now the roles are the other way round: blue is updated.
    expect(new Set(seen.map((one) => `${one}`))).toEqual(new Set([`unknown,${NEW}`]))
    expect([holds(world, 'blue'), holds(world, 'green')]).toEqual(['1.0.3', NEW])
  })

  test('all of its servers are updated at once, each once, and none of blue', async () => {
    const world = worldOf()
    await world.rollOut(QUICK)
    const updates = world.of('update-started')
    expect(updates.map(({ server }) => server)).toEqual(GREEN)
    expect(new Set(updates.map(({ at }) => at)).size).toBe(1)
    expect(world.versions()).toEqual([OLD, OLD, OLD, OLD, NEW, NEW, NEW, NEW])
  })

  test('without an update command nothing is updated', async () => {
    const world = worldOf()
    const { updateCommand: _, ...whole } = world.settings(QUICK)
    const { outcome } = await world.clock.run(world.start({ whole }).ended)
    expect([outcome, world.of('update-started')]).toEqual(['succeeded', []])
    expect(weights(world)).toEqual([{ blue: 0, green: 100 }])
  })

  test('healthy for healthy-for without a break before it gets anything', async () => {
    const world = worldOf()
    const changes = watchChanges(world)
    await world.rollOut({ ...QUICK, healthyForMs: 120_000 })
    const states = world.events.filter(({ type }) => type === 'update-succeeded').map(({ at }) => at)
    const shifted = changes.find(({ green }) => green > 0)?.at ?? 0
    expect(shifted).toBeGreaterThanOrEqual(sinceStart(Math.max(...states)) + 120_000)
    expect(shifted).toBeLessThan(sinceStart(Math.max(...states)) + 140_000)
  })
})

describe('min-green', () => {
  const oneSick = (): World => worldOf({ isHealthy: (id, version) => !(version === NEW && id === GREEN[0]) })

  test('100%: one that never becomes healthy ends the rollout before anything is shifted', async () => {
    const world = oneSick()
    const changes = watchChanges(world)
    const { outcome, reason } = await world.rollOut({ ...QUICK, healthTimeoutMs: 60_000 })
    expect(outcome).toBe('rolled-back')
    expect(reason).toMatch(
      /^green has 3 healthy of 4 \(10\.0\.1\.11: unhealthy on port 8080 .*\), and 4 must be/,
    )
    expect(reason).toMatch(/1\.0\.1 \(blue\) carries all traffic$/)
    expect(changes.every(({ green }) => green === 0)).toBe(true)
  })

  test('75%: three are enough, and the fourth is named', async () => {
    const world = oneSick()
    const { outcome } = await world.rollOut({ ...QUICK, minGreen: { percent: 75 } })
    expect(outcome).toBe('succeeded')
    expect(world.of('ready')[0]).toMatchObject({ least: 3, unready: ['10.0.1.11'] })
  })

  test('is a share of those of blue that are healthy', async () => {
    const world = new World({
      pair: { blue: 4, green: 2, routes: [{ green: 'attached' }] },
      isHealthy: (id) => !['10.0.0.11', '10.0.0.12'].includes(id),
    })
    await world.clock.advance(120_000)
    const { outcome } = await world.rollOut(QUICK)
    expect(outcome).toBe('succeeded')
    expect(world.of('ready')[0]?.least).toBe(2)
    expect(world.of('warned').map(({ text }) => text)).toEqual([
      expect.stringContaining('blue, to which a rollback would go, has 2 healthy of 4'),
    ])
  })
})

describe('a failed update', () => {
  test('of one server ends it before anything is shifted, and green is unknown from then on', async () => {
    const world = worldOf({ updateFails: (id) => (id === GREEN[1] ? 'exit code 3' : undefined) })
    const changes = watchChanges(world)
    const { outcome, reason } = await world.rollOut(QUICK)
    expect([outcome, reason]).toEqual([
      'rolled-back',
      '10.0.1.12: update failed: exit code 3; 1.0.1 (blue) carries all traffic',
    ])
    expect(changes.filter(({ green }) => green > 0)).toEqual([])
    expect([holds(world, 'blue'), holds(world, 'green')]).toEqual([OLD, 'unknown'])
    expect(ledger(world, 'green')).toContain('outcome=rolled-back')
  })
})

describe('the smoke test before the shift', () => {
  test('of each server: asked for all of them, with the new version', async () => {
    const gate = gateOf('server', () => false)
    const world = worldOf({ gates: [gate] })
    let askedBefore: unknown[] = []
    world.simulator.observe((event) => {
      if (event.type === 'actions' && weights(world)[0]?.green === 100) askedBefore = [...gate.asked]
    })
    await world.rollOut({ ...QUICK, smoke: SMOKE.server })
    expect(askedBefore).toEqual(GREEN.map((server) => ({ server, version: NEW })))
  })

  test('of each server: one no stops it before anybody is sent there', async () => {
    const world = worldOf({ gates: [gateOf('server', () => true)] })
    const changes = watchChanges(world)
    const { outcome, reason } = await world.rollOut({ ...QUICK, smoke: SMOKE.server })
    expect(outcome).toBe('rolled-back')
    expect(reason).toContain('10.0.1.11: smoke test failed: status 500')
    expect(changes.filter(({ green }) => green > 0)).toEqual([])
  })

  test('of the service: through the port of a test listener, which shows green', async () => {
    const gate = gateOf('service', () => true)
    const world: World = new World({ pair: { routes: [{}, { on: 'own-listener' }] }, gates: [gate] })
    const [, testing = ''] = world.routeArns
    setWeights(world, testing, { blue: 0, green: 1 })
    const changes = watchChanges(world)
    const smoke = { ...SMOKE.version, url: 'http://www.example.com:81/health' }
    const { outcome, reason } = await world.rollOut({ ...QUICK, testListenerArns: [testing], smoke })
    expect([outcome, reason]).toEqual([
      'rolled-back',
      'smoke test: status 500; 1.0.1 (blue) carries all traffic',
    ])
    expect(changes.filter(({ green }) => green > 0)).toEqual([])
  })

  test('of the service: not before the shift where no listener shows green', async () => {
    const gate = gateOf('service', () => false)
    const world = worldOf({ gates: [gate] })
    let before = -1
    world.simulator.observe((event) => {
      if (event.type === 'actions' && weights(world)[0]?.green === 100) before = gate.asked.length
    })
    const { outcome } = await world.rollOut({ ...QUICK, smoke: SMOKE.service })
    expect([outcome, before]).toEqual(['succeeded', 0])
    expect(gate.asked.length).toBeGreaterThan(0)
  })
})
