import type { AutoScalingSnapshot } from './auto-scaling.ts'
import type { OutList, Shift } from './journal.ts'
import type { Listener, Route } from './routing.ts'

/** What stands behind the load balancer, in ELBv2's own words. Times are milliseconds. */

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html */
export type TargetState =
  | 'initial'
  | 'healthy'
  | 'unhealthy'
  | 'unhealthy.draining'
  | 'unused'
  | 'draining'
  | 'unavailable'

export type TargetType = 'instance' | 'ip' | 'lambda' | 'alb'
export type LoadBalancerType = 'application' | 'network' | 'gateway'

/** Identity of a registration inside one group: the load balancer knows it by Id *and* Port (and QUIC server id). */
export interface Target {
  readonly id: string
  readonly port: number
  /** Only for IP targets; `all` for addresses outside the VPC. */
  readonly zone?: string
  readonly quicServerId?: string
}

export interface TargetHealth {
  readonly target: Target
  readonly state: TargetState
  /** `Target.FailedHealthChecks` and the like; absent when healthy. */
  readonly reason?: string
  readonly description?: string
  /** A zonal shift keeps traffic away from this target although it may be healthy. */
  readonly zonalShift: boolean
}

/** `target_group_health.*`: under one of these the load balancer routes to unhealthy targets, or leaves DNS. */
export interface HealthThresholds {
  readonly dnsFailoverCount?: number
  readonly dnsFailoverPercent?: number
  readonly unhealthyRoutingCount?: number
  readonly unhealthyRoutingPercent?: number
}

export interface TargetGroup {
  readonly arn: string
  readonly name: string
  readonly targetType: TargetType
  /** `HTTP`, `TCP` and the like: what the load balancer speaks with the targets; empty for lambda. */
  readonly protocol: string
  readonly loadBalancerArns: readonly string[]
  readonly healthCheckEnabled: boolean
  readonly healthCheckIntervalMs: number
  readonly healthCheckTimeoutMs: number
  /** Passed checks in a row that make an unhealthy target healthy; a new one needs one. */
  readonly healthyThreshold: number
  /** Failed checks in a row that make a healthy target unhealthy. */
  readonly unhealthyThreshold: number
  /** A target stays `draining` for all of it, busy or not. */
  readonly deregistrationDelayMs: number
  /** `deregistration_delay.connection_termination.enabled`: closes what is open when the delay is over; network ones only. */
  readonly closesConnections: boolean
  readonly slowStartMs: number
  /** `load_balancing.cross_zone.enabled`; in a snapshot `inherited` means on, as the load balancer has it. */
  readonly crossZone: 'on' | 'off' | 'inherited'
  readonly thresholds: HealthThresholds
  /** Of the group's targets (`stickiness.enabled`, `stickiness.type`). */
  readonly targetStickiness: 'off' | 'lb_cookie' | 'app_cookie' | 'source_ip'
}

export interface LoadBalancerInfo {
  readonly arn: string
  readonly name: string
  readonly type: LoadBalancerType
  /** Those that it is enabled in. */
  readonly zones: readonly string[]
  /** Of a network one `load_balancing.cross_zone.enabled`; an application one is always on, whatever a group says. */
  readonly crossZone: 'on' | 'off'
}

export interface Registration {
  readonly groupArn: string
  readonly target: Target
}

/** All registrations with the same Id in the listed groups. Leaves, is updated and comes back as one. */
export interface Server {
  readonly id: string
  readonly registrations: readonly Registration[]
  /** Of an instance, where it was asked for and is known. */
  readonly place?: Place
}

/** Where an instance is, as EC2 tells. */
export interface Place {
  readonly zone: string
  /** Its first private address. */
  readonly ip?: string
}

/** An unfiltered DescribeTargetHealth of every listed group, by the group's ARN. */
export type HealthByGroup = ReadonlyMap<string, readonly TargetHealth[]>

/** The servers that were registered at the start, and the groups they are registered in. */
export interface Fleet {
  readonly servers: readonly Server[]
  readonly groups: readonly TargetGroup[]
}

/** Everything that was read before deciding, once. */
export interface Snapshot {
  readonly groups: readonly TargetGroup[]
  /** Listed ARNs that name no target group. */
  readonly unknownGroupArns: readonly string[]
  readonly loadBalancers: readonly LoadBalancerInfo[]
  readonly health: HealthByGroup
  /** Servers that an earlier rollout left out, since an update of them may have been running: they belong to the fleet. */
  readonly leftOut?: readonly Server[]
  /** Of instances, by id; absent: nobody has asked. */
  readonly places?: ReadonlyMap<string, Place>
  /** Why they could not be asked for. */
  readonly placesUnknown?: string
  /** Of blue-green rollouts: the routes of the groups' load balancers, and what is written about the groups. */
  readonly routing?: RoutingSnapshot
  /** Absent: no server belongs to a group of Auto Scaling, or nobody was asked. */
  readonly autoScaling?: AutoScalingSnapshot
  /** Other groups of the same load balancers, with the ids registered in them. */
  readonly unlisted: readonly { readonly groupName: string; readonly targetIds: readonly string[] }[]
}

