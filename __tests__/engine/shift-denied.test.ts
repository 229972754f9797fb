import { describe, expect, test } from '@jest/globals'
import { type RouteOptions, weights, weightsOn } from '../support/pair.ts'
import { gateOf, holds, removeRule, SMOKE, watchChanges, whenGreenHas } from '../support/shifts.ts'
import { World } from '../support/world.ts'

const STEPS = {
  settleTimeMs: 10_000,
  bakeTimeMs: 0,
  traffic: [{ share: 100, holdMs: 20_000 }, { share: 1000 }],
}
const many = (count: number): RouteOptions[] => Array.from({ length: count }, () => ({ weight: 7 }))

describe('a route that cannot be changed', () => {
  test('since it was deleted between our look and our write', async () => {
    const world = new World({ pair: { routes: many(3) } })
    const [listener = '', rule = '', other = ''] = world.routeArns
    let writes = 0
    const onCall = (_: number, action: string): undefined => {
      // Two rules are attached; the third write is that of the shift.
      if (action === 'ModifyRule' && ++writes === 3) removeRule(world, rule)
    }
    world.simulator.faults = { onCall }
    const { outcome, reason } = await world.rollOut(STEPS)
    expect([outcome, weightsOn(world, listener), weightsOn(world, other)]).toEqual([
      'rolled-back',
      { blue: 7, green: 0 },
      { blue: 7, green: 0 },
    ])
    expect(reason).toContain('HTTP:80 rule 1 could not be changed')
    expect(reason).not.toContain('do not all have')
  })

  const routes: RouteOptions[] = [{ weight: 7 }, { weight: 3 }, { weight: 5, on: 'own-listener' }]

  test('for want of a permission, from the first write on: all or none', async () => {
    const world = new World({ pair: { routes }, faults: { deny: ['ModifyRule'] } })
    const { outcome, reason } = await world.rollOut(STEPS)
    expect(outcome).toBe('rolled-back')
    expect(reason).toMatch(/^HTTP:80 rule 1 could not be changed: .*elasticloadbalancing:ModifyRule/)
    expect(reason).toMatch(/1\.0\.1 \(blue\) carries all traffic$/)
    // Where green could be attached it stays so, without traffic: detaching would cut what is under way.
    expect(weights(world)).toEqual([
      { blue: 7, green: 0 },
      { blue: 3, green: 0 },
      { blue: 5, green: 0 },
    ])
  })

  test('from the shift on: those already changed go back', async () => {
    const world = new World({ pair: { routes: routes.map((route) => ({ ...route, green: 'attached' })) } })
    world.simulator.faults = { deny: ['ModifyRule'] }
    const changes = watchChanges(world)
    const { outcome, reason } = await world.rollOut(STEPS)
    expect(weights(world)).toEqual([
      { blue: 7, green: 0 },
      { blue: 3, green: 0 },
      { blue: 5, green: 0 },
    ])
    expect([outcome, reason]).toEqual([
      'rolled-back',
      expect.stringMatching(/1\.0\.1 \(blue\) carries all traffic$/),
    ])
    // None of them is left with the new weights for longer than the calls take.
    expect(new Set(changes.map(({ at }) => at)).size).toBe(1)
  })

  test('on the way back too: failed, and it says which, and what to run', async () => {
    const world: World = new World({ pair: { routes }, gates: [gateOf('service', () => isBad())] })
    const isBad = () => weights(world)[0]?.green === 10
    whenGreenHas(
      world,
      10,
      () => {
        world.simulator.faults = { deny: ['ModifyRule'] }
      },
      9_000,
    )
    const { outcome, reason } = await world.rollOut({ ...STEPS, smoke: SMOKE.service })
    expect(outcome).toBe('failed')
    expect(reason).toMatch(
      /^smoke test failed: status 500; the rollback stopped too: HTTP:80 rule 1 could not/,
    )
    expect(reason).toContain('mode: recover')
    expect(weights(world)).toEqual([
      { blue: 7, green: 0 },
      { blue: 90, green: 10 },
      { blue: 5, green: 0 },
    ])
    expect(holds(world, 'green')).toBe('unknown')
    expect(reason).toContain('10%')
  })
})
