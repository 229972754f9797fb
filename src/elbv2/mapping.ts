import type {
  LoadBalancerAttribute,
  LoadBalancer as SdkLoadBalancer,
  TargetGroup as SdkTargetGroup,
  TargetDescription,
  TargetGroupAttribute,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type {
  HealthThresholds,
  LoadBalancerInfo,
  Target,
  TargetGroup,
  TargetHealth,
  TargetState,
  TargetType,
} from '../domain/fleet.ts'

/** The SDK's shapes of load balancers, groups and targets, in our words and back. */

export function toTargetGroup(
  group: SdkTargetGroup,
  attributes: readonly TargetGroupAttribute[],
): TargetGroup {
  const values = new Map(attributes.map(({ Key = '', Value = '' }) => [Key, Value]))
  const seconds = (key: string) => Number(values.get(key) ?? 0) * 1000
  return {
    arn: group.TargetGroupArn ?? '',
    name: group.TargetGroupName ?? '',
    targetType: (group.TargetType ?? 'instance') as TargetType,
    protocol: group.Protocol ?? '',
    loadBalancerArns: group.LoadBalancerArns ?? [],
    healthCheckEnabled: group.HealthCheckEnabled ?? true,
    healthCheckIntervalMs: (group.HealthCheckIntervalSeconds ?? 30) * 1000,
    healthCheckTimeoutMs: (group.HealthCheckTimeoutSeconds ?? 5) * 1000,
    healthyThreshold: group.HealthyThresholdCount ?? 5,
    unhealthyThreshold: group.UnhealthyThresholdCount ?? 2,
    deregistrationDelayMs: seconds('deregistration_delay.timeout_seconds'),
    closesConnections: values.get('deregistration_delay.connection_termination.enabled') === 'true',
    slowStartMs: seconds('slow_start.duration_seconds'),
    crossZone: CROSS_ZONE[values.get(CROSS_ZONE_KEY) ?? ''] ?? 'inherited',
    thresholds: toThresholds(values),
    targetStickiness: toTargetStickiness(values),
  }
}

const CROSS_ZONE_KEY = 'load_balancing.cross_zone.enabled'
const CROSS_ZONE: Record<string, TargetGroup['crossZone']> = { true: 'on', false: 'off' }

/** A type that is not known may be a cookie too, with which a client keeps to its target. */
function toTargetStickiness(values: ReadonlyMap<string, string>): TargetGroup['targetStickiness'] {
  if (values.get('stickiness.enabled') !== 'true') return 'off'
  return STICKINESS[values.get('stickiness.type') ?? ''] ?? 'lb_cookie'
}

const STICKINESS: Record<string, TargetGroup['targetStickiness']> = {
  app_cookie: 'app_cookie',
  source_ip: 'source_ip',
}

function toThresholds(values: ReadonlyMap<string, string>): HealthThresholds {
  const limit = <Key extends keyof HealthThresholds>(name: Key, key: string) => {
    const value = values.get(`target_group_health.${key}`)
    return value === undefined || value === 'off' ? {} : { [name]: Number(value) }
  }
  return {
    ...limit('dnsFailoverCount', 'dns_failover.minimum_healthy_targets.count'),
    ...limit('dnsFailoverPercent', 'dns_failover.minimum_healthy_targets.percentage'),
    ...limit('unhealthyRoutingCount', 'unhealthy_state_routing.minimum_healthy_targets.count'),
    ...limit('unhealthyRoutingPercent', 'unhealthy_state_routing.minimum_healthy_targets.percentage'),
  }
}

export function toTargetHealth(entry: TargetHealthDescription): TargetHealth {
  const { State = 'unavailable', Reason, Description } = entry.TargetHealth ?? {}
  return {
    target: toTarget(entry.Target),
    state: State as TargetState,
    ...(Reason === undefined ? {} : { reason: Reason }),
    ...(Description === undefined ? {} : { description: Description }),
    zonalShift: entry.AdministrativeOverride?.State?.startsWith('zonal_shift_active') ?? false,
  }
}

function toTarget(target: TargetDescription | undefined): Target {
  const { Id = '', Port = 0, AvailabilityZone, QuicServerId } = target ?? {}
  return {
    id: Id,
    port: Port,
    ...(AvailabilityZone === undefined ? {} : { zone: AvailabilityZone }),
    ...(QuicServerId === undefined ? {} : { quicServerId: QuicServerId }),
  }
}

/** As it was described, so that exactly this registration is meant. */
export function fromTarget({ id, port, zone, quicServerId }: Target): TargetDescription {
  return {
    Id: id,
    Port: port,
    ...(zone === undefined ? {} : { AvailabilityZone: zone }),
    ...(quicServerId === undefined ? {} : { QuicServerId: quicServerId }),
  }
}

/** `attributes`: of a network one, which keeps to zones unless it is told otherwise. */
export function toLoadBalancerInfo(
  balancer: SdkLoadBalancer,
  attributes: readonly LoadBalancerAttribute[],
): LoadBalancerInfo {
  const { Value } = attributes.find(({ Key }) => Key === CROSS_ZONE_KEY) ?? {}
  return {
    arn: balancer.LoadBalancerArn ?? '',
    name: balancer.LoadBalancerName ?? '',
    type: balancer.Type ?? 'application',
    zones: (balancer.AvailabilityZones ?? []).flatMap(({ ZoneName }) => ZoneName ?? []),
    crossZone: balancer.Type === 'network' && Value !== 'true' ? 'off' : 'on',
  }
}