export interface RoutingSnapshot {
  readonly listeners: readonly Listener[]
  /** Of all listeners, ours or not. */
  readonly routes: readonly Route[]
  /** The version that each group holds, by ARN, where it is known. */
  readonly holds: ReadonlyMap<string, string>
  /** What an earlier process has written about a shift between these groups. */
  readonly written?: OutList & { readonly shift: Shift }
}

/** Ids of the instances that are registered; targets of other types have none. */
export function instanceIds({ groups, health }: Pick<Snapshot, 'groups' | 'health'>): string[] {
  const ids = groups
    .filter(({ targetType }) => targetType === 'instance')
    .flatMap(({ arn }) => (health.get(arn) ?? []).map(({ target }) => target.id))
  return [...new Set(ids)]
}

export const isDraining = (health: TargetHealth): boolean => health.state === 'draining'

/** `unused` has four reasons; only this one means that the registration is gone. */
export const isGone = (health: TargetHealth | undefined): boolean =>
  health === undefined || (health.state === 'unused' && health.reason === 'Target.NotRegistered')

/** An instance that is gone for good, and still registered. */
export const isTerminated = (health: TargetHealth | undefined): boolean =>
  health?.reason === 'Target.InvalidState' && /\bterminated\b/.test(health.description ?? '')

export const isHealthy = (health: TargetHealth | undefined): boolean => health?.state === 'healthy'

const sameTarget = (a: Target, b: Target): boolean =>
  a.id === b.id && a.port === b.port && a.quicServerId === b.quicServerId

export function healthOf(registration: Registration, health: HealthByGroup): TargetHealth | undefined {
  return health.get(registration.groupArn)?.find((entry) => sameTarget(entry.target, registration.target))
}

/** What is registered now makes up the fleet, and what a rollout left out; what somebody else drains does not count. */
export function fleetOf(snapshot: Snapshot): Fleet {
  const leftOut = snapshot.leftOut ?? []
  const servers = new Map<string, Registration[]>(
    leftOut.map(({ id, registrations }) => [id, [...registrations]]),
  )
  for (const [groupArn, entries] of snapshot.health) {
    for (const entry of entries) {
      if (isDraining(entry) || isGone(entry) || leftOut.some(({ id }) => id === entry.target.id)) continue
      const registrations = servers.get(entry.target.id) ?? []
      registrations.push({ groupArn, target: entry.target })
      servers.set(entry.target.id, registrations)
    }
  }
  return {
    groups: snapshot.groups,
    servers: [...servers].map(([id, registrations]) => {
      const place = snapshot.places?.get(id)
      return { id, registrations, ...(place === undefined ? {} : { place }) }
    }),
  }
}

/** Of a target that is one, or of its instance. */
export const addressOf = ({ place, id }: Server): string | undefined =>
  place?.ip ?? (id.startsWith('i-') ? undefined : id)

/** An address that is registered has its zone with it; where an instance is, EC2 knows. */
export const zoneOf = ({ place, registrations }: Server): string | undefined =>
  place?.zone ?? registrations[0]?.target.zone

export const registrationsIn = (server: Server, groupArn: string): Registration[] =>
  server.registrations.filter((registration) => registration.groupArn === groupArn)

/** Healthy on every port and in every group. */
export const isServerHealthy = (server: Server, health: HealthByGroup): boolean =>
  server.registrations.every((registration) => isHealthy(healthOf(registration, health)))

/** Healthy on every port it has in this group. */
export const isServerHealthyIn = (server: Server, groupArn: string, health: HealthByGroup): boolean =>
  registrationsIn(server, groupArn).every((registration) => isHealthy(healthOf(registration, health)))

/** Healthy on at least one of its ports in this group. */
export const isServerPartlyHealthyIn = (server: Server, groupArn: string, health: HealthByGroup): boolean =>
  registrationsIn(server, groupArn).some((registration) => isHealthy(healthOf(registration, health)))

/** Neither draining nor gone, on any port it has in this group. */
export const isServerIn = (server: Server, groupArn: string, health: HealthByGroup): boolean =>
  registrationsIn(server, groupArn).every((registration) => {
    const seen = healthOf(registration, health)
    return seen !== undefined && !isGone(seen) && !isDraining(seen)
  })

/** Why a server is not healthy, in the load balancer's words. */
export function whyUnhealthy(server: Server, health: HealthByGroup): string {
  for (const registration of server.registrations) {
    const seen = healthOf(registration, health)
    if (seen === undefined) return `not registered on port ${registration.target.port}`
    if (!isHealthy(seen)) {
      const reason = [seen.reason, seen.description].filter(Boolean).join(': ')
      return `${seen.state} on port ${registration.target.port}${reason && ` (${reason})`}`
    }
  }
  return 'healthy'
}
