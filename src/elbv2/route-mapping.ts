import type {
  Action,
  AuthenticateOidcActionConfig,
  ForwardActionConfig,
  Rule,
  Listener as SdkListener,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { ForwardAction, GroupStickiness, Listener, Route, RouteAction } from '../domain/routing.ts'

/** The SDK's shapes of listeners, rules and actions, in our words and back. */

export const toListener = ({ ListenerArn, Protocol, Port }: SdkListener): Listener => ({
  arn: ListenerArn ?? '',
  protocol: Protocol ?? '',
  port: Port ?? 0,
})

/** The default rule stands for the listener's default actions, which are changed there. */
export function toRoutes({ arn, protocol, port }: Listener, rules: readonly Rule[]): Route[] {
  const name = `${protocol}:${port}`
  return rules.toSorted(byPriority).map(({ RuleArn = '', Priority, IsDefault, Actions }) => ({
    arn: IsDefault ? arn : RuleArn,
    listenerArn: arn,
    name: IsDefault ? name : `${name} rule ${Priority}`,
    actions: toActions(Actions),
  }))
}

function byPriority(a: Rule, b: Rule): number {
  const rank = ({ IsDefault, Priority }: Rule) => (IsDefault ? Number.MAX_SAFE_INTEGER : Number(Priority))
  return rank(a) - rank(b)
}

export const toActions = (actions: readonly Action[] = []): RouteAction[] =>
  actions.toSorted((a, b) => (a.Order ?? 0) - (b.Order ?? 0)).map(toAction)

function toAction({ Type, Order, ...rest }: Action): RouteAction {
  const order = Order === undefined ? {} : { order: Order }
  if (Type !== 'forward') return { kind: 'other', ...order, type: Type ?? '', settings: toSettings(rest) }
  // Of a single group Describe shows both forms.
  const only = rest.TargetGroupArn === undefined ? [] : [{ TargetGroupArn: rest.TargetGroupArn }]
  const { TargetGroups = [], TargetGroupStickinessConfig } = rest.ForwardConfig ?? {}
  const tuples: ForwardActionConfig['TargetGroups'] = TargetGroups.length === 0 ? only : TargetGroups
  return {
    kind: 'forward',
    ...order,
    groups: tuples.map(({ TargetGroupArn = '', Weight = 1 }) => ({ arn: TargetGroupArn, weight: Weight })),
    stickiness: toStickiness(TargetGroupStickinessConfig),
  }
}

function toStickiness(config: ForwardActionConfig['TargetGroupStickinessConfig']): GroupStickiness {
  const { Enabled = false, DurationSeconds } = config ?? {}
  return { enabled: Enabled, ...(DurationSeconds === undefined ? {} : { seconds: DurationSeconds }) }
}

type Settings = Omit<Action, 'Type' | 'Order'>

/** An answer to a change may repeat what was said of the secret in the request; Describe says nothing of it. */
function toSettings({ AuthenticateOidcConfig: oidc, ...others }: Settings): Record<string, unknown> {
  return { ...others, ...(oidc === undefined ? {} : { AuthenticateOidcConfig: withoutSecret(oidc) }) }
}

export const fromActions = (actions: readonly RouteAction[]): Action[] =>
  actions.map((action) => ({
    ...(action.order === undefined ? {} : { Order: action.order }),
    ...(action.kind === 'forward' ? fromForward(action) : fromOther(action)),
  }))

function fromForward({ groups, stickiness: { enabled, seconds } }: ForwardAction): Action {
  return {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: groups.map(({ arn, weight }) => ({ TargetGroupArn: arn, Weight: weight })),
      TargetGroupStickinessConfig: {
        Enabled: enabled,
        ...(seconds === undefined ? {} : { DurationSeconds: seconds }),
      },
    },
  }
}

/**
 * Client secrets are never shown, and stay when it is said that they are to.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateOidcActionConfig.html
 */
function fromOther({ type, settings }: Exclude<RouteAction, ForwardAction>): Action {
  const { AuthenticateOidcConfig: oidc, ...others } = settings as Settings
  const kept = oidc && { AuthenticateOidcConfig: { ...withoutSecret(oidc), UseExistingClientSecret: true } }
  return { Type: type as Action['Type'], ...others, ...kept }
}

function withoutSecret(config: AuthenticateOidcActionConfig): AuthenticateOidcActionConfig {
  const { ClientSecret: _, UseExistingClientSecret: __, ...rest } = config
  return rest
}
