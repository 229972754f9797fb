import { describe, expect, test } from '@jest/globals'
import { type RouteOptions, weights, weightsOn } from '../support/pair.ts'
import {
  everyRoute,
  holds,
  ledger,
  operator,
  removeRule,
  rewrite,
  run,
  setWeights,
  watchCalls,
  watchChanges,
} from '../support/shifts.ts'
import { OLD, World } from '../support/world.ts'

const QUICK = { settleTimeMs: 10_000, bakeTimeMs: 0 }
const routes: RouteOptions[] = [{ weight: 7 }, { weight: 3 }, { weight: 5, on: 'own-listener' }]
const HOME = [
  { blue: 7, green: 0 },
  { blue: 3, green: 0 },
  { blue: 5, green: 0 },
]
const BACK = { outcome: 'succeeded', reason: '1.0.1 (blue) carries all traffic' }
const DAYS = 3 * 24 * 3600_000

async function rolledOut(options: { holdsAt?: number } = {}): Promise<World> {
  const { holdsAt = 1000 } = options
  const world = new World({ pair: { routes } })
  await world.rollOut({ ...QUICK, traffic: [{ share: holdsAt }] })
  world.events.length = 0
  return world
}

describe('mode: rollback brings back the very weights', () => {
  test.each([
    ['right after a success', 1000, 0, 'latest'],
    ['days after a success', 1000, DAYS, 'latest'],
    ['by the id', 1000, DAYS, 'r-001'],
    ['after a hold', 100, DAYS, 'latest'],
    ['after a hold, by the id', 333, 0, 'r-001'],
  ])('%s', async (_, holdsAt, later, rolloutId) => {
    const world = await rolledOut({ holdsAt })
    await world.clock.advance(later)
    const changes = watchChanges(world)
    expect(await run(world, operator('rollback', { rolloutId }))).toEqual(BACK)
    expect(weights(world)).toEqual(HOME)
    expect(changes.map(({ route }) => route).sort()).toEqual([0, 1, 2])
    expect(world.of('update-started')).toEqual([])
    expect(ledger(world, 'green')).toContain('last=r-001 outcome=rolled-back')
    expect(holds(world, 'blue')).toBe(OLD)
  })

  test('settles before it says so', async () => {
    const world = await rolledOut()
    const changes = watchChanges(world)
    const start = world.clock.now()
    await run(world, operator('rollback', { settleTimeMs: 30_000 }))
    expect(world.clock.now() - start).toBe((changes.at(-1)?.at ?? 0) + 30_000)
  })

  test('a second time changes nothing', async () => {
    const world = await rolledOut()
    await run(world, operator('rollback'))
    const writes = watchCalls(world)
    const { outcome, reason } = await run(world, operator('rollback'))
    expect([outcome, reason, writes]).toEqual([
      'succeeded',
      'nothing to undo: rollout r-001 ended as rolled-back',
      [],
    ])
  })

  test('dry-run says what it would do', async () => {
    const world = await rolledOut()
    const writes = watchCalls(world)
    const { outcome, reason } = await run(world, operator('rollback', { dryRun: true }))
    expect([outcome, reason, writes]).toEqual([
      'planned',
      'all traffic would go back to 1.0.1; nothing was changed',
      [],
    ])
  })

  test('with one ARN after a hold', async () => {
    const world = await rolledOut({ holdsAt: 100 })
    const targetGroupArns = world.groupArns.slice(0, 1)
    expect(await run(world, operator('rollback', { targetGroupArns }))).toEqual(BACK)
    expect(weights(world)).toEqual(HOME)
  })

  test('with one ARN after a success: refused, and both are asked for', async () => {
    const world = await rolledOut()
    const targetGroupArns = world.groupArns.slice(1)
    const { outcome, reason } = await run(world, operator('rollback', { targetGroupArns }))
    expect(outcome).toBe('refused')
    expect(reason).toMatch(/exactly two target groups/)
  })

  test('of a first rollout, before which nobody knows what ran', async () => {
    const world = new World({ pair: { routes } })
    const { previousVersion: _, ...whole } = world.settings(QUICK)
    const { outcome, reason } = await world.clock.run(world.start({ whole }).ended)
    expect([outcome, reason]).toEqual([
      'succeeded',
      '1.0.2 (green) carries all traffic, the version before (blue) stands by',
    ])
    expect(world.of('warned').map(({ text }) => text)).toEqual([
      expect.stringContaining('which version blue holds is not known'),
    ])
    const back = await run(world, operator('rollback'))
    expect([back, weights(world)]).toEqual([
      { outcome: 'succeeded', reason: 'the version before (blue) carries all traffic' },
      HOME,
    ])
  })
})

