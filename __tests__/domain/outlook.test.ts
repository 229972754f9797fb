import { describe, expect, test } from '@jest/globals'
import type { Outlook } from '../../src/domain/outlook.ts'
import {
  capacityTexts,
  chapterTitle,
  timeText,
  updatesText,
  wayBackText,
} from '../../src/domain/outlook-words.ts'
import type { Settings } from '../../src/domain/settings.ts'
import { operator, run, SMOKE } from '../support/shifts.ts'
import { World, type WorldOptions } from '../support/world.ts'

async function outlookOf(options: WorldOptions, settings: Partial<Settings> = {}): Promise<Outlook> {
  const world = new World(options)
  expect((await world.rollOut({ ...settings, dryRun: true })).outcome).toBe('planned')
  return lastOf(world)
}

function lastOf(world: World): Outlook {
  const planned = world.of('planned').at(-1)
  if (planned === undefined) throw new Error('nothing was planned')
  return planned.outlook
}

const stepsOf = ({ chapters }: Outlook) =>
  chapters.map((chapter) => [chapterTitle(chapter, 1), ...chapter.steps])

describe('the time of a plan', () => {
  test('is said with what most of it goes into, and that can be changed', async () => {
    const { estimate } = await outlookOf({ servers: 4, groups: [{ delaySeconds: 300 }] })
    expect(timeText(estimate)).toBe(
      'about 10 m 51 s without the updates, of which 10 m are the deregistration delay of group-0 (300 s each time)',
    )
    expect(updatesText(estimate)).toBe(
      'plus the updates, whose time is not known: 10 m 30 s at the most for each batch',
    )
  })

  test('names its phases, whose times and the claim are the whole', async () => {
    const { estimate } = await outlookOf({ servers: 6 }, { batchSizes: [{ count: 2 }], bakeTimeMs: 60_000 })
    expect(estimate.phases.map(({ ms }) => Math.round(ms / 1_000))).toEqual([54, 54, 54, 61])
    const sum = (all: readonly { ms: number }[]) => all.reduce((total, { ms }) => total + ms, 0)
    const claim = estimate.parts.find(({ cause }) => cause === 'claim')?.ms ?? 0
    expect(sum(estimate.phases) + claim).toBeCloseTo(estimate.ms)
    expect(sum(estimate.parts)).toBeCloseTo(estimate.ms)
    for (const { ms, parts } of estimate.phases) expect(sum(parts)).toBeCloseTo(ms)
  })

  test('says how far off it may be, where health checks are most of it', async () => {
    const { estimate } = await outlookOf({
      servers: 2,
      groups: [{ delaySeconds: 1, intervalSeconds: 60 }],
    })
    expect(timeText(estimate)).toMatch(/^about 3 m 20 s without the updates \(give or take 49 s, as health/)
  })

  test.each([
    [
      'a network load balancer',
      { balancer: 'network', zones: ['a'] },
      {},
      /6 m are drains behind a network load balancer \(3 m each time/,
    ],
    [
      'slow start',
      { groups: [{ delaySeconds: 1, slowStartSeconds: 300 }] },
      {},
      /10 m are the slow start of/,
    ],
    [
      'early drains',
      { targetType: 'instance', groups: [{ delaySeconds: 300 }] },
      { drainedCommand: 'true' },
      /about 1 m 1\d s/,
    ],
  ] as const)('counts %s', async (_, options, settings, text) => {
    const { estimate } = await outlookOf(options as WorldOptions, settings)
    expect(timeText(estimate)).toMatch(text)
  })
})

describe('the second time', () => {
  test.each([
    ['in-place', { servers: 6, groups: [{ delaySeconds: 20 }] }, {}],
    ['in-place, one by one', { servers: 4 }, { updateConcurrency: 1 }],
    ['blue-green', { pair: {} }, { bakeTimeMs: 20_000 }],
  ] as const)('a plan knows how long updates take: %s', async (_, options, settings) => {
    const world = new World({ ...(options as WorldOptions), updateMs: () => 40_000 })
    await world.rollOut(settings)
    expect(lastOf(world).estimate.knowsUpdates).toBe(false)
    const startedAt = world.clock.now()
    const { outcome } = await world.rollOut({ ...settings, version: '1.0.3', previousVersion: '1.0.2' })
    expect(outcome).toBe('succeeded')
    const { estimate } = lastOf(world)
    expect(timeText(estimate)).not.toContain('without the updates')
    expect(estimate.parts).toContainEqual(
      expect.objectContaining({ cause: 'update', why: expect.stringMatching(/as they took the last time/) }),
    )
    const tookMs = world.clock.now() - startedAt
    expect(Math.abs(estimate.ms - tookMs) / tookMs).toBeLessThan(0.1)
  })

  test('also after one that failed for another reason, or updated nothing', async () => {
    const world: World = new World({
      ...{ servers: 4, updateMs: () => 40_000 },
      isHealthy: (_, version) => version !== '1.0.3',
    })
    await world.rollOut()
    const { outcome } = await world.rollOut({
      ...{ version: '1.0.3', previousVersion: '1.0.2', healthTimeoutMs: 30_000 },
    })
    expect(outcome).toBe('rolled-back')
    await world.rollOut({ dryRun: true, version: '1.0.4', previousVersion: '1.0.2' })
    expect(lastOf(world).estimate.knowsUpdates).toBe(true)
  })
})

describe('the steps of a plan', () => {
  test('are told once for batches that do the same', async () => {
    const outlook = await outlookOf({ servers: 100 }, { batchSizes: [{ count: 2 }], smoke: SMOKE.version })
    const steps = stepsOf(outlook)
    expect(steps.map(([title]) => title)).toEqual(['Batches 1 to 50', 'Check of the service'])
    expect(steps[0]).toEqual([
      'Batches 1 to 50',
      'wait, for 10 m at most, until they may leave: 50 healthy servers must stay in every group',
      'take them out of group-0',
      'let them finish their requests (drain), 30 s',
      'update to 1.0.2 by update-command; each may take 10 m',
      'register them in group-0 again',
      'wait until they are healthy, for 10 m at most, and have stayed so for 15 s',
    ])
    // Only then all servers can be of the version that is asked for.
    expect(steps[1]?.at(-1)).toBe('smoke test of the service, which must answer within 10 m')
  })

  test('of a shift name its groups and shares', async () => {
    const traffic = [{ share: 100 }, { share: 1000 }]
    const outlook = await outlookOf({ pair: {} }, { traffic, updateConcurrency: 2 })
    expect(stepsOf(outlook)).toEqual([
      [
        'Make green ready',
        'see that green is attached to 1 route at weight 0, so that it is health-checked',
        'update to 1.0.2 by update-command, 2 at once; each may take 10 m',
        'wait, for 10 m at most, until green has 4 healthy servers, and has had them for 25 s',
      ],
      [
        'Shift 10%, then 100% to green',
        'see that green has 4 healthy servers',
        'give green that share of the traffic on 1 route, and see that they have it',
        'let 30 s pass while health checks must not object',
      ],
      ['Bake', 'let 1 m pass while health checks must not object'],
    ])
  })
})

describe('the capacity of a plan', () => {
  test('is the lowest number of healthy servers in each group', async () => {
    const outlook = await outlookOf(
      { servers: 5, groups: [{}, {}] },
      { batchSizes: [{ count: 1 }, { count: 2 }], minHealthy: { count: 1 } },
    )
    expect(capacityTexts(outlook)).toEqual([
      'group-0 has 5 healthy of 5 servers, and at no moment fewer than 3',
      'group-1 has 5 healthy of 5 servers, and at no moment fewer than 3',
    ])
  })

  test('and in each zone that depends on its own', async () => {
    const attributes = { 'load_balancing.cross_zone.enabled': 'false' }
    const outlook = await outlookOf({ servers: 8, groups: [{ attributes }] })
    expect(capacityTexts(outlook)).toEqual([
      'group-0 has 8 healthy of 8 servers, and at no moment fewer than 4',
      'group-0 in us-east-1a has 4 healthy of 4 servers, and at no moment fewer than 2',
      'group-0 in us-east-1b has 4 healthy of 4 servers, and at no moment fewer than 2',
    ])
  })

  test('is what the rollout really keeps', async () => {
    const world = new World({ servers: 7 })
    let fewest = Number.POSITIVE_INFINITY
    world.simulator.observe(() => {
      fewest = Math.min(fewest, world.serving().length)
    })
    await world.rollOut({ batchSizes: [{ count: 2 }] })
    expect(lastOf(world).capacity.lowest).toEqual([{ group: 'group-0', now: 7, lowest: fewest, of: 7 }])
  })

  test('stays, where another group takes over', async () => {
    expect(
      capacityTexts(await outlookOf({ pair: { blue: 3, green: 4 } }, { minGreen: { percent: 50 } })),
    ).toEqual([
      'nothing is taken out: blue keeps its 3 healthy of 3 servers, and the other group must have 2 healthy servers before it gets traffic',
    ])
  })
})

describe('the way back of a plan', () => {
  test('is to the version before, with its time', async () => {
    expect(wayBackText(await outlookOf({ servers: 4, groups: [{ delaySeconds: 60 }] }))).toBe(
      'the servers that were touched, and only those, go back to 1.0.1 by the same steps and with the same floor; at worst all 4 servers, 2 at a time (about 2 m 47 s without the updates)',
    )
  })

  test('is none where it freezes', async () => {
    const outlook = await outlookOf({}, { onFailure: 'freeze' })
    expect(wayBackText(outlook)).toMatch(/^it stops where it is \(on-failure is freeze\)/)
    expect(outlook.wayBack.ms).toBeUndefined()
  })

  test('of a shift is to the weights from before', async () => {
    expect(wayBackText(await outlookOf({ pair: {} }))).toBe(
      'all traffic goes back to blue on 1 route: weights first, then settle-time; the servers of both groups stay as they are (about 31 s)',
    )
    expect(wayBackText(await outlookOf({ pair: {} }, { onFailure: 'freeze' }))).toMatch(
      /^the weights stay where they are \(on-failure is freeze\)/,
    )
  })
})

describe('of other modes', () => {
  test('a rollback says what it does, and that it has nowhere to go back to', async () => {
    const world = new World({ pair: {} })
    await world.rollOut()
    const settings = { dryRun: true }
    expect((await run(world, operator('rollback', settings))).outcome).toBe('planned')
    const outlook = lastOf(world)
    expect(stepsOf(outlook)[0]?.[0]).toBe('All traffic back to blue')
    expect(wayBackText(outlook)).toMatch(/a rollback has nowhere to go back to/)
  })

  test('a promotion begins at its hold, and leaves it when it fails', async () => {
    const world = new World({ pair: {} })
    await world.rollOut({ traffic: [{ share: 100 }] })
    await run(world, operator('promote', { dryRun: true, traffic: [{ share: 1000 }] }))
    const outlook = lastOf(world)
    expect(stepsOf(outlook)[0]?.[1]).toBe('see that green has 10% of the traffic on 1 route, as it was held')
    expect(wayBackText(outlook)).toMatch(
      /^all traffic goes back to blue on 1 route, and what was held is left:/,
    )
  })
})
