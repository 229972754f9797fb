import { describe, expect, test } from '@jest/globals'
import { weights } from '../support/pair.ts'
import { everyRoute, gateOf, SMOKE, setWeights, watchChanges, whenGreenHas } from '../support/shifts.ts'
import { NEW, World, type WorldOptions } from '../support/world.ts'

const QUICK = { settleTimeMs: 10_000, bakeTimeMs: 0 }
const worldOf = (options: Omit<WorldOptions, 'pair'> = {}): World => new World({ pair: {}, ...options })

describe('the weights of a share are exact', () => {
  test.each([
    [100, { blue: 90, green: 10 }],
    [5, { blue: 995, green: 5 }],
    [333, { blue: 667, green: 333 }],
    [999, { blue: 1, green: 999 }],
    [1, { blue: 999, green: 1 }],
    [500, { blue: 50, green: 50 }],
    [1000, { blue: 0, green: 100 }],
  ])('%d thousandths', async (share, expected) => {
    const world = new World({ pair: { routes: [{ weight: 7 }, { weight: 999, on: 'own-listener' }] } })
    const { outcome } = await world.rollOut({ ...QUICK, traffic: [{ share }] })
    expect(outcome).toBe(share === 1000 ? 'succeeded' : 'held')
    expect(weights(world)).toEqual([expected, expected])
  })
})

describe('the steps', () => {
  const traffic = [{ share: 5, holdMs: 60_000 }, { share: 333 }, { share: 1000 }]

  test('come one after the other, each held for its time, or for settle-time', async () => {
    const world = worldOf()
    const changes = watchChanges(world)
    const { outcome } = await world.rollOut({ ...QUICK, bakeTimeMs: 20_000, traffic })
    const end = world.clock.now() - Date.UTC(2026, 10, 23)
    const [, one, two, three] = changes
    expect(outcome).toBe('succeeded')
    expect(changes.map(({ green }) => green)).toEqual([0, 5, 333, 100])
    expect([two, three].map((step) => step?.at)).toEqual([(one?.at ?? 0) + 60_000, (one?.at ?? 0) + 70_000])
    expect(end).toBe((three?.at ?? 0) + 30_000)
  })

  test('a hold shorter than settle-time lasts for settle-time', async () => {
    const world = worldOf()
    const changes = watchChanges(world)
    await world.rollOut({ ...QUICK, traffic: [{ share: 100, holdMs: 1_000 }, { share: 1000 }] })
    const [one, two] = changes.filter(({ green }) => green > 0)
    expect((two?.at ?? 0) - (one?.at ?? 0)).toBe(10_000)
  })

  test('move all routes, on several listeners, each from its own weight', async () => {
    const routes = [{ weight: 7 }, { weight: 3 }, { weight: 999, on: 'own-listener' as const }]
    const world = new World({ pair: { routes } })
    const { outcome } = await world.rollOut({ ...QUICK, traffic })
    expect(outcome).toBe('succeeded')
    expect(weights(world)).toEqual(everyRoute(world, 0, 100))
    expect(world.of('shifted').map(({ share, routes: count }) => [share, count])).toEqual([
      [0, 3],
      [5, 3],
      [333, 3],
      [1000, 3],
    ])
  })

  test('do not begin when green has sunk below min-green since the last look of the hold', async () => {
    const world = worldOf()
    const changes = watchChanges(world)
    const [, TargetGroupArn = ''] = world.groupArns
    const Targets = [{ Id: '10.0.1.12', Port: 8080 }]
    const takeOut = () => void world.simulator.call('DeregisterTargets', { TargetGroupArn, Targets })
    // The hold looks at 0, 5 and 10 s.
    whenGreenHas(world, 10, takeOut, 11_000)
    const traffic = [{ share: 100, holdMs: 12_000 }, { share: 1000 }]
    const { outcome, reason } = await world.rollOut({ ...QUICK, traffic })
    expect(outcome).toBe('rolled-back')
    expect(reason).toBe('green has 3 healthy of 3, and 4 must be; 1.0.1 (blue) carries all traffic')
    expect(world.of('step-failed').map(({ step }) => step)).toEqual(['await-ready'])
    expect(changes.map(({ green }) => green)).toEqual([0, 10, 0])
  })
})

