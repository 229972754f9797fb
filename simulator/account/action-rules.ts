import { senderError, validationError } from '../aws-error.ts'
import { type Action, inOrder } from './action.ts'
import { checkForward } from './forward-rules.ts'
import type { LoadBalancer } from './load-balancer.ts'
import type { TargetGroup } from './target-group.ts'

export interface Place {
  readonly loadBalancer: LoadBalancer
  readonly targetGroups: ReadonlyMap<string, TargetGroup>
}

const BEFORE_LAST = ['authenticate-oidc', 'authenticate-cognito', 'jwt-validation']
const LAST = ['forward', 'fixed-response', 'redirect']

/** Each member of an action that says how, and the type for which it may be specified (Action in the API reference). */
const TYPE_OF = {
  TargetGroupArn: 'forward',
  ForwardConfig: 'forward',
  FixedResponseConfig: 'fixed-response',
  RedirectConfig: 'redirect',
  AuthenticateOidcConfig: 'authenticate-oidc',
  AuthenticateCognitoConfig: 'authenticate-cognito',
  JwtValidationConfig: 'jwt-validation',
} as const

/** Refuses a list of actions that the load balancer could not have. */
export function checkActions(actions: readonly Action[], place: Place): void {
  for (const action of actions) checkType(action)
  checkOrder(actions)
  for (const action of actions) if (action.Type === 'forward') checkForward(action, place)
}

function checkType(action: Action): void {
  const { Type } = action
  if (![...BEFORE_LAST, ...LAST].includes(Type)) throw validationError(`'${Type}' is not a valid action type`)
  for (const [member, type] of Object.entries(TYPE_OF)) {
    if (action[member as keyof typeof TYPE_OF] === undefined || type === Type) continue
    throw validationError(`${member} cannot be specified for an action of type '${Type}'`)
  }
}

/** One forward, fixed-response or redirect, and it comes last (Rule action types). */
function checkOrder(actions: readonly Action[]): void {
  const ordered = inOrder(actions)
  if (new Set(ordered.map((action) => action.Order)).size < ordered.length) {
    throw validationError('The order of each action must be unique')
  }
  const finals = ordered.filter((action) => LAST.includes(action.Type))
  if (finals.length !== 1 || ordered.at(-1) !== finals[0]) {
    throw senderError(
      'InvalidLoadBalancerAction',
      'The last action must be forward, fixed-response or redirect',
    )
  }
}
