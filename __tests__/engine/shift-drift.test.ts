import { describe, expect, test } from '@jest/globals'
import { type RouteOptions, weights, weightsOn } from '../support/pair.ts'
import {
  actionTypes,
  addJwt,
  changeForward,
  everyRoute,
  removeRule,
  setWeights,
  whenGreenHas,
} from '../support/shifts.ts'
import { World } from '../support/world.ts'

const STEPS = {
  settleTimeMs: 10_000,
  bakeTimeMs: 0,
  traffic: [{ share: 100, holdMs: 20_000 }, { share: 1000 }],
}
const many = (count: number): RouteOptions[] => Array.from({ length: count }, () => ({ weight: 7 }))

describe('somebody else changes', () => {
  const worldOf = () => new World({ pair: { routes: [{ weight: 7 }, { weight: 3, on: 'own-listener' }] } })

  test('weights between two steps: stopped with the diff, and back', async () => {
    const world = worldOf()
    whenGreenHas(
      world,
      10,
      () => setWeights(world, world.routeArns[0] as string, { blue: 50, green: 50 }),
      9_000,
    )
    const { outcome, reason } = await world.rollOut(STEPS)
    expect([outcome, reason]).toEqual([
      'rolled-back',
      'somebody else has changed the routes: HTTP:80 forwards to blue 50, green 50 instead of blue 90, green 10; 1.0.1 (blue) carries all traffic',
    ])
    expect(weights(world)).toEqual([
      { blue: 7, green: 0 },
      { blue: 3, green: 0 },
    ])
  })

  test('the actions before the forward: stopped with the diff, and theirs is kept', async () => {
    const world = worldOf()
    whenGreenHas(world, 10, () => addJwt(world, world.routeArns[1] as string), 9_000)
    const { outcome, reason } = await world.rollOut(STEPS)
    expect(outcome).toBe('rolled-back')
    expect(reason).toContain(
      'actions before the forward of HTTP:81 have been changed (forward to jwt-validation, forward)',
    )
    expect(actionTypes(world, world.routeArns[1] as string)).toEqual(['jwt-validation', 'forward'])
    expect(weightsOn(world, world.routeArns[1] as string)).toEqual({ blue: 3, green: 0 })
  })

  test('the stickiness: stopped with the diff, and theirs is kept', async () => {
    const world = worldOf()
    const [arn = ''] = world.routeArns
    const sticky = { Enabled: true, DurationSeconds: 90 }
    const act = () =>
      changeForward(world, arn, (config) => ({ ...config, TargetGroupStickinessConfig: sticky }))
    whenGreenHas(world, 10, act, 9_000)
    const { outcome, reason } = await world.rollOut(STEPS)
    expect(outcome).toBe('rolled-back')
    expect(reason).toContain('the group stickiness of HTTP:80 is 90 s instead of off')
    expect(world.simulator.actions(arn)[0]?.ForwardConfig?.TargetGroupStickinessConfig).toEqual(sticky)
    expect(weightsOn(world, arn)).toEqual({ blue: 7, green: 0 })
  })

  test('adds a rule that forwards to one of the groups: stopped, and it is left alone', async () => {
    const world = worldOf()
    const [listenerArn = ''] = world.routeArns
    const [blue = ''] = world.groupArns
    let added = ''
    const act = () => {
      added = world.simulator.addRule({
        listenerArn,
        priority: 50,
        conditions: [{ Field: 'path-pattern', Values: ['/new/*'] }],
        actions: [{ Type: 'forward', TargetGroupArn: blue }],
      })
    }
    whenGreenHas(world, 10, act, 9_000)
    const { outcome, reason } = await world.rollOut(STEPS)
    expect(outcome).toBe('rolled-back')
    expect(reason).toContain('HTTP:80 rule 50 is new, and forwards to blue 1')
    expect(weightsOn(world, added)).toEqual({ blue: 1, green: 0 })
  })

  test('adds a rule that forwards elsewhere: that is not our business', async () => {
    const world = worldOf()
    const [listenerArn = ''] = world.routeArns
    const other = world.simulator.addTargetGroup({ name: 'other', targetType: 'ip' })
    const conditions = [{ Field: 'path-pattern', Values: ['/new/*'] }]
    const actions = [{ Type: 'forward', TargetGroupArn: other }]
    const act = () => void world.simulator.addRule({ listenerArn, priority: 50, conditions, actions })
    whenGreenHas(world, 10, act, 9_000)
    expect((await world.rollOut(STEPS)).outcome).toBe('succeeded')
  })

  test('deletes a rule of ours: stopped, and the others go back', async () => {
    const world = new World({ pair: { routes: many(2) } })
    const [listener = '', rule = ''] = world.routeArns
    whenGreenHas(world, 10, () => removeRule(world, rule), 9_000)
    const { outcome, reason } = await world.rollOut(STEPS)
    expect(outcome).toBe('rolled-back')
    expect(reason).toContain('HTTP:80 rule 1 is gone')
    expect(weightsOn(world, listener)).toEqual({ blue: 7, green: 0 })
  })

  test('weights right after our write, before it was read back: they are not as they were set', async () => {
    const world = new World({ pair: { routes: [{ weight: 7 }] }, faults: { latencyMs: 100 } })
    const [arn = ''] = world.routeArns
    whenGreenHas(world, 10, () => setWeights(world, arn, { blue: 1, green: 1 }), 60)
    const { outcome, reason } = await world.rollOut(STEPS)
    expect(outcome).toBe('rolled-back')
    expect(reason).toContain(
      'after the change the routes are not as they were set: HTTP:80 forwards to blue 1, green 1',
    )
    expect(weights(world)).toEqual([{ blue: 7, green: 0 }])
  })

  test('weights between our survey and our first write: nothing is said that is not so', async () => {
    const world = new World({ pair: { routes: [{ green: 'attached' }] } })
    const [arn = ''] = world.routeArns
    let writes = 0
    const onCall = (_: number, action: string): undefined => {
      if (action === 'AddTags' && ++writes === 1) setWeights(world, arn, { blue: 0, green: 100 })
    }
    world.simulator.faults = { onCall }
    const { outcome, reason } = await world.rollOut(STEPS)
    expect(weights(world)).toEqual([{ blue: 0, green: 100 }])
    expect(reason).toContain('HTTP:80 forwards to blue 0, green 100 instead of blue 1, green 0')
    expect(reason).not.toContain('(blue) carries all traffic')
    expect(outcome).not.toBe('rolled-back')
  })

  test('an action while our write is tried again and again: theirs is kept', async () => {
    const world = new World({ pair: {} })
    const [arn = ''] = world.routeArns
    let tries = 0
    const onCall = (_: number, action: string) => {
      if (action !== 'ModifyListener' || ++tries > 3) return undefined
      if (tries === 2) addJwt(world, arn)
      return 'reject-before' as const
    }
    world.simulator.faults = { onCall }
    await world.rollOut(STEPS)
    expect(actionTypes(world, arn)).toEqual(['jwt-validation', 'forward'])
  })

  test('an action between two looks of one change of many routes: theirs is kept', async () => {
    const world = new World({ pair: { routes: many(12) }, faults: { latencyMs: 100 } })
    const [, rule = ''] = world.routeArns
    whenGreenHas(world, 100, () => addJwt(world, rule), 60)
    const { outcome, reason } = await world.rollOut({ ...STEPS, traffic: [{ share: 1000 }] })
    expect([outcome, weights(world)]).toEqual(['rolled-back', everyRoute(world, 7, 0)])
    expect(reason).toContain('the actions before the forward of HTTP:80 rule 1 have been changed')
    expect(actionTypes(world, rule)).toEqual(['jwt-validation', 'forward'])
  })
})
