import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { ApiError } from '../../src/domain/errors.ts'
import { AUTHENTICATED, FIXED, REDIRECT } from './action-samples.ts'
import { onAws, type Place, type Simulated, simulated, UNKNOWN_ID } from './routing-place.ts'

/**
 * What the engine relies on, through the real SDK client over HTTP. With CONTRACT_LISTENER_ARN the parts that only read
 * run against AWS, with the credentials of the environment.
 */
const AWS_LISTENER = process.env.CONTRACT_LISTENER_ARN

describe('listeners and rules', () => {
  let place: Place
  beforeAll(async () => {
    place = await (AWS_LISTENER === undefined ? simulated() : onAws(AWS_LISTENER))
  })
  afterAll(() => place.close())

  const listener = async () => {
    const listeners = await place.routing.describeListeners(place.loadBalancerArn)
    const found = listeners.find(({ arn }) => arn === place.listenerArn)
    if (found === undefined) throw new Error('the listener is not described')
    return found
  }

  test('the listeners of a load balancer have a protocol and a port', async () => {
    expect(await listener()).toEqual({
      arn: place.listenerArn,
      protocol: expect.stringMatching(/^[A-Z_]+$/),
      port: expect.any(Number),
    })
  })

  test('the routes of a listener end with its default action, under its own ARN', async () => {
    const { arn, protocol, port } = await listener()
    const routes = await place.routing.describeRoutes({ arn, protocol, port })
    expect(routes.at(-1)).toMatchObject({ arn, listenerArn: arn, name: `${protocol}:${port}` })
    for (const route of routes.slice(0, -1)) {
      expect(route.arn).toContain(':listener-rule/')
      expect(route.listenerArn).toBe(arn)
      expect(route.name).toMatch(new RegExp(`^${protocol}:${port} rule [1-9]\\d*$`))
    }
    for (const { actions } of routes) expect(actions).not.toEqual([])
  })

  test.each(['Listeners', 'Rules'])('%s of what does not exist are not found', async (what) => {
    const gone = (arn: string) => arn.replace(/[^/]*$/, UNKNOWN_ID)
    const asked =
      what === 'Listeners'
        ? place.routing.describeListeners(gone(place.loadBalancerArn))
        : place.routing.describeRoutes({ arn: gone(place.listenerArn), protocol: 'HTTP', port: 80 })
    await expect(asked).rejects.toMatchObject({
      name: 'ApiError',
      failure: 'not-found',
      permission: `elasticloadbalancing:Describe${what}`,
    })
  })

  test('a call ends at once when it is aborted', async () => {
    const aborted = AbortSignal.abort(new Error('enough'))
    const call = place.routing.describeListeners(place.loadBalancerArn, aborted)
    await expect(call).rejects.toBeInstanceOf(ApiError)
  })
})

const simulatedOnly = AWS_LISTENER === undefined ? describe : describe.skip

simulatedOnly('on the simulator', () => {
  let place: Simulated
  beforeEach(async () => {
    place = await simulated()
  })
  afterEach(() => place.close())

  /** The default action of the listener, or its rule with this priority. */
  const route = async (priority?: number) => {
    const { arn, protocol, port } = place.listener
    const name = priority === undefined ? `${protocol}:${port}` : `${protocol}:${port} rule ${priority}`
    const found = (await place.routing.describeRoutes({ arn, protocol, port })).find(
      (one) => one.name === name,
    )
    if (found === undefined) throw new Error(`no route ${name}`)
    return found
  }
  const calls = () => place.calls.map(({ action }) => action)

  describe('what is described', () => {
    test('comes in pages, rules by priority', async () => {
      place.simulator.behaviour.pageSize = 2
      for (const port of [8001, 8002, 8003]) place.addListener(port)
      for (const priority of [20, 100, 3]) place.addRule(priority, [FIXED])
      const listeners = await place.routing.describeListeners(place.loadBalancerArn)
      expect(listeners.map(({ port }) => port)).toEqual([443, 8001, 8002, 8003])
      const routes = await place.routing.describeRoutes(place.listener)
      expect(routes.map(({ name }) => name)).toEqual([
        'HTTPS:443 rule 3',
        'HTTPS:443 rule 20',
        'HTTPS:443 rule 100',
        'HTTPS:443',
      ])
      expect(calls()).toEqual(['DescribeListeners', 'DescribeListeners', 'DescribeRules', 'DescribeRules'])
      expect(place.calls[0]?.input).toMatchObject({ PageSize: 400 })
    })

    test('of a single group has one form, whichever it was made in', async () => {
      const [blue = ''] = place.groups
      place.addRule(1, [{ Type: 'forward', TargetGroupArn: blue }])
      place.addRule(2, [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: blue }] } }])
      const action = { kind: 'forward', groups: [{ arn: blue, weight: 1 }], stickiness: { enabled: false } }
      expect((await route(1)).actions).toEqual([action])
      expect((await route(2)).actions).toEqual([action])
    })

    test('keeps a weight of 0, the order of groups, and stickiness', async () => {
      const weights = [0, 3, 999, 0, 1]
      const TargetGroups = place.groups.map((arn, index) => ({
        TargetGroupArn: arn,
        Weight: weights[index] ?? 0,
      }))
      const TargetGroupStickinessConfig = { Enabled: true, DurationSeconds: 60 }
      place.addRule(1, [{ Type: 'forward', ForwardConfig: { TargetGroups, TargetGroupStickinessConfig } }])
      expect((await route(1)).actions).toEqual([
        {
          kind: 'forward',
          groups: place.groups.map((arn, index) => ({ arn, weight: weights[index] })),
          stickiness: { enabled: true, seconds: 60 },
        },
      ])
    })

    test('has what is not a forward as it came, without anything of a secret', async () => {
      place.addRule(1, [REDIRECT])
      place.addRule(2, [FIXED])
      const { RedirectConfig } = REDIRECT
      const redirect = { kind: 'other', type: 'redirect', settings: { RedirectConfig } }
      expect((await route(1)).actions).toEqual([redirect])
      expect((await route(2)).actions).toMatchObject([{ kind: 'other', type: 'fixed-response' }])
      const [oidc] = AUTHENTICATED.oidc
      place.setDefault([...AUTHENTICATED.oidc, place.forwardTo(0)])
      const { ClientSecret: _, ...config } = oidc.AuthenticateOidcConfig
      expect((await route()).actions[0]).toEqual({
        kind: 'other',
        order: 1,
        type: 'authenticate-oidc',
        settings: { AuthenticateOidcConfig: config },
      })
    })
  })
})
