import type { HealthByGroup, Snapshot, TargetGroup } from '../domain/fleet.ts'
import type { LoadBalancer } from '../domain/ports.ts'
import { withCrossZone } from '../domain/zones.ts'

/** Reads everything that deciding needs, once. */
export async function observe(
  loadBalancer: LoadBalancer,
  groupArns: readonly string[],
  signal: AbortSignal,
): Promise<Snapshot> {
  const groups = await loadBalancer.describeGroups(groupArns, signal)
  const balancerArns = [...new Set(groups.flatMap((group) => group.loadBalancerArns))]
  const [health, loadBalancers, unlisted] = await Promise.all([
    healthOfGroups(loadBalancer, groups, signal),
    balancerArns.length > 0 ? loadBalancer.describeLoadBalancers(balancerArns, signal) : [],
    unlistedGroups({ loadBalancer, balancerArns, groupArns }, signal),
  ])
  const found = new Set(groups.map((group) => group.arn))
  return {
    groups: withCrossZone(groups, loadBalancers),
    unknownGroupArns: groupArns.filter((arn) => !found.has(arn)),
    loadBalancers,
    health,
    unlisted,
  }
}

/** One unfiltered look at every group. */
export async function healthOfGroups(
  loadBalancer: LoadBalancer,
  groups: readonly TargetGroup[],
  signal: AbortSignal,
): Promise<HealthByGroup> {
  const entries = groups.map(
    async (group) => [group.arn, await loadBalancer.describeHealth(group.arn, signal)] as const,
  )
  return new Map(await Promise.all(entries))
}

async function unlistedGroups(
  from: { loadBalancer: LoadBalancer; balancerArns: readonly string[]; groupArns: readonly string[] },
  signal: AbortSignal,
): Promise<Snapshot['unlisted']> {
  const listed = new Set(from.groupArns)
  const unlisted: { groupName: string; targetIds: string[] }[] = []
  // One after another: a load balancer may have a hundred groups, and the account shares ten calls a second.
  for (const balancerArn of from.balancerArns) {
    for (const group of await from.loadBalancer.describeGroupsOf(balancerArn, signal)) {
      if (listed.has(group.arn)) continue
      const health = await from.loadBalancer.describeHealth(group.arn, signal)
      unlisted.push({ groupName: group.name, targetIds: health.map((entry) => entry.target.id) })
    }
  }
  return unlisted
}
