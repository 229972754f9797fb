import { senderError, validationError } from '../aws-error.ts'
import { type Action, type ForwardConfig, weightedGroups } from './action.ts'
import type { Place } from './action-rules.ts'
import type { LoadBalancer } from './load-balancer.ts'
import type { TargetGroup } from './target-group.ts'

/** "Target groups per action": quotas for Application Load Balancers. */
const MOST_GROUPS = 5
/** TargetGroupTuple in the API reference. */
const HEAVIEST = 999
/** TargetGroupStickinessConfig in the API reference. */
const LONGEST_STICKINESS_SECONDS = 604_800

export function checkForward(action: Action, { loadBalancer, targetGroups }: Place): void {
  const weighted = weightedGroups(action)
  if (weighted.length === 0) throw validationError('A target group must be specified')
  checkBothForms(action)
  // The code is not documented for more than five groups.
  if (weighted.length > MOST_GROUPS) {
    throw senderError('TooManyTargetGroups', `An action can have at most ${MOST_GROUPS} target groups`)
  }
  for (const { Weight } of weighted) checkWeight(Weight)
  const groups = weighted.map(({ TargetGroupArn }) => found(targetGroups, TargetGroupArn))
  for (const group of groups) checkAssociation(group, loadBalancer)
  checkStickiness(action.ForwardConfig?.TargetGroupStickinessConfig, { loadBalancer, groups })
}

/** "You can specify only one target group using ForwardConfig and it must be the same" (Action). */
function checkBothForms({ TargetGroupArn, ForwardConfig }: Action): void {
  const others = ForwardConfig?.TargetGroups ?? []
  if (TargetGroupArn === undefined || others.length === 0) return
  if (others.length === 1 && others[0]?.TargetGroupArn === TargetGroupArn) return
  throw validationError(
    'If both TargetGroupArn and ForwardConfig are specified, ForwardConfig must have that one target group',
  )
}

function checkWeight(weight: number): void {
  if (Number.isInteger(weight) && weight >= 0 && weight <= HEAVIEST) return
  throw validationError(`The weight '${weight}' must be between 0 and ${HEAVIEST}`)
}

function found(targetGroups: ReadonlyMap<string, TargetGroup>, arn: string): TargetGroup {
  const group = targetGroups.get(arn)
  if (group) return group
  throw senderError('TargetGroupNotFound', `Target group '${arn}' not found`)
}

function checkAssociation(group: TargetGroup, loadBalancer: LoadBalancer): void {
  if (group.loadBalancerArns.every((arn) => arn === loadBalancer.arn)) return
  throw senderError(
    'TargetGroupAssociationLimit',
    `The following target groups cannot be associated with more than one load balancer: ${group.arn}`,
  )
}

function checkStickiness(
  config: ForwardConfig['TargetGroupStickinessConfig'],
  { loadBalancer, groups }: { loadBalancer: LoadBalancer; groups: readonly TargetGroup[] },
): void {
  if (config?.Enabled === true) {
    if (loadBalancer.type === 'application') checkDuration(config.DurationSeconds)
    return
  }
  if (groups.length < 2 || !groups.some((group) => group.attributes.get('stickiness.enabled') === 'true'))
    return
  // As observed; the user guide has the rule without the code.
  throw senderError(
    'InvalidLoadBalancerAction',
    'You must enable group stickiness on a rule if you enabled target stickiness on one of its target groups',
  )
}

/** "You must specify this value when enabling target group stickiness": Application Load Balancers only. */
function checkDuration(seconds: number | undefined): void {
  const isValid =
    seconds !== undefined &&
    Number.isInteger(seconds) &&
    seconds >= 1 &&
    seconds <= LONGEST_STICKINESS_SECONDS
  if (isValid) return
  throw validationError(
    `The duration of target group stickiness must be between 1 and ${LONGEST_STICKINESS_SECONDS} seconds`,
  )
}
