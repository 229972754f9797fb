import { type AttributeRules, choice, count, flag, freeText } from './attribute-rules.ts'

export type LoadBalancerType = 'application' | 'network' | 'gateway'

export interface LoadBalancer {
  readonly arn: string
  readonly name: string
  readonly type: LoadBalancerType
  readonly zones: readonly string[]
  readonly attributes: Map<string, string>
  readonly createdAt: number
}

/** The kind as it is spelt in ARNs. */
export const KIND_IN_ARN = { application: 'app', network: 'net', gateway: 'gwy' } as const

// Keys, defaults and ranges: LoadBalancerAttribute in the API reference.
const EVERY: AttributeRules = { 'deletion_protection.enabled': flag(false) }

const LOGS: AttributeRules = {
  'access_logs.s3.enabled': flag(false),
  'access_logs.s3.bucket': freeText(),
  'access_logs.s3.prefix': freeText(),
}

const RULES: Record<LoadBalancerType, AttributeRules> = {
  application: {
    ...EVERY,
    ...LOGS,
    'idle_timeout.timeout_seconds': count(60, [1, 4000]),
    'client_keep_alive.seconds': count(3600, [60, 604_800]),
    'load_balancing.cross_zone.enabled': flag(true),
    'zonal_shift.config.enabled': flag(false),
    'routing.http2.enabled': flag(true),
    'routing.http.desync_mitigation_mode': choice('defensive', 'monitor', 'strictest'),
    'routing.http.drop_invalid_header_fields.enabled': flag(false),
    'routing.http.preserve_host_header.enabled': flag(false),
    'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': flag(false),
    'routing.http.xff_client_port.enabled': flag(false),
    'routing.http.xff_header_processing.mode': choice('append', 'preserve', 'remove'),
    'waf.fail_open.enabled': flag(false),
  },
  network: {
    ...EVERY,
    ...LOGS,
    'load_balancing.cross_zone.enabled': flag(false),
    'zonal_shift.config.enabled': flag(false),
    'dns_record.client_routing_policy': choice(
      'any_availability_zone',
      'partial_availability_zone_affinity',
      'availability_zone_affinity',
    ),
  },
  gateway: { ...EVERY, 'load_balancing.cross_zone.enabled': flag(false) },
}

export function loadBalancerAttributeRules(type: LoadBalancerType): AttributeRules {
  return RULES[type]
}