describe('routes that have changed since', () => {
  test('one that was deleted is nobody’s business any more', async () => {
    const world = await rolledOut()
    const [listener = '', rule = '', other = ''] = world.routeArns
    removeRule(world, rule)
    expect(await run(world, operator('rollback'))).toEqual(BACK)
    expect([weightsOn(world, listener), weightsOn(world, other)]).toEqual([HOME[0], HOME[2]])
  })

  test('one that was added is left alone, and named', async () => {
    const world = await rolledOut()
    const [listenerArn = ''] = world.routeArns
    const [, green = ''] = world.groupArns
    const added = world.simulator.addRule({
      listenerArn,
      priority: 50,
      conditions: [{ Field: 'path-pattern', Values: ['/new/*'] }],
      actions: [{ Type: 'forward', TargetGroupArn: green }],
    })
    expect(await run(world, operator('rollback'))).toEqual(BACK)
    expect(weightsOn(world, added)).toEqual({ blue: 0, green: 1 })
    expect(world.of('warned').map(({ text }) => text)).toEqual([
      'not part of that rollout, and left as it is, with traffic on the version that is left (put them right by hand): HTTP:80 rule 50',
    ])
  })

  test('weights that somebody has changed by hand go back all the same', async () => {
    const world = await rolledOut()
    setWeights(world, world.routeArns[1] as string, { blue: 50, green: 50 })
    expect(await run(world, operator('rollback'))).toEqual(BACK)
    expect(weights(world)).toEqual(HOME)
  })
})

describe('a rollback is refused', () => {
  const refusal = async (world: World, change: Parameters<typeof operator>[1] = {}) => {
    const before = weights(world)
    const writes = watchCalls(world)
    const { outcome, reason } = await run(world, operator('rollback', change))
    expect([outcome, writes, weights(world)]).toEqual(['refused', [], before])
    return reason
  }

  test('when the standby group holds another version', async () => {
    const world = await rolledOut()
    await rewrite(world, world.groupArns[0] as string, { holds: '1.0.7' })
    expect(await refusal(world)).toBe(
      'target group blue holds 1.0.7, not 1.0.1: the weights alone would not bring that back; deploy 1.0.1 instead',
    )
  })

  test('when the standby group is not healthy enough, unless min-green allows it', async () => {
    const world = await rolledOut()
    for (const id of ['10.0.0.11', '10.0.0.12']) Object.assign(world.servers.get(id) ?? {}, { isUp: false })
    await world.clock.advance(120_000)
    expect(await refusal(world)).toMatch(
      /^target group blue has 2 healthy of 4 \(10\.0\.0\.11: unhealthy .*\), and 4 must be before it carries all traffic/,
    )
    expect((await run(world, operator('rollback', { minGreen: { percent: 50 } }))).outcome).toBe('succeeded')
  })

  test('when previous-version is another one than that before', async () => {
    const world = await rolledOut()
    const options = operator('rollback', { previousVersion: '1.0.0' })
    const { version: _, ...settings } = { ...options.settings, version: '' }
    const whole = { ...world.settings(settings), version: '' }
    const { outcome, reason } = await world.clock.run(world.start({ whole }).ended)
    expect([outcome, reason]).toEqual([
      'refused',
      'previous-version is 1.0.0, but before rollout r-001 it was 1.0.1: leave it out, or deploy 1.0.0',
    ])
  })

  test('when another rollout has come since', async () => {
    const world = await rolledOut()
    await world.rollOut({ ...QUICK, version: '1.0.3' })
    expect(await refusal(world, { rolloutId: 'r-001' })).toContain('r-001 has been superseded by r-002')
  })
})

describe('a failed attempt after a good rollout', () => {
  test('latest undoes neither', async () => {
    const world = new World({
      pair: { routes },
      updateFails: (_, version) => (version === '1.0.3' ? 'exit code 3' : undefined),
    })
    await world.rollOut(QUICK)
    expect((await world.rollOut({ ...QUICK, version: '1.0.3', previousVersion: '1.0.2' })).outcome).toBe(
      'rolled-back',
    )
    const writes = watchCalls(world)
    const { outcome, reason } = await run(world, operator('rollback'))
    expect([outcome, writes]).toEqual(['succeeded', []])
    expect(reason).toContain('rollout r-002 ended as rolled-back')
    expect(weights(world)).toEqual(everyRoute(world, 0, 100))
  })
})
