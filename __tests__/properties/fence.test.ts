import { describe, expect, test } from '@jest/globals'
import { loseTags, RESCUERS, race, repository, wakeUp } from '../support/rivals.ts'
import { World } from '../support/world.ts'

describe('two rollouts at once on the same groups, from two repositories', () => {
  test.each([
    ['reads are fresh', 0, 0],
    ['reads are fresh and calls take a while', 0, 400],
    ['reads are up to 1.5 s old', 1_500, 0],
    ['reads are up to 3 s old', 3_000, 0],
  ])(
    'at most one changes anything, when %s',
    async (_, staleReadsMs, latencyMs) => {
      let races = 0
      let through = 0
      for (let apartMs = 0; apartMs <= 12_000; apartMs += 125) {
        const outcome = await race(apartMs, { staleReadsMs, latencyMs })
        expect({ apartMs, wrong: outcome.wrong }).toEqual({ apartMs, wrong: [] })
        races++
        through += Number(outcome.through)
      }
      // The fence does not shut out everybody: nearly always one of the two gets through.
      expect(through / races).toBeGreaterThan(0.9)
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
  test.each(Object.entries(RESCUERS))(
    '(%s) changes nothing more',
    async (_, rescue) => {
      let slept = 0
      for (let atMs = 500; ; atMs += 1_000) {
        const wrong = await wakeUp(atMs, rescue)
        if (wrong === undefined) break
        expect({ atMs, wrong }).toEqual({ atMs, wrong: [] })
        slept++
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
      const wrong = await loseTags(atMs)
      if (wrong === undefined) break
      expect({ atMs, wrong }).toEqual({ atMs, wrong: [] })
      moments++
    }
    expect(moments).toBeGreaterThan(40)
  }, 60_000)
})
