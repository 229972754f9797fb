import { describe, expect, test } from '@jest/globals'
import { NEW, OLD, World } from '../support/world.ts'

const BAKE = { bakeTimeMs: 60_000 }

/** One of the servers falls ill as soon as all of them run the new version. */
function fleetWithPatient(): World {
  const isBaking = () => world.of('phase-started').some(({ phase }) => phase === 'bake')
  const isPatient = (id: string) => id === [...world.servers.keys()][1]
  const world: World = new World({
    isHealthy: (id, version) => !(version === NEW && isPatient(id) && isBaking()),
  })
  return world
}

describe('the bake of an in-place rollout', () => {
  test('passes when nobody objects, and is no batch', async () => {
    const world = new World({})
    const { outcome } = await world.rollOut(BAKE)
    expect(outcome).toBe('succeeded')
    const [first, second, bake] = world.of('phase-started')
    expect([first?.batch, first?.batches, second?.batch, bake?.phase]).toEqual([1, 2, 2, 'bake'])
    const lastIn = world.of('phase-ended')[1]?.at ?? 0
    expect((world.events.at(-1)?.at ?? 0) - lastIn).toBeGreaterThanOrEqual(BAKE.bakeTimeMs)
  })

  test('a server that falls ill in it fails the rollout', async () => {
    const world = fleetWithPatient()
    const { outcome, reason } = await world.rollOut(BAKE)
    expect([outcome, new Set(world.versions())]).toEqual(['rolled-back', new Set([OLD])])
    expect(reason).toMatch(
      /^10\.0\.0\.12 fell ill: unhealthy on port 8080 \(.+\); 1\.0\.1 serves on all 4 servers$/,
    )
  })

  test('as many as may fail may fall ill', async () => {
    const world = fleetWithPatient()
    expect((await world.rollOut({ ...BAKE, maxFailures: { count: 1 } })).outcome).toBe('succeeded')
  })

  test('but not so many that the floor breaks', async () => {
    const isBaking = () => world.of('phase-started').some(({ phase }) => phase === 'bake')
    const world: World = new World({
      isHealthy: (id, version) => !(version === NEW && isBaking() && id !== [...world.servers.keys()][0]),
    })
    const change = { minHealthy: { count: 3 }, maxFailures: { count: 3 }, batchSizes: [{ count: 1 }] }
    const { outcome, reason } = await world.rollOut({ bakeTimeMs: 300_000, ...change })
    expect(['rolled-back', 'failed']).toContain(outcome)
    expect(reason).toContain('fell ill')
  })

  test('the way back does not bake', async () => {
    const world = new World({})
    await world.rollOut()
    const settings = { mode: 'rollback', rolloutId: 'latest', ...BAKE } as const
    const back = await world.clock.run(world.start({ settings }).ended)
    expect(back.outcome).toBe('succeeded')
    expect(world.of('phase-started').map(({ phase }) => phase)).not.toContain('bake')
  })

  test('a smoke test goes on in it', async () => {
    const asked: number[] = []
    const world: World = new World({
      gates: [
        {
          name: 'smoke',
          scope: 'service',
          async check() {
            asked.push(world.clock.now())
            return { verdict: 'pass', evidence: 'fine' }
          },
        },
      ],
    })
    const smoke = { url: 'http://www.example.com/', status: [{ from: 200, to: 399 }] }
    expect((await world.rollOut({ ...BAKE, smoke })).outcome).toBe('succeeded')
    const bakeFrom = world.of('phase-started').at(-1)?.at ?? 0
    expect(asked.filter((at) => at > bakeFrom).length).toBeGreaterThan(5)
  })
})

test('a service that answers with the wrong version is found though no server passes its health checks', async () => {
  const world = new World({
    isHealthy: () => false,
    gates: [
      {
        name: 'smoke',
        scope: 'service',
        check: async () => ({ verdict: 'fail', evidence: '1.0.1 answered' }),
      },
    ],
  })
  await world.clock.advance(60_000)
  const smoke = { url: 'http://www.example.com/', status: [{ from: 200, to: 399 }], body: '{version}' }
  const { outcome, reason } = await world.rollOut({ smoke, healthTimeoutMs: 30_000 })
  expect(outcome).not.toBe('succeeded')
  expect(reason).toContain('smoke: 1.0.1 answered')
})
