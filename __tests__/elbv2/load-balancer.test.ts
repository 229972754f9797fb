import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { serveApi } from '../../simulator/api/serve.ts'
import { systemClock } from '../../simulator/clock.ts'
import { Simulator } from '../../simulator/simulator.ts'
import { ApiError } from '../../src/domain/errors.ts'
import type { LoadBalancer } from '../../src/domain/ports.ts'
import { createClient } from '../../src/elbv2/client.ts'
import { createLoadBalancer } from '../../src/elbv2/load-balancer.ts'

/**
 * What the engine relies on, through the real SDK client over HTTP. With CONTRACT_TARGET_GROUP_ARN (a group of its own,
 * attached to an application load balancer, with one healthy target or more) it runs against AWS, with the credentials of
 * the environment; the first target leaves and comes back.
 */
const AWS_GROUP = process.env.CONTRACT_TARGET_GROUP_ARN

interface Place {
  readonly loadBalancer: LoadBalancer
  readonly groupArn: string
  readonly simulator?: Simulator
  close(): Promise<void>
}

async function simulated(): Promise<Place> {
  const simulator = new Simulator({
    clock: systemClock({ speed: 50 }),
    region: 'eu-west-1',
    probe: () => ({ status: 200 }),
  })
  const loadBalancerArn = simulator.addLoadBalancer({ name: 'web' })
  const groupArn = simulator.addTargetGroup({
    name: 'app',
    targetType: 'ip',
    healthCheck: { intervalSeconds: 5, timeoutSeconds: 2 },
    attributes: { 'deregistration_delay.timeout_seconds': '30', 'slow_start.duration_seconds': '60' },
  })
  simulator.addListener({ loadBalancerArn, forwardTo: groupArn })
  simulator.addHealthyTargets(groupArn, [
    { Id: '10.0.0.1', Port: 80 },
    { Id: '10.0.0.1', Port: 81 },
    { Id: '10.0.0.2', Port: 80 },
  ])
  const api = await serveApi(simulator)
  const before = { ...process.env }
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: api.url,
  })
  return {
    loadBalancer: createLoadBalancer(createClient('eu-west-1')),
    groupArn,
    simulator,
    async close() {
      process.env = before
      await api.close()
    },
  }
}

async function onAws(groupArn: string): Promise<Place> {
  const region = groupArn.split(':')[3] ?? ''
  const loadBalancer = createLoadBalancer(createClient(region))
  return { loadBalancer, groupArn, close: async () => {} }
}

let place: Place
beforeAll(async () => {
  place = await (AWS_GROUP === undefined ? simulated() : onAws(AWS_GROUP))
})
afterAll(() => place.close())

async function until<T>(question: () => Promise<T | undefined>): Promise<T> {
  while (true) {
    const answer = await question()
    if (answer !== undefined) return answer
    await new Promise((resolve) => setTimeout(resolve, AWS_GROUP === undefined ? 10 : 2_000))
  }
}

