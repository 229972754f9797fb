import { type Action, forward } from '../simulator/account/action.ts'
import type { Clock } from '../simulator/clock.ts'
import type { RequestMeter } from '../simulator/data/meter.ts'
import { httpProbe } from '../simulator/data/probe.ts'
import type { Resolve } from '../simulator/data/serve.ts'
import type { Behaviour, Faults } from '../simulator/options.ts'
import { Simulator } from '../simulator/simulator.ts'
import type { Fleet } from './fleet.ts'
import { type MoreRoutes, openRoutes, type Route } from './routes.ts'

export interface LoadBalancerOptions {
  readonly delaySeconds?: number
  readonly intervalSeconds?: number
  readonly checkTimeoutSeconds?: number
  readonly seed?: number
  readonly faults?: Partial<Faults>
  readonly behaviour?: Partial<Behaviour>
}

/** A target group, and the servers that are registered in it. */
export interface Group {
  readonly name: string
  readonly arn: string
  readonly fleet: Fleet
}

interface Setting {
  readonly options: LoadBalancerOptions
  readonly clock: Clock
  /** Of what goes through its listeners, by its ARN. */
  readonly meterFor?: (loadBalancerArn: string) => RequestMeter
  /** By the names of their groups: one, or blue and green. The first has all the traffic. */
  readonly fleets: Readonly<Record<string, Fleet>>
  readonly resolve: Resolve
  readonly routes: MoreRoutes & { readonly attached?: boolean }
}

export interface LoadBalancer {
  readonly simulator: Simulator
  readonly groups: readonly Group[]
  readonly routes: readonly Route[]
}

export async function openLoadBalancer(setting: Setting): Promise<LoadBalancer> {
  const { options, fleets, resolve, routes: more, meterFor } = setting
  const simulator = createSimulator(setting)
  const loadBalancerArn = simulator.addLoadBalancer({ name: 'shop' })
  const groups = Object.entries(fleets).map(([name, fleet]) => {
    return { name, fleet, arn: addGroup(simulator, name, options) }
  })
  const [blue = '', green = blue] = groups.map(({ arn }) => arn)
  const production = more.attached === true ? forwardToPair(blue, green) : forward(blue)
  const forwards = { production, blue: forward(blue), green: forward(green) }
  const meter = meterFor?.(loadBalancerArn)
  const site = { simulator, loadBalancerArn, resolve, ...(meter === undefined ? {} : { meter }) }
  const routes = await openRoutes(site, forwards, more)
  for (const { arn, fleet } of groups) {
    const targets = fleet.servers.map(({ id }) => ({ Id: id }))
    simulator.addHealthyTargets(arn, targets)
  }
  return { simulator, groups, routes }
}

function createSimulator({ options, clock, resolve }: Setting): Simulator {
  return new Simulator({
    clock,
    probe: httpProbe(resolve),
    ...('seed' in options ? { seed: options.seed ?? 1 } : {}),
    ...('faults' in options ? { faults: options.faults ?? {} } : {}),
    ...('behaviour' in options ? { behaviour: options.behaviour ?? {} } : {}),
  })
}

function addGroup(simulator: Simulator, name: string, options: LoadBalancerOptions): string {
  const { delaySeconds = 5, intervalSeconds = 5, checkTimeoutSeconds = 2 } = options
  return simulator.addTargetGroup({
    name,
    healthCheck: { path: '/health', intervalSeconds, timeoutSeconds: checkTimeoutSeconds },
    attributes: { 'deregistration_delay.timeout_seconds': String(delaySeconds) },
  })
}

/** To both of them, with all requests for the first. */
function forwardToPair(blueArn: string, greenArn: string): Action {
  const TargetGroups = [
    { TargetGroupArn: blueArn, Weight: 1 },
    { TargetGroupArn: greenArn, Weight: 0 },
  ]
  return { Type: 'forward', ForwardConfig: { TargetGroups } }
}
