import { describe, expect, test } from '@jest/globals'
import type { Action } from '../../simulator/account/action.ts'
import { type RouteOptions, weights } from '../support/pair.ts'
import { gateOf, operator, run, SMOKE } from '../support/shifts.ts'
import { World } from '../support/world.ts'

const QUICK = { settleTimeMs: 10_000, bakeTimeMs: 0, traffic: [{ share: 100 }, { share: 1000 }] }
const stickyGroup = { 'stickiness.enabled': 'true', 'stickiness.type': 'lb_cookie' }

const forwardOn = (world: World, route = 0) =>
  (world.simulator.actions(world.routeArns[route] as string).at(-1) as Action).ForwardConfig ?? {}
const stickinessOn = (world: World) => forwardOn(world).TargetGroupStickinessConfig
const warnings = (world: World) => world.of('warned').map(({ text }) => text)

describe('what is not ours comes out as it went in', () => {
  test.each(['oidc', 'jwt'] as const)('%s before the forward, on a listener and on a rule', async (auth) => {
    const routes: RouteOptions[] = [
      { auth, weight: 7 },
      { auth, weight: 3 },
    ]
    const world = new World({ pair: { routes } })
    const rest = () => world.routeArns.map((arn) => world.simulator.actions(arn).slice(0, -1))
    const [before, orders] = [
      rest(),
      world.routeArns.map((arn) => world.simulator.actions(arn).map((a) => a.Order)),
    ]
    expect((await world.rollOut(QUICK)).outcome).toBe('succeeded')
    expect(rest()).toEqual(before)
    expect(world.routeArns.map((arn) => world.simulator.actions(arn).map((a) => a.Order))).toEqual(orders)
    expect((await run(world, operator('rollback'))).outcome).toBe('succeeded')
    expect(rest()).toEqual(before)
    const secrets = world.routeArns.flatMap((arn) => world.simulator.clientSecrets(arn))
    expect(secrets).toEqual(auth === 'oidc' ? ['very secret', 'very secret'] : [])
  })

  test('other groups at weight 0 stay where they stand', async () => {
    const world = new World({ pair: { routes: [{ others: 3, weight: 7 }] } })
    const names = () =>
      (forwardOn(world).TargetGroups ?? []).map(({ TargetGroupArn, Weight }) => [TargetGroupArn, Weight])
    const before = names()
    await world.rollOut(QUICK)
    expect(names().slice(0, 3)).toEqual(before.slice(0, 3))
    await run(world, operator('rollback'))
    expect(names()).toEqual([...before, [world.groupArns[1], 0]])
  })
})

describe('stickiness of the groups in an action', () => {
  test('that is there is kept, and how long clients stay is said', async () => {
    const world = new World({ pair: { routes: [{ stickySeconds: 3600 }] } })
    await world.rollOut(QUICK)
    expect(stickinessOn(world)).toEqual({ Enabled: true, DurationSeconds: 3600 })
    expect(warnings(world)).toEqual([
      'group stickiness: a client stays on the side that it was sent to first for up to 1 h after a shift, and as long on green after a rollback: where that is too long, shorten or switch off the stickiness of the routes',
    ])
  })

  test.each(['blue', 'green'] as const)(
    'is switched on with one second where that of %s demands it',
    async (name) => {
      const world = new World({ pair: { attributes: { [name]: stickyGroup } } })
      expect((await world.rollOut(QUICK)).outcome).toBe('succeeded')
      expect(stickinessOn(world)).toEqual({ Enabled: true, DurationSeconds: 1 })
      expect(warnings(world)).toEqual([expect.stringContaining('it is switched on with one second')])
      expect((await run(world, operator('rollback'))).outcome).toBe('succeeded')
      expect(weights(world)).toEqual([{ blue: 1, green: 0 }])
    },
  )

  test('is not switched on where nothing demands it', async () => {
    const world = new World({ pair: {} })
    await world.rollOut(QUICK)
    expect([stickinessOn(world), warnings(world)]).toEqual([{ Enabled: false }, []])
  })
})

describe('the weights before', () => {
  test('come back exactly, each route its own, after a failure', async () => {
    const routes: RouteOptions[] = [{ weight: 999 }, { weight: 1 }, { weight: 42, on: 'own-listener' }]
    const world: World = new World({ pair: { routes }, gates: [gateOf('service', () => isBad())] })
    const isBad = () => weights(world)[0]?.green === 100
    const before = weights(world)
    const { outcome } = await world.rollOut({ ...QUICK, smoke: SMOKE.service })
    expect([outcome, weights(world)]).toEqual(['rolled-back', before])
  })
})
