/** Where listeners and rules send requests, in ELBv2's own words. */

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupTuple.html */
export interface GroupWeight {
  readonly arn: string
  /** 0 to 999; the share of the traffic is this of the sum. */
  readonly weight: number
}

/** Of a forward action: for how long a client stays with the group that it was sent to first. */
export interface GroupStickiness {
  readonly enabled: boolean
  readonly seconds?: number
}

/** One form for what Describe shows in several. */
export type RouteAction =
  | {
      readonly kind: 'forward'
      readonly order?: number
      readonly groups: readonly GroupWeight[]
      readonly stickiness: GroupStickiness
    }
  /** Written back as it came: authentication, JWT validation, redirects, fixed responses. */
  | {
      readonly kind: 'other'
      readonly order?: number
      readonly type: string
      readonly settings: Readonly<Record<string, unknown>>
    }

export type ForwardAction = Extract<RouteAction, { kind: 'forward' }>

/** A listener's default action, or a rule. */
export interface Route {
  /** Of the listener, for its default action; else of the rule. */
  readonly arn: string
  readonly listenerArn: string
  /** As people know it: `HTTPS:443`, `HTTPS:443 rule 10`. */
  readonly name: string
  /** By their order; the last one decides where requests go. */
  readonly actions: readonly RouteAction[]
}

export interface Listener {
  readonly arn: string
  readonly protocol: string
  readonly port: number
}

/** The two target groups: blue carries the traffic at the start, green is to carry it. ARNs. */
export interface Pair {
  readonly blue: string
  readonly green: string
}

export const forwardOf = ({ actions }: Route): ForwardAction | undefined => {
  const last = actions.at(-1)
  return last?.kind === 'forward' ? last : undefined
}

export const weightOf = (route: Route, groupArn: string): number =>
  forwardOf(route)?.groups.find(({ arn }) => arn === groupArn)?.weight ?? 0

export const isAttached = (route: Route, groupArn: string): boolean =>
  forwardOf(route)?.groups.some(({ arn }) => arn === groupArn) ?? false

/** Forwarding to a group with this weight is wanted; the groups of others stay as they are. */
export function withWeights(
  route: Route,
  wanted: { readonly weights: readonly GroupWeight[]; readonly stickiness: 'as-it-is' | 'needed' },
): Route {
  const forward = forwardOf(route)
  if (forward === undefined) return route
  const { weights, stickiness } = wanted
  const known = new Set(forward.groups.map(({ arn }) => arn))
  const groups = [
    ...forward.groups.map((group) => weights.find(({ arn }) => arn === group.arn) ?? group),
    ...weights.filter(({ arn }) => !known.has(arn)),
  ]
  const switchesOn = stickiness === 'needed' && !forward.stickiness.enabled
  const changed = {
    ...forward,
    groups,
    ...(switchesOn ? { stickiness: { enabled: true, seconds: SHORTEST_STICKINESS_S } } : {}),
  }
  return { ...route, actions: [...route.actions.slice(0, -1), changed] }
}

/** The API has no shorter one. */
const SHORTEST_STICKINESS_S = 1

export const sameActions = (a: Route, b: Route): boolean => canonical(a) === canonical(b)

/** The numbers of the order do not matter once the actions stand in it, nor does that of members. */
function canonical({ actions }: Route): string {
  return JSON.stringify(actions.map(canonicalAction))
}

function canonicalAction({ order: _, ...action }: RouteAction): unknown {
  if (action.kind === 'other') return sorted(action)
  const groups = action.groups.toSorted((a, b) => (a.arn < b.arn ? -1 : 1))
  const { enabled, seconds } = action.stickiness
  return sorted({ ...action, groups, stickiness: enabled ? { enabled, seconds } : { enabled } })
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]),
  )
}

/** Names of groups, by ARN: what is not among them is named by its ARN. */
export const nameOfGroup = (arn: string): string => arn.split(':targetgroup/')[1]?.split('/')[0] ?? arn

/** `blue 90, green 10`. */
export function weightsText(route: Route): string {
  const groups = forwardOf(route)?.groups ?? []
  return groups.map(({ arn, weight }) => `${nameOfGroup(arn)} ${weight}`).join(', ')
}

/** What is other than it should be, for a person; empty when nothing is. */
export function difference(expected: Route, seen: Route): string {
  if (sameActions(expected, seen)) return ''
  const [before, after] = [inOrder(expected), inOrder(seen)]
  if (before !== after) return `${seen.name} forwards to ${after || 'no group'} instead of ${before}`
  const [stickyBefore, stickyAfter] = [stickinessText(expected), stickinessText(seen)]
  if (stickyBefore !== stickyAfter) {
    return `the group stickiness of ${seen.name} is ${stickyAfter} instead of ${stickyBefore}`
  }
  return `the actions before the forward of ${seen.name} have been changed (${actionTypes(expected)} to ${actionTypes(seen)})`
}

/** The order of the groups says nothing. */
function inOrder(route: Route): string {
  return weightsText(route).split(', ').sort().join(', ')
}

function stickinessText(route: Route): string {
  const { enabled, seconds } = forwardOf(route)?.stickiness ?? { enabled: false }
  return enabled ? `${seconds} s` : 'off'
}

const actionTypes = ({ actions }: Route): string =>
  actions.map((action) => (action.kind === 'forward' ? 'forward' : action.type)).join(', ')
