import { describe, expect, test } from '@jest/globals'
import type { Gate } from '../../src/domain/ports.ts'
import { askAnyServer, askEachServer } from '../support/gates.ts'
import { NEW, OLD, World, type WorldOptions } from '../support/world.ts'

const BAKE = { bakeTimeMs: 60_000 }
const SMOKE = { url: 'http://www.example.com/', status: [{ from: 200, to: 399 }] }
const ASKS_VERSION = { ...SMOKE, body: '{version}' }

const worldWith = (options: WorldOptions = {}): World =>
  new World({ targetType: 'instance', autoScaling: {}, ...options })

const at = (world: World, seconds: number, happens: () => void) =>
  world.clock.schedule(world.clock.now() + seconds * 1000, happens)

const whenBaking = (world: World, happens: () => void) => {
  const look = () =>
    world.of('phase-started').some(({ phase }) => phase === 'bake') ? happens() : at(world, 1, look)
  at(world, 1, look)
}

const phases = (world: World) =>
  world.of('phase-started').map(({ phase, batch, batches }) => [phase, batch, batches])

describe('the bake of a fleet that scales', () => {
  test('begins when the servers that have appeared are updated too', async () => {
    const world = worldWith()
    at(world, 20, () => world.autoScaling.scaleOut('web', { count: 2 }))
    expect(await world.rollOut(BAKE)).toEqual({
      outcome: 'succeeded',
      reason: '1.0.2 runs on all 6 servers',
    })
    // Two at the start, one for those that have appeared: numbered on.
    expect(phases(world)).toEqual([
      ['batch', 1, 2],
      ['batch', 2, 2],
      ['batch', 3, 3],
      ['bake', 3, 3],
    ])
  })

  test('does not mind a server that vanishes', async () => {
    const world = worldWith()
    whenBaking(world, () => world.autoScaling.lose('i-200000'))
    expect(await world.rollOut(BAKE)).toEqual({
      outcome: 'succeeded',
      reason: '1.0.2 runs on all 3 servers; gone meanwhile: i-200000',
    })
  })

  test('nor one that has vanished before it, and been replaced', async () => {
    const world = worldWith()
    at(world, 20, () => {
      world.autoScaling.lose('i-400000')
      world.autoScaling.scaleOut('web')
    })
    const conclusion = await world.rollOut({
      ...BAKE,
      minHealthy: { percent: 75 },
      batchSizes: [{ count: 1 }],
    })
    expect(conclusion).toEqual({
      outcome: 'succeeded',
      reason: '1.0.2 runs on all 4 servers; gone meanwhile: i-400000',
    })
  })

  test('nor one that vanishes while each is asked', async () => {
    const world: World = worldWith({ gates: [askEachServer(() => world)] })
    whenBaking(world, () => world.autoScaling.lose('i-200000'))
    const smoke = { ...SMOKE, url: 'http://{ip}/' }
    expect(await world.rollOut({ ...BAKE, smoke })).toMatchObject({ outcome: 'succeeded' })
  })

  test('sees a server fall ill, though another has appeared', async () => {
    const isBaking = () => world.of('phase-started').some(({ phase }) => phase === 'bake')
    const world: World = worldWith({
      isHealthy: (id, version) => !(id === 'i-200000' && version === NEW && isBaking()),
    })
    whenBaking(world, () => world.autoScaling.scaleOut('web', { count: 2 }))
    const { outcome, reason } = await world.rollOut(BAKE)
    expect([outcome, reason]).toEqual([
      'rolled-back',
      expect.stringContaining('i-200000 fell ill: unhealthy'),
    ])
  })

  test('is followed by an update of those that appear during it', async () => {
    const world = worldWith()
    whenBaking(world, () => world.autoScaling.scaleOut('web'))
    expect(await world.rollOut(BAKE)).toEqual({
      outcome: 'succeeded',
      reason: '1.0.2 runs on all 5 servers',
    })
    expect(phases(world).map(([phase]) => phase)).toEqual(['batch', 'batch', 'bake', 'batch'])
  })
})

