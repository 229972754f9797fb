import type { Account } from './account/account.ts'
import { type Action, forward } from './account/action.ts'
import { checkAttribute, initialAttributes } from './account/attribute-rules.ts'
import type { TargetType } from './account/group-attributes.ts'
import type { HealthCheck } from './account/health-check.ts'
import { KIND_IN_ARN, type LoadBalancerType, loadBalancerAttributeRules } from './account/load-balancer.ts'
import type { NewRule } from './account/routing-table.ts'

type Texts = Readonly<Record<string, string>>

const VPC = 'vpc-0a1b2c3d4e5f60718'

export interface LoadBalancerOptions {
  readonly name: string
  readonly type?: LoadBalancerType
  readonly zones?: readonly string[]
  readonly attributes?: Texts
}

export interface TargetGroupOptions {
  readonly name: string
  readonly targetType?: TargetType
  readonly port?: number
  readonly protocol?: string
  readonly healthCheck?: Partial<HealthCheck>
  readonly attributes?: Texts
  readonly tags?: Texts
}

export type ListenerOptions = {
  readonly loadBalancerArn: string
  readonly port?: number
  readonly protocol?: string
} & ({ readonly defaultActions: readonly Action[] } | { readonly forwardTo: string })

export type RuleOptions = NewRule

export function addLoadBalancer(
  account: Account,
  options: LoadBalancerOptions & { zones: readonly string[] },
): string {
  const { name, type = 'application', zones } = options
  const rules = loadBalancerAttributeRules(type)
  const attributes = initialAttributes(rules)
  for (const [key, value] of Object.entries(options.attributes ?? {})) {
    checkAttribute(rules, key, value)
    attributes.set(key, value)
  }
  const arn = account.arns.loadBalancer(KIND_IN_ARN[type], name)
  account.loadBalancers.set(arn, { arn, name, type, zones, attributes, createdAt: account.now() })
  return arn
}

export function addTargetGroup(account: Account, options: TargetGroupOptions): string {
  const group = account.addTargetGroup({
    arn: account.arns.targetGroup(options.name),
    name: options.name,
    targetType: options.targetType ?? 'instance',
    protocol: options.protocol ?? 'HTTP',
    port: options.port ?? 80,
    vpcId: VPC,
    healthCheck: options.healthCheck ?? {},
  })
  group.setAttributes(Object.entries(options.attributes ?? {}))
  account.tags.settle(group.arn, options.tags ?? {})
  return group.arn
}

export function addListener(account: Account, options: ListenerOptions): string {
  const actions = 'forwardTo' in options ? [forward(options.forwardTo)] : options.defaultActions
  const { loadBalancerArn, port: Port = 80, protocol: Protocol = 'HTTP' } = options
  return account.routing.addListener({ loadBalancerArn, settings: { Port, Protocol }, actions }).arn
}
