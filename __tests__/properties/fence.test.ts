import { describe, expect, test } from '@jest/globals'
import type { Conclusion } from '../../src/domain/outcome.ts'
import { NEW, type Process, type ProcessOptions, World } from '../support/world.ts'

const CHANGES = new Set(['DeregisterTargets', 'RegisterTargets'])
const changesOf = (process: Process, since = 0) =>
  process.life.calls.filter(({ action, at }) => CHANGES.has(action) && at >= since)

const repository = (runId: string): ProcessOptions => ({
  asker: { job: { runId, attempt: '1', job: 'rollout' } },
})

describe('two rollouts at once on the same groups, from two repositories', () => {
  test.each([
    ['reads are fresh', 0, 0],
    ['reads are fresh and calls take a while', 0, 400],
    ['reads are up to 1.5 s old', 1_500, 0],
    ['reads are up to 3 s old', 3_000, 0],
  ])(
    'at most one changes anything, when %s',
    async (_, staleReadsMs, latencyMs) => {
      const outcomes: string[] = []
      for (let apartMs = 0; apartMs <= 12_000; apartMs += 125) {
        const world = new World({ servers: 2, faults: { staleReadsMs, latencyMs } })
        const first = world.start({ ...repository('1'), settings: { version: 'a' } })
        const second = world.clock
          .sleep(apartMs)
          .then(() => world.start({ ...repository('2'), settings: { version: 'b' } }))
        const ended = await world.clock.run(
          Promise.all([first.ended, second.then((process) => process.ended)]).then((pair) =>
            pair.map(({ outcome }) => outcome),
          ),
        )
        const processes = [first, await second]
        const changed = processes.filter((process) => changesOf(process).length > 0)
        expect({ apartMs, changed: changed.length }).toEqual({ apartMs, changed: expect.any(Number) })
        expect(changed.length).toBeLessThanOrEqual(1)
        expect(world.serving()).toHaveLength(2)
        outcomes.push(ended.sort().join(' and '))
      }
      // The fence does not shut out everybody: nearly always one of the two gets through.
      const through = outcomes.filter((pair) => pair.includes('succeeded'))
      expect(through.length / outcomes.length).toBeGreaterThan(0.9)
    },
    60_000,
  )

  test('the one that comes later is refused, and told who is there and until when', async () => {
    const world = new World({ servers: 2 })
    world.start(repository('77'))
    await world.clock.advance(20_000)
    const { outcome, reason } = await world.clock.run(world.start(repository('78')).ended)
    expect(outcome).toBe('refused')
    expect(reason).toMatch(
      /another rollout is under way on these target groups: deploy r-001 \(workflow run 77, attempt 1, job rollout\); it has until \d\d:\d\d:\d\d UTC/,
    )
  })
})

describe('an old process that wakes up after somebody else has put things right', () => {
  const after: Record<string, (world: World) => Promise<Conclusion>> = {
    recover: (world) => world.start({ settings: { mode: 'recover' } }).ended,
    'another deploy': (world) => world.clock.sleep(6 * 3600_000).then(() => world.start().ended),
  }

  test.each(Object.entries(after))(
    '(%s) changes nothing more',
    async (_, comes) => {
      let slept = 0
      for (let atMs = 500; ; atMs += 1_000) {
        const world = new World({ servers: 2, targetType: 'instance' })
        const old = world.start()
        let hasEnded = false
        void old.ended.then(() => {
          hasEnded = true
        })
        await world.clock.advance(atMs)
        if (hasEnded) break
        old.life.suspend()
        slept++
        await world.clock.run(comes(world))
        const since = world.clock.now()
        old.life.resume()
        const { outcome } = await world.clock.run(old.ended)
        expect({ atMs, changes: changesOf(old, since) }).toEqual({ atMs, changes: [] })
        expect({ atMs, outcome }).toEqual({ atMs, outcome: expect.stringMatching(/interrupted|refused/) })
        expect(world.serving()).toHaveLength(2)
      }
      expect(slept).toBeGreaterThan(60)
    },
    60_000,
  )
})

describe('tags that infrastructure code removes in the middle', () => {
  test('do not stop a rollout, at whatever moment', async () => {
    let moments = 0
    for (let atMs = 0; ; atMs += 1_500) {
      const world = new World({ servers: 2 })
      const { ended } = world.start()
      let hasEnded = false
      void ended.then(() => {
        hasEnded = true
      })
      await world.clock.advance(atMs)
      if (hasEnded) break
      moments++
      for (const arn of world.groupArns) {
        const TagKeys = Object.keys(world.simulator.tags(arn))
        if (TagKeys.length > 0) {
          await world.clock.run(world.simulator.call('RemoveTags', { ResourceArns: [arn], TagKeys }))
        }
      }
      const { outcome } = await world.clock.run(ended)
      expect({ atMs, outcome }).toEqual({ atMs, outcome: 'succeeded' })
      expect(world.versions()).toEqual([NEW, NEW])
      const keys = Object.keys(world.simulator.tags(world.groupArns[0] as string))
      expect(keys.filter((key) => /:(owner|out):/.test(key))).toEqual([])
      expect(keys).not.toEqual([])
    }
    expect(moments).toBeGreaterThan(40)
  }, 60_000)
})
