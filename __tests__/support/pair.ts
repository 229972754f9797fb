import type { Action } from '../../simulator/account/action.ts'
import type { World } from './world.ts'

export interface PairOptions {
  /** Servers of blue, and of green. */
  readonly blue?: number
  readonly green?: number
  /** Of the default action and of rules: blue's weight there, and what else stands in the action. */
  readonly routes?: readonly RouteOptions[]
  readonly attributes?: { readonly blue?: Texts; readonly green?: Texts }
  readonly intervalSeconds?: number
  readonly targetType?: 'ip' | 'instance'
  /** Of the servers of each group in turn: `a`, `b`; the load balancer is enabled in these two. */
  readonly zones?: { readonly blue: readonly string[]; readonly green: readonly string[] }
}

type Texts = Readonly<Record<string, string>>

export interface RouteOptions {
  /** Blue's. */
  readonly weight?: number
  /** Whether green is there already, at weight 0. */
  readonly green?: 'attached' | 'unattached'
  readonly stickySeconds?: number
  /** Other groups in the action, at weight 0. */
  readonly others?: number
  readonly auth?: 'none' | 'oidc' | 'jwt'
  /** A listener of its own, or a rule of the first one. */
  readonly on?: 'own-listener' | 'first-listener'
}

/** What green's servers run before anybody has rolled out anything. */
export const OLDER = '1.0.0'

/** Two groups behind one load balancer, each with servers of its own; the first carries the traffic. */
export function addPair(
  world: World,
  options: PairOptions,
): { groupArns: string[]; routeArns: string[]; servers: [id: string, version: string][] } {
  const { simulator } = world
  const addGroup = (name: 'blue' | 'green') =>
    simulator.addTargetGroup({
      name,
      targetType: options.targetType ?? 'ip',
      healthCheck: { intervalSeconds: options.intervalSeconds ?? 10, timeoutSeconds: 5 },
      attributes: { 'deregistration_delay.timeout_seconds': '30', ...options.attributes?.[name] },
    })
  const groupArns = [addGroup('blue'), addGroup('green')] as const
  const given = options.routes ?? [{}]
  const routeArns: string[] = []
  for (const [index, route] of given.entries()) {
    routeArns.push(addRoute(world, { route, index, groupArns, first: routeArns[0] }))
  }
  const servers: [string, string][] = []
  for (const [index, arn] of groupArns.entries()) {
    const count = (index === 0 ? options.blue : options.green) ?? 4
    const idOf = (at: number) =>
      options.targetType === 'instance' ? `i-${index}00000${at + 11}` : `10.0.${index}.${at + 11}`
    const ids = Array.from({ length: count }, (_, at) => idOf(at))
    simulator.addHealthyTargets(
      arn,
      ids.map((Id, at) => ({ Id, Port: 8080, ...zoneAt(options, { group: index, at }) })),
    )
    for (const id of ids) servers.push([id, index === 0 ? '1.0.1' : OLDER])
  }
  return { groupArns: [...groupArns], routeArns, servers }
}

function zoneAt(
  { zones }: PairOptions,
  { group, at }: { group: number; at: number },
): { AvailabilityZone?: string } {
  const own = group === 0 ? zones?.blue : zones?.green
  return own === undefined ? {} : { AvailabilityZone: `us-east-1${own[at % own.length]}` }
}

interface Place {
  readonly route: RouteOptions
  readonly index: number
  readonly groupArns: readonly [string, string]
  readonly first: string | undefined
}

function addRoute({ simulator, loadBalancerArn }: World, place: Place): string {
  const { route, index, first } = place
  const actions = actionsOf(simulator, place)
  if (first === undefined || route.on === 'own-listener') {
    return simulator.addListener({ loadBalancerArn, port: 80 + index, defaultActions: actions })
  }
  return simulator.addRule({
    listenerArn: first,
    priority: index,
    conditions: [{ Field: 'path-pattern', Values: [`/${index}/*`] }],
    actions,
  })
}

function actionsOf(
  simulator: World['simulator'],
  { route, index, groupArns: [blue, green] }: Place,
): Action[] {
  const others = Array.from({ length: route.others ?? 0 }, (_, at) => ({
    TargetGroupArn: simulator.addTargetGroup({ name: `other-${index}-${at}`, targetType: 'ip' }),
    Weight: 0,
  }))
  const forward: Action = {
    Type: 'forward',
    Order: 2,
    ForwardConfig: {
      TargetGroups: [
        ...others,
        { TargetGroupArn: blue, Weight: route.weight ?? 1 },
        ...(route.green === 'attached' ? [{ TargetGroupArn: green, Weight: 0 }] : []),
      ],
      TargetGroupStickinessConfig:
        route.stickySeconds === undefined
          ? { Enabled: false }
          : { Enabled: true, DurationSeconds: route.stickySeconds },
    },
  }
  return [...authOf(route), forward]
}

function authOf({ auth = 'none' }: RouteOptions): Action[] {
  if (auth === 'none') return []
  if (auth === 'jwt') {
    const JwtValidationConfig = { JwksEndpoint: 'https://id.example/jwks', Issuer: 'https://id.example' }
    return [{ Type: 'jwt-validation', Order: 1, JwtValidationConfig }]
  }
  const AuthenticateOidcConfig = {
    Issuer: 'https://id.example',
    AuthorizationEndpoint: 'https://id.example/authorize',
    TokenEndpoint: 'https://id.example/token',
    UserInfoEndpoint: 'https://id.example/user',
    ClientId: 'web',
    ClientSecret: 'very secret',
    AuthenticationRequestExtraParams: { prompt: 'login' },
  }
  return [{ Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig }]
}

/** Blue's and green's weight on a route, as it is now. */
export function weightsOn(world: World, routeArn: string): { blue: number; green: number } {
  const [blue = '', green = ''] = world.groupArns
  const groups = world.simulator.actions(routeArn).at(-1)?.ForwardConfig?.TargetGroups ?? []
  const weightOf = (arn: string) => groups.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.Weight ?? 0
  return { blue: weightOf(blue), green: weightOf(green) }
}

export const weights = (world: World) => world.routeArns.map((arn) => weightsOn(world, arn))
