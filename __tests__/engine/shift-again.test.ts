import { describe, expect, test } from '@jest/globals'
import { type RouteOptions, weights } from '../support/pair.ts'
import { everyRoute, gateOf, holds, operator, run, SMOKE, watchCalls } from '../support/shifts.ts'
import { World } from '../support/world.ts'

const QUICK = { settleTimeMs: 10_000, bakeTimeMs: 0 }
const routes: RouteOptions[] = [{ weight: 7 }, { weight: 3, on: 'own-listener' }]

/** As the workflow does it: what runs now is known from the ledger. */
function deploy(world: World, version: string, change = {}) {
  const { previousVersion: _, ...whole } = world.settings({ ...QUICK, version, ...change })
  return world.clock.run(world.start({ whole }).ended)
}

describe('the next deploy after a success', () => {
  test('goes the other way, and the one after that the first way again', async () => {
    const world = new World({ pair: { routes } })
    await world.rollOut(QUICK)
    expect(await deploy(world, '1.0.3')).toEqual({
      outcome: 'succeeded',
      reason: '1.0.3 (blue) carries all traffic, 1.0.2 (green) stands by',
    })
    expect(weights(world)).toEqual(everyRoute(world, 100, 0))
    expect(await deploy(world, '1.0.4')).toEqual({
      outcome: 'succeeded',
      reason: '1.0.4 (green) carries all traffic, 1.0.3 (blue) stands by',
    })
    expect(weights(world)).toEqual(everyRoute(world, 0, 100))
    expect([holds(world, 'blue'), holds(world, 'green')]).toEqual(['1.0.3', '1.0.4'])
    expect([...world.servers.values()].map(({ version }) => version)).toEqual([
      ...Array.from({ length: 4 }, () => '1.0.3'),
      ...Array.from({ length: 4 }, () => '1.0.4'),
    ])
  })

  test('can be undone to the one before, and no further', async () => {
    const world = new World({ pair: { routes } })
    await world.rollOut(QUICK)
    await deploy(world, '1.0.3')
    expect(await run(world, operator('rollback'))).toEqual({
      outcome: 'succeeded',
      reason: '1.0.2 (green) carries all traffic',
    })
    expect(weights(world)).toEqual(everyRoute(world, 0, 100))
    const writes = watchCalls(world)
    const { reason } = await run(world, operator('rollback'))
    expect([reason.startsWith('nothing to undo'), writes]).toEqual([true, []])
  })

  test('that fails leaves the first one live, and its weights', async () => {
    const world: World = new World({ pair: { routes }, gates: [gateOf('service', () => isBad())] })
    const isBad = () => world.events.length > 0 && weights(world)[0]?.blue === 10
    await world.rollOut(QUICK)
    const traffic = [{ share: 100 }, { share: 1000 }]
    const { outcome, reason } = await deploy(world, '1.0.3', { traffic, smoke: SMOKE.service })
    expect([outcome, reason]).toEqual([
      'rolled-back',
      'smoke test failed: status 500; 1.0.2 (green) carries all traffic',
    ])
    expect(weights(world)).toEqual(everyRoute(world, 0, 100))
    expect([holds(world, 'blue'), holds(world, 'green')]).toEqual(['unknown', '1.0.2'])
    // The way is the same for the next attempt.
    expect((await deploy(world, '1.0.4')).reason).toBe(
      '1.0.4 (blue) carries all traffic, 1.0.2 (green) stands by',
    )
  })

  test('after a rollback goes the first way again', async () => {
    const world = new World({ pair: { routes } })
    await world.rollOut(QUICK)
    await run(world, operator('rollback'))
    expect((await deploy(world, '1.0.3')).reason).toBe(
      '1.0.3 (green) carries all traffic, 1.0.1 (blue) stands by',
    )
    expect(await run(world, operator('rollback'))).toMatchObject({ outcome: 'succeeded' })
    expect(weights(world)).toEqual([
      { blue: 7, green: 0 },
      { blue: 3, green: 0 },
    ])
  })

  test('finds who is live by the weights, whatever is written, when somebody has moved them by hand', async () => {
    const world = new World({ pair: {} })
    await world.rollOut(QUICK)
    const [blue = '', green = ''] = world.groupArns
    const TargetGroups = [
      { TargetGroupArn: blue, Weight: 1 },
      { TargetGroupArn: green, Weight: 0 },
    ]
    world.simulator.setActions(world.routeArns[0] as string, [
      { Type: 'forward', ForwardConfig: { TargetGroups } },
    ])
    expect((await deploy(world, '1.0.3')).reason).toBe(
      '1.0.3 (green) carries all traffic, 1.0.1 (blue) stands by',
    )
  })
})

describe('dry-run of a deploy', () => {
  test('changes nothing, and says what would be done', async () => {
    const world = new World({ pair: { routes } })
    const writes = watchCalls(world)
    const traffic = [{ share: 5, holdMs: 60_000 }, { share: 333 }, { share: 1000 }]
    const { outcome, reason } = await world.rollOut({ ...QUICK, traffic, dryRun: true })
    expect([outcome, reason, writes]).toEqual([
      'planned',
      'the traffic would be shifted to 1.0.2 (0.5%, 33.3%, 100%); nothing was changed',
      [],
    ])
    expect(world.of('planned')[0]?.plan.phases.map(({ kind }) => kind)).toEqual([
      'ready',
      'shift',
      'shift',
      'shift',
    ])
  })
})
