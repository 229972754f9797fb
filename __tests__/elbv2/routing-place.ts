import type { Action } from '../../simulator/account/action.ts'
import { serveApi } from '../../simulator/api/serve.ts'
import { systemClock } from '../../simulator/clock.ts'
import { Simulator } from '../../simulator/simulator.ts'
import type { Routing } from '../../src/domain/ports.ts'
import type { Listener } from '../../src/domain/routing.ts'
import { createClient } from '../../src/elbv2/client.ts'
import { createRouting } from '../../src/elbv2/routing.ts'

export const UNKNOWN_ID = 'ffffffffffffffff'

/** A load balancer with a listener. */
export interface Place {
  readonly routing: Routing
  readonly loadBalancerArn: string
  readonly listenerArn: string
  close(): Promise<void>
}

export interface Simulated extends Place {
  readonly simulator: Simulator
  readonly listener: Listener
  /** Five of them; the listener forwards to the first. */
  readonly groups: readonly string[]
  /** Those that have arrived. */
  readonly calls: { readonly action: string; readonly input: object }[]
  addListener(port: number): string
  addRule(priority: number, actions: readonly Action[]): void
  setDefault(actions: readonly Action[]): void
  /** To the groups with these numbers, each with weight 1; after all samples of actions. */
  forwardTo(...numbers: number[]): Action
}

export async function simulated(): Promise<Simulated> {
  const simulator = new Simulator({
    clock: systemClock({ speed: 50 }),
    region: 'eu-west-1',
    probe: () => ({ status: 200 }),
  })
  const loadBalancerArn = simulator.addLoadBalancer({ name: 'web' })
  const groups = ['a', 'b', 'c', 'd', 'e'].map((name) => simulator.addTargetGroup({ name }))
  const addListener = (port: number, protocol = 'HTTP') =>
    simulator.addListener({ loadBalancerArn, port, protocol, forwardTo: groups[0] ?? '' })
  const listenerArn = addListener(443, 'HTTPS')
  const calls: Simulated['calls'] = []
  simulator.observe((event) => {
    if (event.type === 'call') calls.push({ action: event.action, input: event.input })
  })
  return {
    ...(await served(simulator)),
    simulator,
    loadBalancerArn,
    listenerArn,
    listener: { arn: listenerArn, protocol: 'HTTPS', port: 443 },
    groups,
    calls,
    addListener,
    addRule(priority, actions) {
      const conditions = [{ Field: 'path-pattern', Values: [`/${priority}/*`] }]
      simulator.addRule({ listenerArn, priority, conditions, actions })
    },
    setDefault: (actions) => simulator.setActions(listenerArn, actions),
    forwardTo(...numbers) {
      const TargetGroups = numbers.map((number) => ({ TargetGroupArn: groups[number] ?? '' }))
      return { Type: 'forward', Order: 200, ForwardConfig: { TargetGroups } }
    },
  }
}

async function served(simulator: Simulator): Promise<Pick<Place, 'routing' | 'close'>> {
  const api = await serveApi(simulator)
  const before = { ...process.env }
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: api.url,
  })
  return {
    routing: createRouting(createClient('eu-west-1')),
    async close() {
      process.env = before
      await api.close()
    },
  }
}

export async function onAws(listenerArn: string): Promise<Place> {
  const routing = createRouting(createClient(listenerArn.split(':')[3] ?? ''))
  const loadBalancerArn = listenerArn.replace(':listener/', ':loadbalancer/').replace(/\/[^/]*$/, '')
  return { routing, loadBalancerArn, listenerArn, close: async () => {} }
}
