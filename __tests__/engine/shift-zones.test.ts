import { describe, expect, test } from '@jest/globals'
import type { PairOptions } from '../support/pair.ts'
import { weights } from '../support/pair.ts'
import { PairInvariants } from '../support/pair-invariants.ts'
import { refusal } from '../support/shifts.ts'
import { World } from '../support/world.ts'

const OFF = { 'load_balancing.cross_zone.enabled': 'false' }

const zonal = (pair: PairOptions = {}): World =>
  new World({
    pair: {
      attributes: { blue: OFF, green: OFF },
      zones: { blue: ['a', 'b'], green: ['a', 'b'] },
      ...pair,
    },
  })

const HALF_EACH = { minGreen: { percent: 50 }, traffic: [{ share: 500, holdMs: 120_000 }, { share: 1_000 }] }

const setUp = (world: World, id: string, isUp: boolean) =>
  Object.assign(world.servers.get(id) ?? {}, { isUp })

describe('where cross-zone balancing is off, the traffic shifts', () => {
  test('when green can serve every zone', async () => {
    const world = zonal()
    const invariants = new PairInvariants(world, { blue: 4, green: 4 })
    expect((await world.rollOut()).outcome).toBe('succeeded')
    expect(invariants.broken).toEqual([])
    expect(weights(world)).toEqual([{ blue: 0, green: 100 }])
  })

  test('and is refused when a zone that blue serves has too few of green', async () => {
    expect(await refusal(zonal({ zones: { blue: ['a', 'b'], green: ['a', 'a', 'a', 'b'] } }))).toBe(
      'target group green has cross-zone load balancing off and 1 server in us-east-1b, and 2 must be (min-green 100%): register more there, or turn load_balancing.cross_zone.enabled on for the group',
    )
  })

  test('also when blue serves it from another one', async () => {
    const pair = { attributes: { green: OFF }, zones: { blue: ['a'], green: ['a'] } }
    expect(await refusal(zonal(pair))).toMatch(
      /^target group green .* 0 servers in us-east-1b, and 1 must be/,
    )
  })

  test('but not for a zone that nobody serves', async () => {
    const world = zonal({ zones: { blue: ['a'], green: ['a'] } })
    expect((await world.rollOut()).outcome).toBe('succeeded')
  })

  test('not before each zone is ready', async () => {
    const world = new World({
      pair: { attributes: { green: OFF }, zones: { blue: ['a', 'b'], green: ['a', 'a', 'a', 'b'] } },
      isHealthy: (id, version) => !(id === '10.0.1.14' && version === '1.0.2'),
    })
    const { outcome, reason } = await world.rollOut({ minGreen: { percent: 50 } })
    expect(outcome).toBe('rolled-back')
    expect(reason).toContain('but 0 healthy in us-east-1b, and 1 must be')
    expect(weights(world)).toEqual([{ blue: 1, green: 0 }])
  })

  test('and back when green can no longer serve one', async () => {
    const world = zonal({ zones: { blue: ['a', 'b'], green: ['a', 'a', 'a', 'b'] } })
    const invariants = new PairInvariants(world, { blue: 2, green: 2 })
    const done = world.deploy(HALF_EACH)
    while (world.of('shifted').every(({ share }) => share !== 500)) await world.clock.advance(1_000)
    setUp(world, '10.0.1.14', false)
    const { outcome, reason } = await world.clock.run(done)
    expect(outcome).toBe('rolled-back')
    expect(reason).toContain('green has 3 healthy of 4 (10.0.1.14: ')
    expect(reason).toContain('but 0 healthy in us-east-1b, and 1 must be')
    expect(weights(world)).toEqual([{ blue: 1, green: 0 }])
    expect(invariants.broken).toEqual([])
  })

  test('a rollback is refused while blue cannot serve a zone in which it has servers', async () => {
    const world = zonal()
    await world.rollOut()
    for (const id of ['10.0.0.12', '10.0.0.14']) setUp(world, id, false)
    await world.clock.advance(60_000)
    const undo = () => {
      const settings = { mode: 'rollback', rolloutId: 'latest', minGreen: { percent: 50 } } as const
      return world.clock.run(world.start({ settings, withoutVersions: true }).ended)
    }
    const refused = await undo()
    expect(refused.outcome).toBe('refused')
    expect(refused.reason).toContain(
      'but 0 healthy in us-east-1b, and 1 must be before it carries all traffic',
    )
    for (const id of ['10.0.0.12', '10.0.0.14']) setUp(world, id, true)
    await world.clock.advance(120_000)
    expect((await undo()).outcome).toBe('succeeded')
    expect(weights(world)).toEqual([{ blue: 1, green: 0 }])
  })
})
