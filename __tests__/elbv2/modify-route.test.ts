import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { sameActions, withWeights } from '../../src/domain/routing.ts'
import { AUTHENTICATED } from './action-samples.ts'
import { type Simulated, simulated, UNKNOWN_ID } from './routing-place.ts'

let place: Simulated
beforeEach(async () => {
  place = await simulated()
})
afterEach(() => place.close())

/** The default action of the listener, or its rule with this priority. */
const route = async (priority?: number) => {
  const { arn, protocol, port } = place.listener
  const name = priority === undefined ? `${protocol}:${port}` : `${protocol}:${port} rule ${priority}`
  const found = (await place.routing.describeRoutes({ arn, protocol, port })).find((one) => one.name === name)
  if (found === undefined) throw new Error(`no route ${name}`)
  return found
}

describe.each([
  ['the default action', undefined],
  ['a rule', 7],
])('%s', (_, priority) => {
  const shown = async () => place.simulator.actions((await route(priority)).arn)
  const set = (...actions: Parameters<typeof place.setDefault>[0]) =>
    priority === undefined ? place.setDefault(actions) : place.addRule(priority, actions)
  const shift = (blue: number, green: number) => ({
    weights: [blue, green].map((weight, index) => ({ arn: place.groups[index] ?? '', weight })),
    stickiness: 'as-it-is' as const,
  })

  test.each(Object.entries(AUTHENTICATED))(
    'keeps what comes before the forward: %s',
    async (name, before) => {
      set(...before, place.forwardTo(0))
      const [found, actions] = [await route(priority), await shown()]
      const answer = await place.routing.modifyRoute(withWeights(found, shift(90, 10)))
      expect(answer).toEqual(await route(priority))
      expect(answer).toEqual(withWeights(found, shift(90, 10)))
      expect((await shown()).slice(0, -1)).toEqual(actions.slice(0, -1))
      expect(place.simulator.clientSecrets(found.arn)).toEqual(name === 'oidc' ? ['a secret'] : [])
    },
  )

  test('goes to other weights and exactly back', async () => {
    set(place.forwardTo(0, 2))
    const [found, actions] = [await route(priority), await shown()]
    const there = await place.routing.modifyRoute(withWeights(found, shift(0, 100)))
    expect(await shown()).toMatchObject([
      {
        ForwardConfig: {
          TargetGroups: [{ Weight: 0 }, { Weight: 1 }, { TargetGroupArn: place.groups[1], Weight: 100 }],
        },
      },
    ])
    expect(sameActions(there, found)).toBe(false)
    expect(await place.routing.modifyRoute(found)).toEqual(found)
    expect(await shown()).toEqual(actions)
  })

  test('takes five groups, and stickiness that is switched on', async () => {
    set(place.forwardTo(0, 1, 2, 3, 4))
    const found = await route(priority)
    const changed = withWeights(found, { ...shift(40, 60), stickiness: 'needed' })
    expect(await place.routing.modifyRoute(changed)).toEqual(changed)
    expect(await place.routing.modifyRoute(changed)).toEqual(changed)
    expect(await route(priority)).toEqual(changed)
    expect(sameActions(found, changed)).toBe(false)
  })

  test('is sent with nothing that could change anything else', async () => {
    set(...AUTHENTICATED.oidc, place.forwardTo(0))
    const found = await route(priority)
    place.calls.length = 0
    await place.routing.modifyRoute(found)
    const [oidc] = AUTHENTICATED.oidc
    const { ClientSecret: _, ...config } = oidc.AuthenticateOidcConfig
    const actions = [
      { ...oidc, AuthenticateOidcConfig: { ...config, UseExistingClientSecret: true } },
      {
        Type: 'forward',
        Order: 200,
        ForwardConfig: {
          TargetGroups: [{ TargetGroupArn: place.groups[0], Weight: 1 }],
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ]
    const input =
      priority === undefined
        ? { ListenerArn: found.arn, DefaultActions: actions }
        : { RuleArn: found.arn, Actions: actions }
    const action = priority === undefined ? 'ModifyListener' : 'ModifyRule'
    expect(place.calls).toEqual([{ action, input }])
  })

  test('that is gone is not found, and a missing permission is named', async () => {
    set(place.forwardTo(0))
    const found = await route(priority)
    const operation = priority === undefined ? 'ModifyListener' : 'ModifyRule'
    const permission = `elasticloadbalancing:${operation}`
    const arn = found.arn.replace(/[^/]*$/, UNKNOWN_ID)
    const gone = { ...found, arn, ...(priority === undefined ? { listenerArn: arn } : {}) }
    await expect(place.routing.modifyRoute(gone)).rejects.toMatchObject({
      failure: 'not-found',
      permission,
    })
    place.simulator.faults = { deny: [operation] }
    await expect(place.routing.modifyRoute(found)).rejects.toMatchObject({ failure: 'denied', permission })
  })
})

test('a secret that the load balancer does not keep is an error, and nothing has changed', async () => {
  place.simulator.behaviour.existingSecretOnListener = 'rejected'
  place.setDefault([...AUTHENTICATED.oidc, place.forwardTo(0)])
  const found = await route()
  await expect(place.routing.modifyRoute(found)).rejects.toMatchObject({
    name: 'ApiError',
    failure: 'rejected',
  })
  expect(await route()).toEqual(found)
  expect(place.simulator.clientSecrets(found.arn)).toEqual(['a secret'])
})
