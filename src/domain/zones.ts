import type { Fleet, LoadBalancerInfo, Server, TargetGroup } from './fleet.ts'
import { zoneOf } from './fleet.ts'

/** Servers of a group of which some must stay healthy: all of them, and where cross-zone balancing is off those of each zone. */
export interface Pool {
  readonly group: TargetGroup
  /** Absent: all zones. */
  readonly zone?: string
  readonly servers: readonly Server[]
  /** How many of them must stay healthy. */
  readonly floor: number
}

/** `floor`: of all servers. */
export function poolsOf(fleet: Fleet, floor: number): Pool[] {
  return fleet.groups.flatMap((group) => [
    { group, servers: fleet.servers, floor },
    ...zonesOf(group, fleet).map(([zone, servers]) => ({
      ...{ group, zone, servers },
      floor: zoneFloor(servers.length, { floor, of: fleet.servers.length }),
    })),
  ])
}

/**
 * Each zone gets its clients whatever its size is, so its share of the floor holds for it too: rounded down, so that a
 * batch can be found, and at least one, so that no zone is emptied.
 */
const zoneFloor = (servers: number, { floor, of }: { floor: number; of: number }): number =>
  Math.max(1, Math.floor((floor * servers) / of))

/** The servers by zone, where each zone depends on its own; of servers whose zone is not known nothing can be said. */
export function zonesOf({ crossZone }: TargetGroup, { servers }: Fleet): [string, Server[]][] {
  if (crossZone !== 'off') return []
  const known = servers.filter((server) => zoneOf(server) !== undefined)
  return [...Map.groupBy(known, (server) => zoneOf(server) ?? '')]
}

export const isZonal = ({ groups }: Pick<Fleet, 'groups'>): boolean =>
  groups.some(({ crossZone }) => crossZone === 'off')

/** Where a group says nothing of its own the load balancer's word holds; one of several that keeps to zones is enough. */
export function withCrossZone(
  groups: readonly TargetGroup[],
  balancers: readonly LoadBalancerInfo[],
): TargetGroup[] {
  const off = new Set(balancers.filter(({ crossZone }) => crossZone === 'off').map(({ arn }) => arn))
  return groups.map((group) =>
    group.crossZone === 'inherited' && group.loadBalancerArns.some((arn) => off.has(arn))
      ? { ...group, crossZone: 'off' }
      : group,
  )
}
