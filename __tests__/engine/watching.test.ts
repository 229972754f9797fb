import { describe, expect, test } from '@jest/globals'
import { leastHoldMs, PUBLICATION_MS } from '../../src/domain/canary-limits.ts'
import type { TrafficGate, TrafficQuestion, Verdict, Watch } from '../../src/domain/ports.ts'
import { windowOf } from '../../src/gates/canary-window.ts'
import { weights } from '../support/pair.ts'
import { NEW, OLD, World } from '../support/world.ts'

const pass: Verdict = { verdict: 'pass', evidence: 'all OK' }
const fail: Verdict = { verdict: 'fail', evidence: '5xx is in ALARM' }
const unknown: Verdict = { verdict: 'unknown', evidence: 'cannot be read' }

/** Something outside whose verdict changes with time. */
function watchOf(verdictAt: (ms: number) => Verdict, now: () => number): Watch {
  return {
    name: 'alarms',
    problems: async () => (verdictAt(now()).verdict === 'fail' ? ['5xx is in ALARM already'] : []),
    check: async () => verdictAt(now()),
  }
}

const START = Date.UTC(2026, 10, 23)

function watched(verdictAt: (ms: number) => Verdict, pair: 'pair' | 'fleet' = 'fleet'): World {
  const world: World = new World({
    ...(pair === 'pair' ? { pair: {} } : {}),
    watches: [watchOf(verdictAt, () => world.clock.now() - START)],
  })
  return world
}

const isBaking = (world: World) => world.of('phase-started').some(({ phase }) => phase === 'bake')

const redFrom = (at: number) => (ms: number) => (ms >= at ? fail : pass)

describe('what watches from outside', () => {
  test('in-place: objects in the second batch, and what was updated goes back', async () => {
    const world = watched(redFrom(80_000))
    const { outcome, reason } = await world.rollOut()
    expect([outcome, reason]).toEqual([
      'rolled-back',
      'alarms: 5xx is in ALARM; 1.0.1 serves on all 4 servers',
    ])
    expect(new Set(world.versions())).toEqual(new Set([OLD]))
    const stopped = world.of('stopped')[0]?.at ?? 0
    expect(stopped - START - 80_000).toBeLessThanOrEqual(15_000)
  })

  test('in-place: objects in the bake, and everything goes back', async () => {
    const world = watched((ms) => (isBaking(world) && ms > 0 ? fail : pass))
    const { outcome, reason } = await world.rollOut({ bakeTimeMs: 60_000 })
    expect([outcome, reason]).toEqual([
      'rolled-back',
      'alarms: 5xx is in ALARM; 1.0.1 serves on all 4 servers',
    ])
    expect(new Set(world.versions())).toEqual(new Set([OLD]))
  })

  test('blue-green: objects in the bake, and the traffic goes back', async () => {
    const world = watched(redFrom(110_000), 'pair')
    const { outcome, reason } = await world.rollOut()
    expect([outcome, reason, weights(world)]).toEqual([
      'rolled-back',
      'alarms: 5xx is in ALARM; 1.0.1 (blue) carries all traffic',
      [{ blue: 1, green: 0 }],
    ])
  })

  test('is looked at once more at the very end', async () => {
    const calm = watched(() => pass)
    await calm.rollOut()
    const tookMs = calm.clock.now() - START
    const world = watched(redFrom(tookMs - 1_000))
    expect((await world.rollOut()).outcome).toBe('rolled-back')
  })

  test('forbids to begin when it objects already, but never the way back', async () => {
    let isRed = false
    const world = watched(() => (isRed ? fail : pass), 'pair')
    expect((await world.rollOut()).outcome).toBe('succeeded')
    isRed = true
    const refused = await world.rollOut({ version: '1.0.3' })
    expect(refused).toEqual({ outcome: 'refused', reason: '5xx is in ALARM already' })
    const settings = { mode: 'rollback', rolloutId: 'r-001' } as const
    const back = await world.clock.run(world.start({ settings, withoutVersions: true }).ended)
    expect([back.outcome, weights(world)]).toEqual(['succeeded', [{ blue: 1, green: 0 }]])
  })

  test('never stops anything by not knowing, and says that it did not guard', async () => {
    const world = watched(() => unknown)
    expect((await world.rollOut()).outcome).toBe('succeeded')
    expect(world.of('warned').map(({ text }) => text)).toContain('alarms never judged: cannot be read')
    expect(new Set(world.versions())).toEqual(new Set([NEW]))
  })

  test('does not hold up a cancel', async () => {
    const world = watched(() => pass)
    const ended = world.deploy()
    await world.clock.advance(20_000)
    world.stop({ cause: 'cancel', reason: 'cancelled' })
    const at = world.clock.now()
    expect((await world.clock.run(ended)).outcome).toBe('interrupted')
    expect(world.clock.now() - at).toBeLessThanOrEqual(7_500)
  })
})

