import type { Snapshot } from './fleet.ts'
import type { Shift } from './journal.ts'
import type { Pair, Route } from './routing.ts'
import { forwardOf, isAttached, nameOfGroup, weightOf, weightsText } from './routing.ts'
import type { Settings } from './settings.ts'
import type { Share } from './traffic.ts'
import { WHOLE } from './traffic.ts'

/** Which group is which, and the routes that move. */
export interface Stage {
  readonly pair: Pair
  readonly routes: readonly Route[]
}

/** Told by the weights alone, but for a shift that is written down: then by what is written. */
export function stageOf(
  settings: Settings,
  snapshot: Snapshot,
): Stage | { readonly problems: readonly string[] } {
  const { routes = [] } = snapshot.routing ?? {}
  const [first, second] = snapshot.groups.map(({ arn }) => arn)
  if (first === undefined || second === undefined) return { problems: [] }
  const known = shiftToGoOnWith(settings, snapshot)
  const own = known === undefined ? ownRoutes(settings, routes, [first, second]) : changedBy(known, routes)
  if (own.length === 0)
    return { problems: [...unknownRoutes(settings, routes), noRoutes(snapshot, [first, second])] }
  if (known !== undefined) return { pair: { blue: known.blue, green: known.green }, routes: own }
  const problems = [
    ...unknownRoutes(settings, routes),
    ...own.flatMap((route) => foreign(route, [first, second])),
  ]
  if (problems.length > 0) return { problems }
  const live = new Set(own.map((route) => liveOn(route, [first, second])))
  if (live.has(first) && live.size === 1) return { pair: { blue: first, green: second }, routes: own }
  if (live.has(second) && live.size === 1) return { pair: { blue: second, green: first }, routes: own }
  return { problems: [disagreement(own, live)] }
}

/** A deploy begins anew where a shift has ended: its green is the one that carries the traffic now. */
export function shiftToGoOnWith({ mode }: Settings, { routing }: Snapshot): Shift | undefined {
  const shift = routing?.written?.shift
  return shift?.state === 'ended' && mode !== 'rollback' ? undefined : shift
}

/** Green's; undefined: somebody has died in the middle of changing it. */
export function shareAtFirst(settings: Settings, snapshot: Snapshot): Share | undefined {
  const shift = shiftToGoOnWith(settings, snapshot)
  if (shift === undefined) return 0
  if (shift.state === 'under-way') return undefined
  return shift.state === 'ended' ? WHOLE : shift.base
}

/** Only what was changed is changed again, whatever the inputs of another job say. */
function changedBy(shift: Shift, routes: readonly Route[]): Route[] {
  const changed = new Set(shift.routes.map(({ arn }) => arn))
  return routes.filter(({ arn }) => changed.has(arn))
}

type Two = readonly [string, string]

function ownRoutes(
  { routeArns, testListenerArns }: Settings,
  routes: readonly Route[],
  groups: Two,
): Route[] {
  if (routeArns !== undefined) return routes.filter(({ arn }) => routeArns.includes(arn))
  return routes.filter(
    (route) =>
      !testListenerArns.includes(route.listenerArn) && groups.some((group) => isAttached(route, group)),
  )
}

function unknownRoutes({ routeArns = [] }: Settings, routes: readonly Route[]): string[] {
  const known = new Set(routes.map(({ arn }) => arn))
  return routeArns
    .filter((arn) => !known.has(arn))
    .map((arn) => `route-arns: there is no listener or rule ${arn} on the load balancer of the target groups`)
}

/** Somebody else's group that takes part of the traffic would lose or gain by our weights. */
function foreign(route: Route, groups: Two): string[] {
  if (!groups.some((group) => isAttached(route, group))) {
    return [
      `${route.name} forwards to neither of the two target groups (it forwards to ${weightsText(route) || 'no group'})`,
    ]
  }
  const others = (forwardOf(route)?.groups ?? []).filter(
    ({ arn, weight }) => weight > 0 && !groups.includes(arn),
  )
  if (others.length === 0) return []
  return [
    `${route.name} forwards to ${weightsText(route)}: with ${others.map(({ arn }) => nameOfGroup(arn)).join(', ')} in between the shares of two groups cannot be told; take it out of that action, or give route-arns without this one`,
  ]
}

function noRoutes({ loadBalancers }: Snapshot, groups: Two): string {
  const where =
    loadBalancers.length === 0 ? 'a load balancer' : loadBalancers.map(({ name }) => name).join(', ')
  return `no listener or rule of ${where} forwards to ${groups.map(nameOfGroup).join(' or ')}: attach the group that carries the traffic first (test-listener-arns do not count)`
}

function liveOn(route: Route, [a, b]: Two): string {
  const [first, second] = [weightOf(route, a), weightOf(route, b)]
  if (first > 0 && second > 0) return 'both'
  if (first === 0 && second === 0) return 'neither'
  return first > 0 ? a : b
}

const MOST_SHOWN = 6

function disagreement(routes: readonly Route[], live: ReadonlySet<string>): string {
  const shown = routes.slice(0, MOST_SHOWN).map((route) => `${route.name} to ${weightsText(route)}`)
  const more = routes.length > MOST_SHOWN ? ` and ${routes.length - MOST_SHOWN} more` : ''
  const found = `${shown.join('; ')}${more}`
  if (live.size === 1 && live.has('neither')) {
    return `neither of the target groups carries traffic (${found}): give weight to the one that should be live`
  }
  if (live.size === 1 && live.has('both')) {
    return `both target groups carry traffic, and nothing is written down about a rollout that would have done so (${found}): give all weight to the one that should be live`
  }
  return `the routes do not agree on which target group carries the traffic (${found}): name those that show the new version to testers in test-listener-arns, give the others as route-arns, or put their weights right`
}
