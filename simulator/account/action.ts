/** An action as the API spells it. Only what decides where a request goes is spelt out; the rest is kept as it came. */
export interface Action {
  readonly Type: string
  readonly Order?: number
  readonly TargetGroupArn?: string
  readonly ForwardConfig?: ForwardConfig
  readonly FixedResponseConfig?: FixedResponseConfig
  readonly RedirectConfig?: RedirectConfig
  readonly AuthenticateOidcConfig?: OidcConfig
  readonly AuthenticateCognitoConfig?: object
  readonly JwtValidationConfig?: object
}

export interface ForwardConfig {
  readonly TargetGroups?: readonly WeightedGroup[]
  readonly TargetGroupStickinessConfig?: { readonly Enabled?: boolean; readonly DurationSeconds?: number }
}

export interface WeightedGroup {
  readonly TargetGroupArn: string
  readonly Weight?: number
}

export interface OidcConfig {
  readonly Issuer?: string
  readonly ClientId?: string
  readonly ClientSecret?: string
  readonly UseExistingClientSecret?: boolean
  readonly [setting: string]: unknown
}

export interface FixedResponseConfig {
  readonly StatusCode: string
  readonly ContentType?: string
  readonly MessageBody?: string
}

export interface RedirectConfig {
  readonly StatusCode: 'HTTP_301' | 'HTTP_302'
  readonly Protocol?: string
  readonly Host?: string
  readonly Port?: string
  readonly Path?: string
  readonly Query?: string
}

export function forward(groupArn: string): Action {
  return { Type: 'forward', TargetGroupArn: groupArn }
}

/** The groups an action forwards to, with the weight each has when none is given. */
export function weightedGroups(action: Action): Required<WeightedGroup>[] {
  const groups = action.ForwardConfig?.TargetGroups ?? []
  if (groups.length === 0)
    return action.TargetGroupArn ? [{ TargetGroupArn: action.TargetGroupArn, Weight: 1 }] : []
  return groups.map((group) => ({ TargetGroupArn: group.TargetGroupArn, Weight: group.Weight ?? 1 }))
}

/** In the order in which they are performed; where none is given, that in which they came. */
export function inOrder(actions: readonly Action[]): Action[] {
  if (actions.length < 2) return [...actions]
  return actions
    .map((action, index) => ({ ...action, Order: action.Order ?? index + 1 }))
    .sort((a, b) => a.Order - b.Order)
}

/**
 * Actions as Describe answers them: a single group appears in both forms, several only in ForwardConfig; a client
 * secret is never returned (Action and AuthenticateOidcActionConfig in the API reference).
 */
export function normalised(actions: readonly Action[]): Action[] {
  return inOrder(actions).map((action) =>
    withoutSecret(action.Type === 'forward' ? normalisedForward(action) : action),
  )
}

function normalisedForward(action: Action): Action {
  const { TargetGroupArn: _, ...rest } = action
  const groups = weightedGroups(action)
  const stickiness = { Enabled: false, ...action.ForwardConfig?.TargetGroupStickinessConfig }
  const config = { TargetGroups: groups, TargetGroupStickinessConfig: stickiness }
  const [only] = groups
  const single = groups.length === 1 && only ? { TargetGroupArn: only.TargetGroupArn } : {}
  return { ...rest, ...single, ForwardConfig: config }
}

function withoutSecret(action: Action): Action {
  if (!action.AuthenticateOidcConfig) return action
  const { ClientSecret: _, UseExistingClientSecret: __, ...config } = action.AuthenticateOidcConfig
  return { ...action, AuthenticateOidcConfig: config }
}