describe('what measures the traffic', () => {
  function measured(judge: (question: TrafficQuestion) => Verdict): {
    world: World
    asked: TrafficQuestion[]
  } {
    const asked: TrafficQuestion[] = []
    const gate: TrafficGate = {
      name: 'metrics',
      leastHoldMs: 120_000,
      judge: async (question) => {
        asked.push(question)
        return judge(question)
      },
    }
    return { world: new World({ pair: {}, trafficGates: [gate] }), asked }
  }
  const LONG = {
    traffic: [
      { share: 100, holdMs: 180_000 },
      { share: 1000, holdMs: 180_000 },
    ],
  }

  test('is asked about each share once it has settled', async () => {
    const { world, asked } = measured(() => pass)
    expect((await world.rollOut(LONG)).outcome).toBe('succeeded')
    const [blue, green] = world.groupArns
    expect(asked[0]).toMatchObject({ blue, green, share: 100 })
    expect(new Set(asked.map(({ share }) => share))).toEqual(new Set([100, 1000]))
    for (const { since, now } of asked) expect(now).toBeGreaterThanOrEqual(since)
    const shiftedAt = world.of('shifted')[1]?.at ?? 0
    expect((asked[0]?.since ?? 0) - shiftedAt).toBe(30_000)
  })

  test('one no is enough, and the traffic goes back', async () => {
    const { world } = measured(({ now, since }) =>
      now - since >= 120_000 ? { verdict: 'fail', evidence: 'errors 4% of 1000' } : unknown,
    )
    const { outcome, reason } = await world.rollOut(LONG)
    expect([outcome, reason, weights(world)]).toEqual([
      'rolled-back',
      'metrics failed: errors 4% of 1000; 1.0.1 (blue) carries all traffic',
      [{ blue: 1, green: 0 }],
    ])
  })

  test.each([0, 1, 29, 30, 59])(
    'judges in a bake of the usual length, from second %i of a minute on',
    async (second) => {
      const judgedAt: number[] = []
      const { world } = measured(({ since, now }) => {
        if (windowOf({ since, now }, PUBLICATION_MS).minutes === 0) return unknown
        judgedAt.push(now)
        return pass
      })
      await world.clock.advance(second * 1_000)
      const bakeTimeMs = leastHoldMs(PUBLICATION_MS)
      const { outcome } = await world.rollOut({ ...LONG, bakeTimeMs })
      const bake = world.of('phase-started').find(({ phase }) => phase === 'bake')
      expect([outcome, judgedAt.some((at) => at > (bake?.at ?? 0))]).toEqual(['succeeded', true])
    },
  )

  test('that never judged a share for want of requests is told, but not where there was no time for it', async () => {
    const few: Verdict = { verdict: 'unknown', evidence: '3 requests on green' }
    const { world } = measured(({ share }) => (share === 100 ? few : pass))
    expect((await world.rollOut(LONG)).outcome).toBe('succeeded')
    expect(world.of('warned').map(({ text }) => text)).toEqual([
      'metrics never judged 10% of the traffic: 3 requests on green',
    ])

    const { world: bakes } = measured(() => few)
    expect((await bakes.rollOut({ ...LONG, bakeTimeMs: 120_000 })).outcome).toBe('succeeded')
    expect(bakes.of('warned').map(({ text }) => text)).toEqual([
      'metrics never judged 10% of the traffic: 3 requests on green',
      // Of the last step and the bake: what reads the same is said once.
      'metrics never judged 100% of the traffic: 3 requests on green',
    ])
  })

  test('a share that stays too short to be measured is refused, with how long it must be', async () => {
    const { world } = measured(() => pass)
    const { outcome, reason } = await world.rollOut({
      traffic: [{ share: 100, holdMs: 60_000 }, { share: 1000 }],
    })
    expect(outcome).toBe('refused')
    expect(reason).toContain(
      'traffic stays at 10% for 1 m, and the metrics of a share can be judged after 2 m 30 s at the earliest',
    )
  })
})
