import { chunksOf } from '../domain/chunks.ts'
import type { RoutingSnapshot, Snapshot } from '../domain/fleet.ts'
import type { Entries } from '../domain/journal.ts'
import type { Routing } from '../domain/ports.ts'
import type { Listener, Route } from '../domain/routing.ts'
import type { Run } from './run.ts'

/** The account shares ten calls a second. */
const LISTENERS_AT_ONCE = 5

/** Everything about the routes of the groups' load balancers, once. Only application load balancers have any. */
export async function observeRoutes(
  routing: Routing,
  { snapshot, entries }: { snapshot: Snapshot; entries: Entries },
  signal: AbortSignal,
): Promise<RoutingSnapshot> {
  const balancers = snapshot.loadBalancers.filter(({ type }) => type === 'application')
  const listeners = await Promise.all(balancers.map(({ arn }) => routing.describeListeners(arn, signal)))
  const routes = await routesOf(routing, listeners.flat(), signal)
  const { out } = entries
  const holds = [...entries.ledgers].flatMap(([arn, { holds: version }]) =>
    version === undefined ? [] : [[arn, version] as const],
  )
  return {
    listeners: listeners.flat(),
    routes,
    holds: new Map(holds),
    ...(out?.shift === undefined ? {} : { written: { ...out, shift: out.shift } }),
  }
}

async function routesOf(
  routing: Routing,
  listeners: readonly Listener[],
  signal: AbortSignal,
): Promise<Route[]> {
  const routes: Route[] = []
  for (const some of chunksOf(listeners, LISTENERS_AT_ONCE)) {
    const found = await Promise.all(some.map((listener) => routing.describeRoutes(listener, signal)))
    routes.push(...found.flat())
  }
  return routes
}

/** As they are now, of the listeners that have a route of ours. */
export async function readRoutes({ listeners, ports, signal }: Run): Promise<ReadonlyMap<string, Route>> {
  const routes = await routesOf(ports.routing, listeners, signal)
  return new Map(routes.map((route) => [route.arn, route]))
}
