import { describe, expect, test } from '@jest/globals'
import type { DrainProbe } from '../../src/domain/ports.ts'
import { byCounter, fleetOf, measure, READINGS, type Reading } from '../support/draining.ts'
import { Invariants } from '../support/invariants.ts'
import { cancelled } from '../support/shifts.ts'
import { type ServerModel, World } from '../support/world.ts'

const SECOND = 1_000

/** A probe that says nothing, and remembers how it was used. */
function silent(use: { begunAt: number[]; ended: number } = { begunAt: [], ended: 0 }) {
  const probe = (world: () => World): DrainProbe => ({
    by: 'command',
    watch: (_, __, signal) => {
      use.begunAt.push(world().clock.now())
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          use.ended++
          resolve()
        })
      })
    },
  })
  return { use, probe }
}

function worldWith(probeOf: (world: () => World) => DrainProbe, delaySeconds = 300): World {
  const world: World = new World({
    targetType: 'instance',
    groups: [{ delaySeconds }],
    drainProbe: () => probeOf(() => world),
  })
  return world
}

describe('with a delay of 300 s and requests of up to a second, four servers in halves under load', () => {
  const waiting = measure(fleetOf('accept'))

  test('that take the whole delay lose no request', async () => {
    const { outcome, lost, sent, seconds } = await waiting
    expect([outcome, lost]).toEqual(['succeeded', []])
    expect(sent).toBeGreaterThan(10_000)
    expect(seconds).toBeGreaterThan(620)
  })

  test.each(READINGS)('end early, lose none, and keep the floor, when AWS is to: %s', async (reading) => {
    const early = await measure(fleetOf(reading), byCounter)
    expect([early.outcome, early.lost]).toEqual(['succeeded', []])
    expect(early.world.serving()).toHaveLength(4)
    expect(early.world.of('drained').map(({ by }) => by)).toEqual(Array(4).fill('command'))
    const whole = (await waiting).seconds
    if (reading === 'accept') expect(early.seconds).toBeLessThan(whole / 5)
    else expect(early.seconds).toBeLessThan(whole + 5)
  })

  test('would lose some, if a probe lied', async () => {
    const fleet = fleetOf('accept')
    const lags = { ...fleet, behaviour: { ...fleet.behaviour, deregistrationLagMs: 15 * SECOND } }
    const { lost } = await measure(lags, () => ({ isDrained: async () => true }))
    expect(lost.some((why) => why.endsWith('went down with it'))).toBe(true)
    expect(lost.some((why) => why.endsWith('is down'))).toBe(true)
  })
})

test.each(READINGS)('the floor holds while a batch waits to come back: %s', async (reading) => {
  const world = new World({ ...fleetOf(reading), drainProbe: { isDrained: async () => true } })
  const invariants = new Invariants(world, 2)
  const { outcome } = await world.rollOut({ healthTimeoutMs: 60 * SECOND })
  expect([outcome, invariants.broken]).toEqual(['succeeded', []])
})

test('one long request keeps its server, and with it the batch, out of the update', async () => {
  const world: World = new World({
    ...fleetOf('accept'),
    drainProbe: {
      isDrained: async ({ id }) => !id.startsWith('i-1') || world.clock.now() - startedAt > 90 * SECOND,
    },
  })
  const startedAt = world.clock.now()
  await world.rollOut()
  const [first, second] = world.of('drained').map(({ at, server }) => [server.slice(0, 3), at - startedAt])
  expect(first).toEqual(['i-2', expect.any(Number)])
  expect(first?.[1]).toBeLessThan(20 * SECOND)
  expect(second).toEqual(['i-1', expect.any(Number)])
  const [update] = world.of('update-started')
  expect((update?.at ?? 0) - startedAt).toBeGreaterThan(92 * SECOND)
})

