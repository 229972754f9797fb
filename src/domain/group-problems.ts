import type { Snapshot, TargetGroup } from './fleet.ts'
import type { Settings } from './settings.ts'
import { idList } from './wording.ts'

/** Listed ARNs that name nothing. */
export const unknownGroups = (snapshot: Snapshot): string[] =>
  snapshot.unknownGroupArns.map(
    (arn) =>
      `target-group-arns: there is no target group ${arn}, or these credentials belong to another account`,
  )

/** `pair`: of the two groups of a blue-green rollout one may be attached to nothing yet. */
export type GroupUse = 'in-place' | 'pair'

/** What forbids to use these target groups. */
export function groupProblems(snapshot: Snapshot, use: GroupUse): string[] {
  return [
    ...unknownGroups(snapshot),
    ...snapshot.groups.flatMap((group) => oneGroupProblems(group, { snapshot, use })),
  ]
}

function oneGroupProblems(
  group: TargetGroup,
  { snapshot, use }: { snapshot: Snapshot; use: GroupUse },
): string[] {
  const problems: string[] = []
  if (group.targetType === 'lambda' || group.targetType === 'alb') {
    problems.push(
      `target group ${group.name} holds ${group.targetType} targets: only instances and ip addresses can be rolled out`,
    )
  }
  if (group.loadBalancerArns.length === 0 && use === 'in-place') {
    problems.push(
      `target group ${group.name} is not attached to a load balancer: it carries no traffic and is not health-checked; attach it to a listener first`,
    )
  }
  const others = snapshot.loadBalancers.filter(
    (balancer) => group.loadBalancerArns.includes(balancer.arn) && balancer.type !== 'application',
  )
  for (const balancer of others) {
    problems.push(
      `target group ${group.name} is behind the ${balancer.type} load balancer ${balancer.name}: ${WHY_NOT[use]}`,
    )
  }
  if (group.crossZone === 'off') {
    problems.push(
      `target group ${group.name} has cross-zone load balancing off: ${EMPTIES[use]}; turn load_balancing.cross_zone.enabled on for the group`,
    )
  }
  const shifted = (snapshot.health.get(group.arn) ?? []).filter((entry) => entry.zonalShift)
  if (shifted.length > 0) {
    problems.push(
      `a zonal shift keeps traffic from ${idList(shifted.map((entry) => entry.target.id))} in ${group.name}: these servers are no capacity although they look healthy; end the shift first`,
    )
  }
  return problems
}

const WHY_NOT: Record<GroupUse, string> = {
  'in-place': 'only application load balancers are supported so far',
  pair: "weights are shifted on application load balancers only, since AWS's documents contradict each other on what weight 0 does to the connections of a network load balancer (one says that they are closed, another that they stay for up to an hour)",
}

const EMPTIES: Record<GroupUse, string> = {
  'in-place': 'a batch could empty a zone',
  pair: 'a zone in which only one of the groups has servers would answer 503',
}

/** The address of an instance is not known. */
export function ipProblem(settings: Settings, groups: readonly TargetGroup[]): string[] {
  const instanceGroups = groups.filter(({ targetType }) => targetType === 'instance')
  const { url = '', body = '' } = settings.smoke ?? {}
  if (`${url} ${body}`.includes('{ip}') && instanceGroups.length > 0) {
    return [
      `the smoke test uses {ip}, which is not known for the instance targets of ${instanceGroups.map((group) => group.name).join(', ')}: use {id} or a host name`,
    ]
  }
  return []
}

/** Run Command knows instances only. */
export function ssmProblem({ ssm }: Settings, groups: readonly TargetGroup[]): string[] {
  const others = groups.filter(({ targetType }) => targetType !== 'instance')
  if (ssm === undefined || others.length === 0) return []
  return [
    `Run Command updates instances, and ${others.map(({ name }) => name).join(', ')} holds ${others[0]?.targetType} targets: use update-command instead of ssm-parameters`,
  ]
}
