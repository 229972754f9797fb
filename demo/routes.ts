import type { Action } from '../simulator/account/action.ts'
import type { RequestMeter } from '../simulator/data/meter.ts'
import { type Resolve, type ServedData, serveData } from '../simulator/data/serve.ts'
import type { Simulator } from '../simulator/simulator.ts'

/** What there is beside the default action of the listener on port 80. */
export interface MoreRoutes {
  /** Patterns of paths, such as `/api/*`, with a rule each that forwards to blue. */
  readonly paths?: readonly string[]
  /** Listeners by name, each on a port of its own, and what they show. */
  readonly listeners?: Readonly<Record<string, 'blue' | 'green'>>
}

/** What sends requests to target groups, by their weights. */
export interface Route {
  /** PRODUCTION, the pattern of a path, or the name of a listener. */
  readonly name: string
  /** Of the rule; of the listener where it is its default action. */
  readonly arn: string
  readonly shows: 'blue' | 'green'
  /** Its listener. */
  readonly data: ServedData
  /** Where its listener answers by it. */
  readonly path: string
}

export const PRODUCTION = 'production'

interface Site {
  readonly simulator: Simulator
  readonly loadBalancerArn: string
  readonly resolve: Resolve
  readonly meter?: RequestMeter
}

interface Forwards {
  /** The default action of the listener on port 80. */
  readonly production: Action
  readonly blue: Action
  readonly green: Action
}

/** Opens the listeners and serves them; PRODUCTION comes first. */
export async function openRoutes(site: Site, forwards: Forwards, more: MoreRoutes): Promise<Route[]> {
  const production = await openListener(site, { port: 80, action: forwards.production })
  const paths = (more.paths ?? []).map((pattern, index): Route => {
    const conditions = [{ Field: 'path-pattern', Values: [pattern] }]
    const rule = { listenerArn: production.arn, priority: index + 1, conditions, actions: [forwards.blue] }
    const path = pattern.replaceAll('*', '')
    return { ...production, name: pattern, arn: site.simulator.addRule(rule), shows: 'blue', path }
  })
  const listeners = Object.entries(more.listeners ?? {}).map(async ([name, shows]): Promise<Route> => {
    const listener = await openListener(site, { ...ownPlace(), action: forwards[shows] })
    return { ...listener, name, shows, path: '/' }
  })
  return [
    { ...production, name: PRODUCTION, shows: 'blue', path: '/' },
    ...paths,
    ...(await Promise.all(listeners)),
  ]
}

async function openListener(
  { simulator, ...site }: Site,
  { action, ...place }: { port: number; action: Action; host?: string },
): Promise<Pick<Route, 'arn' | 'data'>> {
  const { loadBalancerArn } = site
  const arn = simulator.addListener({ loadBalancerArn, port: place.port, defaultActions: [action] })
  // Not everyone may open port 80.
  const served = place.port === 80 ? {} : place
  return { arn, data: await serveData(simulator, { ...site, listenerArn: arn, ...served }) }
}

let lastPort = 8080

/** A smoke test tells a listener by its port, so it is served on the one that the load balancer shows. */
function ownPlace(): { host: string; port: number } {
  const { pid } = process
  return { host: `127.220.${(pid >> 8) & 255}.${pid & 255}`, port: ++lastPort }
}
