import { senderError, validationError } from '../aws-error.ts'
import { type Action, weightedGroups } from './action.ts'
import type { LoadBalancer } from './load-balancer.ts'
import type { TargetGroup } from './target-group.ts'

/** "Target groups per action": quotas for Application Load Balancers. */
const MOST_GROUPS = 5
/** TargetGroupTuple in the API reference. */
const HEAVIEST = 999

const BEFORE_LAST = ['authenticate-oidc', 'authenticate-cognito', 'jwt-validation']
const LAST = ['forward', 'fixed-response', 'redirect']

/** Refuses a list of actions that the load balancer could not have. */
export function checkActions(
  actions: readonly Action[],
  place: { loadBalancer: LoadBalancer; targetGroups: ReadonlyMap<string, TargetGroup> },
): void {
  checkOrder(actions)
  for (const action of actions.filter((each) => each.Type === 'forward')) {
    const groups = weightedGroups(action)
    if (groups.length === 0) throw validationError('A target group must be specified')
    // The code is not documented for more than five groups.
    if (groups.length > MOST_GROUPS) {
      throw senderError('TooManyTargetGroups', `An action can have at most ${MOST_GROUPS} target groups`)
    }
    for (const group of groups) {
      checkWeight(group.Weight)
      checkGroup(place.targetGroups.get(group.TargetGroupArn), { arn: group.TargetGroupArn, ...place })
    }
  }
}

/** One forward, fixed-response or redirect, and it comes last (Rule action types). */
function checkOrder(actions: readonly Action[]): void {
  const ordered = [...actions].sort((a, b) => (a.Order ?? 0) - (b.Order ?? 0))
  const unknown = actions.find((action) => ![...BEFORE_LAST, ...LAST].includes(action.Type))
  if (unknown) throw validationError(`'${unknown.Type}' is not a valid action type`)
  const finals = ordered.filter((action) => LAST.includes(action.Type))
  if (finals.length !== 1 || ordered.at(-1) !== finals[0]) {
    throw senderError(
      'InvalidLoadBalancerAction',
      'The last action must be forward, fixed-response or redirect',
    )
  }
}

function checkWeight(weight: number): void {
  if (Number.isInteger(weight) && weight >= 0 && weight <= HEAVIEST) return
  throw validationError(`The weight '${weight}' must be between 0 and ${HEAVIEST}`)
}

function checkGroup(
  group: TargetGroup | undefined,
  place: { arn: string; loadBalancer: LoadBalancer },
): void {
  if (!group) throw senderError('TargetGroupNotFound', `Target group '${place.arn}' not found`)
  if (group.loadBalancerArns.some((arn) => arn !== place.loadBalancer.arn)) {
    throw senderError(
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${place.arn}`,
    )
  }
}
