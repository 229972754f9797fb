import type { Fleet, LoadBalancerType, Snapshot, TargetGroup } from './fleet.ts'
import { addressOf } from './fleet.ts'
import { isNetwork } from './network.ts'
import { networkProblems } from './network-problems.ts'
import type { Settings } from './settings.ts'
import { asksForAddress } from './settings.ts'
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
    ({ arn, type }) => group.loadBalancerArns.includes(arn) && !SUPPORTED[use].includes(type),
  )
  for (const balancer of others) {
    problems.push(
      `target group ${group.name} is behind the ${balancer.type} load balancer ${balancer.name}: ${WHY_NOT[use]}`,
    )
  }
  if (use === 'in-place' && isNetwork(group)) problems.push(...networkProblems(group))
  const shifted = (snapshot.health.get(group.arn) ?? []).filter((entry) => entry.zonalShift)
  if (shifted.length > 0) {
    problems.push(
      `a zonal shift keeps traffic from ${idList(shifted.map((entry) => entry.target.id))} in ${group.name}: these servers are no capacity although they look healthy; end the shift first`,
    )
  }
  return problems
}

const SUPPORTED: Record<GroupUse, readonly LoadBalancerType[]> = {
  'in-place': ['application', 'network'],
  pair: ['application'],
}

const WHY_NOT: Record<GroupUse, string> = {
  'in-place':
    'its flows stay on a deregistered server for minutes after it has drained; only application and network load balancers are supported',
  pair: "weights are shifted on application load balancers only, since AWS's documents contradict each other on what weight 0 does to the connections of a network load balancer (one says that they are closed, another that they stay for up to an hour)",
}

/** The address of an instance is known only when EC2 tells it. */
export function ipProblem(settings: Settings, fleet: Fleet, { placesUnknown }: Snapshot): string[] {
  const unknown = fleet.servers.filter((server) => addressOf(server) === undefined)
  if (!asksForAddress(settings) || unknown.length === 0) return []
  return [
    `the smoke test uses {ip}, which is not known for ${idList(unknown.map(({ id }) => id))} (${placesUnknown ?? 'EC2 does not know it'}): allow ec2:DescribeInstances, or use {id} or a host name`,
  ]
}

/** Run Command knows instances only. */
export function ssmProblem({ ssm }: Settings, groups: readonly TargetGroup[]): string[] {
  const others = groups.filter(({ targetType }) => targetType !== 'instance')
  if (ssm === undefined || others.length === 0) return []
  return [
    `Run Command updates instances, and ${others.map(({ name }) => name).join(', ')} holds ${others[0]?.targetType} targets: use update-command instead of ssm-parameters`,
  ]
}