describe('a check of the service that asks for the version', () => {
  test('waits for those that have appeared', async () => {
    const world: World = worldWith({ gates: [askAnyServer(() => world)] })
    at(world, 20, () => world.autoScaling.scaleOut('web'))
    expect(await world.rollOut({ smoke: ASKS_VERSION })).toEqual({
      outcome: 'succeeded',
      reason: '1.0.2 runs on all 5 servers',
    })
    expect(world.of('judged').map(({ verdict }) => verdict)).toEqual(['pass'])
  })

  test('is asked again when one that has just appeared has spoilt it', async () => {
    const world: World = worldWith({ gates: [askAnyServer(() => world)] })
    whenBaking(world, () => world.autoScaling.scaleOut('web'))
    expect(await world.rollOut({ bakeTimeMs: 300_000, smoke: ASKS_VERSION })).toEqual({
      outcome: 'succeeded',
      reason: '1.0.2 runs on all 5 servers',
    })
    expect(phases(world).map(([phase]) => phase)).toEqual(['batch', 'batch', 'bake', 'batch', 'bake'])
  })

  test('takes a bad version back all the same', async () => {
    const bad: Gate = {
      name: 'smoke',
      scope: 'service',
      check: async () => ({ verdict: 'fail', evidence: '1.0.1 answered' }),
    }
    const world = worldWith({ gates: [bad] })
    at(world, 20, () => world.autoScaling.scaleOut('web'))
    const { outcome, reason } = await world.rollOut({ smoke: ASKS_VERSION })
    expect([outcome, reason]).toEqual(['rolled-back', expect.stringContaining('smoke: 1.0.1 answered')])
    expect(world.versions()).toEqual(Array(5).fill(OLD))
  })
})

describe('servers that appear', () => {
  test('after a rollout that did not end well are updated too', async () => {
    const world = worldWith({ updateFails: (_, version) => (version === 'bad' ? 'exit code 3' : undefined) })
    // Left half way: nobody knows what they hold.
    expect(await world.rollOut({ version: 'bad', onFailure: 'freeze' })).toMatchObject({ outcome: 'failed' })
    at(world, 20, () => world.autoScaling.scaleOut('web'))
    expect(await world.rollOut()).toEqual({ outcome: 'succeeded', reason: '1.0.2 runs on all 5 servers' })
    expect(new Set(world.versions())).toEqual(new Set([NEW]))
  })

  test('are asked where they are, where zones depend on themselves', async () => {
    const world = worldWith({ groups: [{ attributes: { 'load_balancing.cross_zone.enabled': 'false' } }] })
    const asked: object[] = []
    world.ec2.observe(({ input }) => asked.push(input))
    at(world, 20, () => world.autoScaling.scaleOut('web', { count: 2 }))
    expect(await world.rollOut()).toEqual({ outcome: 'succeeded', reason: '1.0.2 runs on all 6 servers' })
    expect(asked.at(-1)).toMatchObject({ Filters: [{ Values: ['i-a0000001', 'i-a0000002'] }] })
  })

  test('and whose place must be known, but is not, are named', async () => {
    const world = worldWith({ groups: [{ attributes: { 'load_balancing.cross_zone.enabled': 'false' } }] })
    at(world, 20, () => {
      world.ec2.faults = { deny: ['DescribeInstances'] }
      world.autoScaling.scaleOut('web')
    })
    const { outcome, reason } = await world.rollOut()
    expect([outcome, reason]).toEqual([
      'succeeded',
      expect.stringMatching(/; i-a0000001 came while the rollout was under way, and was not updated/),
    ])
    expect(world.of('warned').map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^i-a0000001 came .+, but where it is must be known: .+DescribeInstances/),
    )
  })

  test('and that the updater cannot reach are named, and the others updated', async () => {
    const world = worldWith({
      updaterProblems: (ids) =>
        ids.includes('i-a0000001') ? ['the SSM agent of i-a0000001 is not online'] : [],
    })
    at(world, 20, () => world.autoScaling.scaleOut('web', { count: 2 }))
    const { outcome, reason } = await world.rollOut(BAKE)
    expect([outcome, reason]).toEqual([
      'succeeded',
      expect.stringMatching(/^1\.0\.2 runs on all 5 servers; i-a0000001 came .+ was not updated/),
    ])
    expect(world.servers.get('i-a0000002')?.version).toBe(NEW)
    expect(world.of('warned').map(({ text }) => text)).toContain(
      'i-a0000001 came while the rollout was under way, but the SSM agent of i-a0000001 is not online',
    )
  })

  test('count for the floor while the others are updated', async () => {
    const world = worldWith()
    at(world, 4, () => {
      world.autoScaling.lose('i-400000')
      world.autoScaling.scaleOut('web')
    })
    expect(await world.rollOut({ minHealthy: { count: 3 }, batchSizes: [{ count: 1 }] })).toMatchObject({
      outcome: 'succeeded',
    })
  })

  test('and fail after they have been healthy fail the rollout', async () => {
    const world = worldWith({ isHealthy: (id, version) => !(id.startsWith('i-a') && version === NEW) })
    at(world, 20, () => world.autoScaling.scaleOut('web'))
    const { outcome, reason } = await world.rollOut({ healthTimeoutMs: 60_000 })
    expect([outcome, reason]).toEqual([
      'rolled-back',
      expect.stringContaining('i-a0000001: not healthy within'),
    ])
  })
})