describe('gates while the traffic stays where it is', () => {
  const traffic = [{ share: 100, holdMs: 60_000 }, { share: 1000 }]

  test('of each server: asked all through every hold', async () => {
    const gate = gateOf('server', () => false)
    const world = worldOf({ gates: [gate] })
    await world.rollOut({ ...QUICK, traffic, smoke: SMOKE.server })
    // 4 before, then each second of 60 s and 10 s.
    expect(gate.asked.length).toBeGreaterThanOrEqual(4 + 4 * 60 + 4 * 10)
  })

  test('of the service: what it answers before the change has settled does not count', async () => {
    const world: World = worldOf({ gates: [gateOf('service', () => isBad())] })
    const shifted = { at: Number.POSITIVE_INFINITY }
    whenGreenHas(world, 10, () => Object.assign(shifted, { at: world.clock.now() }))
    const isBad = () => world.clock.now() < shifted.at + 9_999 && world.clock.now() >= shifted.at
    const { outcome } = await world.rollOut({ ...QUICK, traffic, smoke: SMOKE.service })
    expect(outcome).toBe('succeeded')
  })

  test.each([0, 1, 100, 1_000])(
    'of the service: asked at every share, also when calls take %d ms',
    async (latencyMs) => {
      const world: World = worldOf({ gates: [gateOf('service', () => isBad())], faults: { latencyMs } })
      const isBad = () => weights(world)[0]?.green === 10
      const changes = watchChanges(world)
      const steps = [{ share: 100 }, { share: 1000 }]
      const { outcome } = await world.rollOut({ ...QUICK, traffic: steps, smoke: SMOKE.service })
      expect([outcome, Math.max(...changes.map(({ green }) => green))]).toEqual(['rolled-back', 10])
    },
  )

  test('of the service: three times no in a row brings the traffic back', async () => {
    const world: World = worldOf({ gates: [gateOf('service', () => isBad())] })
    const isBad = () => (weights(world)[0]?.green ?? 0) > 0
    const changes = watchChanges(world)
    const { outcome, reason } = await world.rollOut({ ...QUICK, traffic, smoke: SMOKE.service })
    expect([outcome, reason]).toEqual([
      'rolled-back',
      'smoke test failed: status 500; 1.0.1 (blue) carries all traffic',
    ])
    const [there, back] = changes.slice(1)
    expect((back?.at ?? 0) - (there?.at ?? 0)).toBeLessThanOrEqual(10_000 + 3_000)
    expect(back).toMatchObject({ blue: 1, green: 0 })
  })

  test('once or twice no is asked again, also at the very end of a hold', async () => {
    let noes = 2
    const world: World = worldOf({ gates: [gateOf('service', () => isBad())] })
    const isBad = () => weights(world)[0]?.green === 10 && world.clock.now() >= end && noes-- > 0
    let end = Number.POSITIVE_INFINITY
    whenGreenHas(world, 10, () => {
      end = world.clock.now() + 60_000
    })
    const { outcome } = await world.rollOut({ ...QUICK, traffic, smoke: SMOKE.service })
    expect([outcome, noes <= 0]).toEqual(['succeeded', true])
  })

  test('a text with {version} is asked for only at 100%, or of a listener that shows green', async () => {
    const gate = gateOf('service', () => false)
    const shares: number[] = []
    const world: World = new World({
      pair: { routes: [{}, { on: 'own-listener' }] },
      gates: [{ ...gate, check: (subject, signal) => noting(gate.check(subject, signal)) }],
    })
    const noting = <T>(answer: T): T => {
      shares.push(weights(world)[0]?.green ?? 0)
      return answer
    }
    const [, testing = ''] = world.routeArns
    setWeights(world, testing, { blue: 0, green: 1 })
    await world.rollOut({ ...QUICK, traffic, smoke: SMOKE.version, testListenerArns: [testing] })
    expect(new Set(shares)).toEqual(new Set([100]))
    shares.length = 0
    const smoke = { ...SMOKE.version, url: 'http://www.example.com:81/' }
    setWeights(world, testing, { blue: 1, green: 0 })
    await world.rollOut({ ...QUICK, traffic, smoke, version: '1.0.3', testListenerArns: [testing] })
    // The other way round by now: 100 is blue's share before, 90 that of the old version at 10%.
    expect(new Set(shares)).toEqual(new Set([100, 90, 0]))
  })

  test('a look that a hundred servers need does not slow down the gate of the service', async () => {
    const world: World = new World({
      pair: { blue: 100, green: 100 },
      gates: [gateOf('service', () => isBad())],
    })
    const isBad = () => (weights(world)[0]?.green ?? 0) > 0
    const changes = watchChanges(world)
    await world.rollOut({ ...QUICK, traffic, smoke: SMOKE.service })
    const [there, back] = changes.slice(1)
    expect((back?.at ?? 0) - (there?.at ?? 0)).toBeLessThanOrEqual(10_000 + 5_000)
  })

  test('one of green that dies in a hold brings the traffic back', async () => {
    const world = worldOf()
    const server = world.servers.get('10.0.1.13')
    whenGreenHas(world, 100, () => Object.assign(server ?? {}, { isUp: false }), 20_000)
    const { outcome, reason } = await world.rollOut({ ...QUICK, bakeTimeMs: 300_000 })
    expect(outcome).toBe('rolled-back')
    expect(reason).toMatch(/^green has 3 healthy of 4 \(10\.0\.1\.13: unhealthy on port 8080/)
    expect(weights(world)).toEqual([{ blue: 1, green: 0 }])
    expect(world.servers.get('10.0.1.11')?.version).toBe(NEW)
  })
})
