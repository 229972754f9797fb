import { batchSize } from './batches.ts'
import { floorOf } from './capacity.ts'
import type { Fleet, HealthThresholds } from './fleet.ts'
import { registrationsIn } from './fleet.ts'
import { isNetwork } from './network.ts'
import type { Settings } from './settings.ts'
import { showSize } from './settings.ts'
import { plural } from './wording.ts'
import type { Pool } from './zones.ts'
import { poolsOf } from './zones.ts'

/** What forbids to take batches of this size out of this fleet, with the size that would do. */
export function capacityProblems(settings: Settings, fleet: Fleet): string[] {
  const servers = fleet.servers.length
  if (servers === 0)
    return ['no server is registered in the listed target groups: there is nothing to roll out to']
  if (servers === 1) {
    return [
      `the fleet is one server (${fleet.servers[0]?.id}): nothing could serve while it is out; register a second one`,
    ]
  }
  const floor = floorOf(settings, fleet)
  const most = servers - floor
  if (most < 1) {
    return [
      `min-healthy ${showSize(settings.minHealthy)} of ${plural(servers, 'server')} leaves none that may be out: ${servers - 1} is the highest floor that lets a batch of one leave`,
    ]
  }
  return [...oversizedBatches(settings, { servers, most }), ...brokenThresholds(settings, fleet)]
}

function oversizedBatches(settings: Settings, facts: { servers: number; most: number }): string[] {
  const { servers, most } = facts
  return settings.batchSizes.flatMap((size, index) => {
    const batch = batchSize(settings.batchSizes, index, servers)
    if (batch <= most) return []
    return [
      `batch-size ${showSize(size)} of ${plural(servers, 'server')} is ${batch}, but min-healthy ${showSize(settings.minHealthy)} lets only ${most} be out at a time: ${most} would do`,
    ]
  })
}

function brokenThresholds(settings: Settings, fleet: Fleet): string[] {
  const largest = Math.max(
    ...settings.batchSizes.map((_, index) => batchSize(settings.batchSizes, index, fleet.servers.length)),
  )
  return judgedPools(fleet, floorOf(settings, fleet)).flatMap((pool) => {
    const { group, zone } = pool
    const broken = firstBroken(pool, largest)
    if (broken === undefined) return []
    const fits = largestThatHolds(pool, largest)
    const advice = fits > 0 ? `batch-size ${fits} would do` : 'no batch would do: lower the threshold first'
    return [
      `a batch of ${largest} leaves too few healthy targets in ${group.name}${zone === undefined ? '' : ` in ${zone}`} for its own ${broken}, and the load balancer would ${isNetwork(group) ? 'take its address out of DNS, or ' : ''}send requests to unhealthy ones: ${advice}`,
    ]
  })
}

/** Where cross-zone balancing is off, the load balancer judges each zone by itself. */
const judgedPools = (fleet: Fleet, floor: number): Pool[] =>
  poolsOf(fleet, floor).filter(({ group, zone }) => (group.crossZone === 'off') === (zone !== undefined))

function largestThatHolds(pool: Pool, below: number): number {
  let size = below - 1
  while (size > 0 && firstBroken(pool, size) !== undefined) size--
  return size
}

/** While the batch comes back its targets are registered but not yet healthy: the share is of all of them. */
function firstBroken({ group, servers, floor }: Pool, batch: number): string | undefined {
  const sizes = servers.map((server) => registrationsIn(server, group.arn).length).sort((a, b) => a - b)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const staying = sizes
    .slice(0, servers.length - Math.min(batch, servers.length - floor))
    .reduce((sum, size) => sum + size, 0)
  const share = (100 * staying) / total
  const holds: Record<keyof HealthThresholds, (limit: number) => boolean> = {
    dnsFailoverCount: (limit) => staying >= limit,
    dnsFailoverPercent: (limit) => share >= limit,
    unhealthyRoutingCount: (limit) => staying >= limit,
    unhealthyRoutingPercent: (limit) => share >= limit,
  }
  for (const [key, limit] of Object.entries(group.thresholds) as [keyof HealthThresholds, number][]) {
    if (!holds[key](limit)) return `${THRESHOLD_NAMES[key]} of ${limit}`
  }
  return undefined
}

const THRESHOLD_NAMES: Record<keyof HealthThresholds, string> = {
  dnsFailoverCount: 'target_group_health.dns_failover.minimum_healthy_targets.count',
  dnsFailoverPercent: 'target_group_health.dns_failover.minimum_healthy_targets.percentage',
  unhealthyRoutingCount: 'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count',
  unhealthyRoutingPercent: 'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage',
}