describe('the load balancer', () => {
  test('describes a group with its attributes, and leaves out what does not exist', async () => {
    const { loadBalancer, groupArn } = place
    const unknown = groupArn.replace(/.{4}$/, 'ffff')
    const [group, ...others] = await loadBalancer.describeGroups([unknown, groupArn])
    expect(others).toEqual([])
    expect(group).toMatchObject({ arn: groupArn, crossZone: 'inherited', healthCheckEnabled: true })
    expect(group?.loadBalancerArns).toHaveLength(1)
    if (AWS_GROUP !== undefined) return
    expect(group).toMatchObject({
      name: 'app',
      targetType: 'ip',
      healthCheckIntervalMs: 5_000,
      healthCheckTimeoutMs: 2_000,
      deregistrationDelayMs: 30_000,
      slowStartMs: 60_000,
      thresholds: { unhealthyRoutingCount: 1 },
    })
  })

  test('finds the load balancer and all of its groups', async () => {
    const { loadBalancer, groupArn } = place
    const [group] = await loadBalancer.describeGroups([groupArn])
    const [balancer] = await loadBalancer.describeLoadBalancers(group?.loadBalancerArns ?? [])
    expect(balancer).toMatchObject({ type: 'application', crossZone: 'on' })
    const groups = await loadBalancer.describeGroupsOf(balancer?.arn ?? '')
    expect(groups.map(({ arn }) => arn)).toContain(groupArn)
  })

  test.each(['true', 'false'])('tells what holds for a network one (cross-zone %s)', async (crossesZones) => {
    const { simulator, loadBalancer } = place
    if (simulator === undefined) return
    const attributes = { 'load_balancing.cross_zone.enabled': crossesZones }
    const arn = simulator.addLoadBalancer({ name: `net-${crossesZones}`, type: 'network', attributes })
    const termination = 'deregistration_delay.connection_termination.enabled'
    const groupArn = simulator.addTargetGroup({
      name: `tcp-${crossesZones}`,
      protocol: 'TCP',
      attributes: { [termination]: crossesZones },
    })
    expect(await loadBalancer.describeLoadBalancers([arn])).toMatchObject([
      { type: 'network', crossZone: crossesZones === 'true' ? 'on' : 'off' },
    ])
    expect(await loadBalancer.describeGroups([groupArn])).toMatchObject([
      { protocol: 'TCP', crossZone: 'inherited', closesConnections: crossesZones === 'true' },
    ])
  })

  test('takes out exactly the registration that is meant, shows it draining, and takes it back', async () => {
    const { loadBalancer, groupArn } = place
    const before = await loadBalancer.describeHealth(groupArn)
    const first = before.find((entry) => entry.state === 'healthy')
    if (first === undefined) throw new Error('no healthy target to take out')
    const { target } = first
    const stateOf = async () =>
      (await loadBalancer.describeHealth(groupArn)).find(
        (entry) => entry.target.id === target.id && entry.target.port === target.port,
      )?.state

    await loadBalancer.deregister(groupArn, [{ ...target, port: target.port + 1000 }])
    expect(await stateOf()).toBe('healthy')

    await loadBalancer.deregister(groupArn, [target])
    await until(async () => ((await stateOf()) === 'draining' ? true : undefined))
    await until(async () => ((await stateOf()) === undefined ? true : undefined))
    const others = (await loadBalancer.describeHealth(groupArn)).length
    expect(others).toBe(before.length - 1)

    await loadBalancer.register(groupArn, [target])
    await loadBalancer.register(groupArn, [target])
    await until(async () => ((await stateOf()) === 'healthy' ? true : undefined))
    expect(await loadBalancer.describeHealth(groupArn)).toHaveLength(before.length)
  }, 900_000)

  test('says that a group is not there', async () => {
    const unknown = place.groupArn.replace(/.{4}$/, 'ffff')
    await expect(place.loadBalancer.describeHealth(unknown)).rejects.toMatchObject({
      name: 'ApiError',
      failure: 'not-found',
      permission: 'elasticloadbalancing:DescribeTargetHealth',
    })
  })

  test('ends a call at once when it is aborted', async () => {
    const abort = new AbortController()
    const call = place.loadBalancer.describeHealth(place.groupArn, abort.signal)
    abort.abort(new Error('enough'))
    await expect(call).rejects.toBeInstanceOf(ApiError)
  })
})

const simulatedOnly = AWS_GROUP === undefined ? describe : describe.skip

simulatedOnly('a call that fails', () => {
  test('for want of a permission names it', async () => {
    const { simulator, loadBalancer, groupArn } = place
    if (simulator === undefined) return
    simulator.faults = { deny: ['RegisterTargets'] }
    await expect(loadBalancer.register(groupArn, [{ id: '10.0.0.1', port: 80 }])).rejects.toMatchObject({
      failure: 'denied',
      permission: 'elasticloadbalancing:RegisterTargets',
    })
    simulator.faults = {}
  })

  test.each([
    ['throttled', { throttleShare: 1 }],
    ['answered with a 5xx', { errorShare: 1 }],
    ['cut', { resetShare: 1 }],
  ])(
    'because it was %s may succeed later',
    async (_, faults) => {
      const { simulator, loadBalancer, groupArn } = place
      if (simulator === undefined) return
      simulator.faults = faults
      await expect(loadBalancer.describeHealth(groupArn)).rejects.toMatchObject({ failure: 'transient' })
      simulator.faults = {}
      expect(await loadBalancer.describeHealth(groupArn)).toHaveLength(3)
    },
    60_000,
  )

  test('because nobody answers may succeed later', async () => {
    const before = process.env.AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2
    process.env.AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2 = 'http://127.0.0.1:1'
    const loadBalancer = createLoadBalancer(createClient('eu-west-1'))
    await expect(loadBalancer.describeHealth(place.groupArn)).rejects.toMatchObject({ failure: 'transient' })
    process.env.AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2 = before
  })

  test('because the credentials are wrong will not', async () => {
    const before = { ...process.env }
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name]
    Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' })
    const loadBalancer = createLoadBalancer(createClient('eu-west-1'))
    await expect(loadBalancer.describeHealth(place.groupArn)).rejects.toMatchObject({
      failure: 'credentials',
    })
    process.env = before
  })
})
