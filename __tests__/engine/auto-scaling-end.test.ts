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

  test('is not tried again for what no newcomer can have spoilt', async () => {
    const until = { second: 0 }
    const isBaking = () => world.of('phase-started').some(({ phase }) => phase === 'bake')
    const isBad = () => isBaking() && world.clock.now() < until.second
    const world: World = worldWith({
      gates: [
        {
          name: 'smoke',
          scope: 'server',
          check: async ({ server, version }) =>
            server?.id === 'i-200000' && version === NEW && isBad()
              ? { verdict: 'fail', evidence: 'status 500' }
              : { verdict: 'pass', evidence: 'fine' },
        },
      ],
    })
    whenBaking(world, () => {
      until.second = world.clock.now() + 120_000
      world.autoScaling.scaleOut('web')
    })
    const smoke = { ...SMOKE, url: 'http://{ip}/' }
    const { outcome, reason } = await world.rollOut({ bakeTimeMs: 300_000, smoke })
    expect([outcome, reason]).toEqual(['rolled-back', expect.stringContaining('smoke failed for i-200000')])
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
      unreachable: (id) => (id === 'i-a0000001' ? 'its SSM agent is not online' : undefined),
    })
    at(world, 20, () => world.autoScaling.scaleOut('web', { count: 2 }))
    const { outcome, reason } = await world.rollOut(BAKE)
    expect([outcome, reason]).toEqual([
      'succeeded',
      expect.stringMatching(/^1\.0\.2 runs on all 5 servers; i-a0000001 came .+ was not updated/),
    ])
    expect(world.servers.get('i-a0000002')?.version).toBe(NEW)
    expect(world.of('warned').map(({ text }) => text)).toContain(
      'i-a0000001 came while the rollout was under way, but its SSM agent is not online',
    )
  })

  test('and that the updater cannot reach yet are waited for', async () => {
    let isOnline = false
    const world = worldWith({ unreachable: () => (isOnline ? undefined : 'its SSM agent is not online') })
    at(world, 20, () => world.autoScaling.scaleOut('web'))
    at(world, 170, () => {
      isOnline = true
    })
    expect(await world.rollOut()).toEqual({ outcome: 'succeeded', reason: '1.0.2 runs on all 5 servers' })
    expect(world.of('waiting').map(({ text }) => text)).toContain(
      'i-a0000001 to be ready for an update (its SSM agent is not online)',
    )
  })

  test('one after the other and never to be reached are not waited for without end', async () => {
    const world = worldWith({
      unreachable: (id) => (id.startsWith('i-a') ? 'its SSM agent is not online' : undefined),
    })
    for (let seconds = 20; seconds < 3_600; seconds += 20)
      at(world, seconds, () => world.autoScaling.scaleOut('web'))
    const startedAt = world.clock.now()
    expect(await world.rollOut()).toMatchObject({ outcome: 'succeeded' })
    expect(world.clock.now() - startedAt).toBeLessThan(600_000)
  })

  test('alone in a zone that depends on itself are named, and not taken out of it', async () => {
    const attributes = { 'load_balancing.cross_zone.enabled': 'false' }
    const world = worldWith({ zones: ['a', 'b', 'a', 'b', 'c'], groups: [{ attributes }] })
    at(world, 20, () => world.autoScaling.scaleOut('web'))
    const { outcome, reason } = await world.rollOut()
    expect([outcome, reason]).toEqual(['succeeded', expect.stringContaining('i-a0000001 came while')])
    expect(world.of('leaving').flatMap(({ servers }) => servers)).not.toContain('i-a0000001')
  })

  test('of a pair are named, and nobody is asked about them', async () => {
    const asked: string[] = []
    const world = worldWith({
      pair: { blue: 2, green: 2, targetType: 'instance', routes: [{ green: 'attached' }] },
      unreachable: (id) => {
        asked.push(id)
        return undefined
      },
    })
    at(world, 20, () => world.autoScaling.scaleOut('web'))
    expect(await world.rollOut()).toMatchObject({
      outcome: 'succeeded',
      reason: expect.stringContaining('i-a0000001 came while'),
    })
    expect(asked).toEqual([])
  })

  test('late in a long bake keep the claim from being overdue', async () => {
    const attributes = { 'load_balancing.cross_zone.enabled': 'false' }
    const world = worldWith({ groups: [{ attributes }] })
    at(world, 3_500, () => {
      world.autoScaling.scaleOut('web')
      world.ec2.faults = { errorShare: 1 }
    })
    const main = world.start({ settings: { bakeTimeMs: 3_600_000 } })
    const rivals: string[] = []
    for (let seconds = 3_600; seconds < 5_000; seconds += 100) {
      at(world, seconds, () => {
        void world.deploy().then(({ outcome }) => rivals.push(outcome))
      })
    }
    const { outcome } = await world.clock.run(main.ended)
    expect(outcome).toBe('succeeded')
    expect(rivals.length).toBeGreaterThan(0)
    expect(rivals).toEqual(rivals.map(() => 'refused'))
  })

  test('count for the floor while the others are updated', async () => {
    const world = worldWith()
    at(world, 4, () => {
      world.autoScaling.setInstance('i-400000', { lifecycle: 'Terminated' })
      world.autoScaling.scaleOut('web')
      const targets = world.simulator.targets(world.groupArns[0] ?? '').filter(({ Id }) => Id === 'i-400000')
      const request = {
        TargetGroupArn: world.groupArns[0],
        Targets: targets.map(({ Id, Port }) => ({ Id, Port })),
      }
      void world.simulator.call('DeregisterTargets', request)
    })
    expect(await world.rollOut({ minHealthy: { count: 3 }, batchSizes: [{ count: 1 }] })).toMatchObject({
      outcome: 'succeeded',
    })
  })

  test('in place of one that is gone let the way back go on', async () => {
    const isBaking = () => world.of('phase-started').some(({ phase }) => phase === 'bake')
    const bad: Gate = {
      name: 'smoke',
      scope: 'service',
      check: async () =>
        isBaking() ? { verdict: 'fail', evidence: 'status 500' } : { verdict: 'pass', evidence: 'fine' },
    }
    const world: World = worldWith({ gates: [bad] })
    at(world, 20, () => {
      world.autoScaling.lose('i-400000')
      world.autoScaling.scaleOut('web')
    })
    const change = { minHealthy: { percent: 75 }, batchSizes: [{ count: 1 }], smoke: SMOKE }
    expect(await world.rollOut({ ...BAKE, ...change })).toMatchObject({ outcome: 'rolled-back' })
    expect(world.versions()).toEqual(Array(4).fill(OLD))
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
