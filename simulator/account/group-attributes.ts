import {
  type AttributeRules,
  choice,
  count,
  countOrOff,
  countOrZero,
  flag,
  freeText,
} from './attribute-rules.ts'

export type TargetType = 'instance' | 'ip' | 'lambda' | 'alb'

const MOST_TARGETS = 1000
const SECONDS_OF_A_WEEK = 604_800

// Keys, defaults and ranges: TargetGroupAttribute in the API reference.
const DELAY: AttributeRules = { 'deregistration_delay.timeout_seconds': count(300, [0, 3600]) }

const CROSS_ZONE: AttributeRules = {
  'load_balancing.cross_zone.enabled': choice('use_load_balancer_configuration', 'true', 'false'),
}

const GROUP_HEALTH: AttributeRules = {
  'target_group_health.dns_failover.minimum_healthy_targets.count': countOrOff('1', [1, MOST_TARGETS]),
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': countOrOff('off', [1, 100]),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': count(1, [1, MOST_TARGETS]),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': countOrOff(
    'off',
    [1, 100],
  ),
}

const HTTP_GROUP: AttributeRules = {
  ...DELAY,
  ...CROSS_ZONE,
  ...GROUP_HEALTH,
  'stickiness.enabled': flag(false),
  'stickiness.type': choice('lb_cookie', 'app_cookie'),
  'stickiness.lb_cookie.duration_seconds': count(86_400, [1, SECONDS_OF_A_WEEK]),
  'stickiness.app_cookie.cookie_name': freeText(),
  'stickiness.app_cookie.duration_seconds': count(86_400, [1, SECONDS_OF_A_WEEK]),
  'slow_start.duration_seconds': countOrZero([30, 900]),
  'load_balancing.algorithm.type': choice('round_robin', 'least_outstanding_requests', 'weighted_random'),
  'load_balancing.algorithm.anomaly_mitigation': choice('off', 'on'),
}

const NETWORK_GROUP: AttributeRules = {
  ...DELAY,
  ...CROSS_ZONE,
  ...GROUP_HEALTH,
  'deregistration_delay.connection_termination.enabled': flag(false),
  'stickiness.enabled': flag(false),
  'stickiness.type': choice('source_ip', 'source_ip_dest_ip', 'source_ip_dest_ip_proto'),
  'preserve_client_ip.enabled': flag(true),
  'proxy_protocol_v2.enabled': flag(false),
  'target_health_state.unhealthy.connection_termination.enabled': flag(true),
  'target_health_state.unhealthy.draining_interval_seconds': count(0, [0, 360_000]),
}

/** "true for new UDP/TCP_UDP target groups" (Edit target group attributes of the Network guide). */
const DATAGRAM_GROUP: AttributeRules = {
  ...NETWORK_GROUP,
  'deregistration_delay.connection_termination.enabled': flag(true),
}

const GATEWAY_GROUP: AttributeRules = {
  ...DELAY,
  'stickiness.enabled': flag(false),
  'stickiness.type': choice('source_ip_dest_ip_proto', 'source_ip_dest_ip'),
  'target_failover.on_deregistration': choice('no_rebalance', 'rebalance'),
  'target_failover.on_unhealthy': choice('no_rebalance', 'rebalance'),
}

/** A Lambda function has no deregistration delay. */
const LAMBDA_GROUP: AttributeRules = { 'lambda.multi_value_headers.enabled': flag(false) }

export function groupAttributeRules(group: { targetType: TargetType; protocol: string }): AttributeRules {
  if (group.targetType === 'lambda') return LAMBDA_GROUP
  if (group.protocol === 'HTTP' || group.protocol === 'HTTPS') return HTTP_GROUP
  if (group.protocol === 'GENEVE') return GATEWAY_GROUP
  return group.protocol === 'UDP' || group.protocol === 'TCP_UDP' ? DATAGRAM_GROUP : NETWORK_GROUP
}