describe('a probe', () => {
  test('is asked ten seconds after the servers have left, and not before', async () => {
    const { use, probe } = silent()
    const world = worldWith(probe)
    await world.rollOut()
    const left = world.of('deregistered').map(({ at }) => at)
    expect(use.begunAt).toEqual(left.map((at) => at + 10 * SECOND))
  })

  test('is believed at once: the update begins with the look that follows', async () => {
    const world = new World({ ...fleetOf('accept'), drainProbe: { isDrained: async () => true } })
    await world.rollOut()
    const drained = world.of('drained').map(({ at }) => at)
    const updated = world.of('update-started').map(({ at }) => at)
    expect(updated).toEqual(drained)
  })

  test('that knows nothing leaves the end to the load balancer, and is ended then', async () => {
    const { use, probe } = silent()
    const world = worldWith(probe)
    const { outcome } = await world.rollOut()
    expect(outcome).toBe('succeeded')
    expect(world.of('drained').every(({ by }) => by === 'load-balancer')).toBe(true)
    expect(use.ended).toBe(2)
  })

  test('is not asked where the delay is over about as soon', async () => {
    const { use, probe } = silent()
    await worldWith(probe, 20).rollOut()
    expect(use.begunAt).toEqual([])
  })

  test('that fails is a warning with its reasons, each once a batch, and no more than that', async () => {
    const world = worldWith(() => ({
      by: 'connections',
      async watch({ servers: [first, ...others] }, listener) {
        listener.unknown([first?.id ?? ''], 'no agent')
        for (const { id } of others) listener.unknown([id], 'busy')
        throw new Error('a bug')
      },
    }))
    const { outcome } = await world.rollOut({ batchSizes: [{ count: 2 }] })
    expect(outcome).toBe('succeeded')
    const told = world
      .of('warned')
      .map(({ text }) => text)
      .filter((text) => text.startsWith('could not'))
    expect(told.slice(0, 3)).toEqual([
      'could not see i-100000 drain (no agent): the whole deregistration delay is waited for',
      'could not see i-200000 drain (busy): the whole deregistration delay is waited for',
      'could not see i-100000, i-200000 drain (a bug): the whole deregistration delay is waited for',
    ])
    expect(told).toHaveLength(6)
  })

  test('that speaks after it was ended is not heard', async () => {
    const world = worldWith(() => ({
      by: 'command',
      watch: ({ servers }, listener, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            for (const { id } of servers) listener.drained(id)
            listener.unknown(['i-9'], 'late')
            resolve()
          })
        }),
    }))
    world.clock.schedule(world.clock.now() + 60 * SECOND, () => world.stop(cancelled))
    await world.rollOut()
    expect(world.of('drained')).toEqual([])
    expect(world.of('warned').filter(({ text }) => text.includes('late'))).toEqual([])
  })

  test('is ended when others die and the batch goes back in, and asked again the next time', async () => {
    const { use, probe } = silent()
    const world = worldWith(probe)
    const third = [...world.servers.values()][2] as ServerModel
    const start = world.clock.now()
    world.clock.schedule(start + 30 * SECOND, () => Object.assign(third, { isUp: false }))
    world.clock.schedule(start + 200 * SECOND, () => Object.assign(third, { isUp: true }))
    const { outcome } = await world.rollOut()
    expect(outcome).toBe('succeeded')
    expect(world.of('batch-retreated')).toHaveLength(1)
    expect(use.begunAt.length).toBeGreaterThan(2)
    expect(use.ended).toBe(use.begunAt.length)
  })

  test('is ended by a cancel, and nobody waits for it: the servers go back in at once', async () => {
    const { use, probe } = silent()
    const world = worldWith(probe)
    const at = world.clock.now() + 60 * SECOND
    world.clock.schedule(at, () => world.stop(cancelled))
    const { outcome } = await world.rollOut()
    expect([outcome, use.ended]).toEqual(['interrupted', 1])
    expect(world.clock.now() - at).toBeLessThanOrEqual(5 * SECOND)
  })
})

describe('looks at the health', () => {
  const looksAfterReturn = async (reading: Reading): Promise<number> => {
    const world = new World({ ...fleetOf(reading), drainProbe: { isDrained: async () => true } })
    let looks = 0
    world.simulator.observe((event) => {
      if (event.type !== 'call' || event.action !== 'DescribeTargetHealth') return
      if (world.of('returned').length > 0 && world.of('phase-ended').length === 0) looks++
    })
    await world.rollOut()
    return looks
  }

  test.each(READINGS)('are few while a server that has come back drains on: %s', async (reading) => {
    expect(await looksAfterReturn(reading)).toBeLessThan(80)
  })
})
