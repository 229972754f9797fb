import type { Account } from '../account/account.ts'
import type { TargetGroup } from '../account/target-group.ts'
import { senderError, validationError } from '../aws-error.ts'
import { operation } from './operation.ts'
import { pageOf, paging } from './page.ts'
import { list, structure, text } from './shape.ts'

interface Asked {
  readonly LoadBalancerArn?: string
  readonly TargetGroupArns?: readonly string[]
  readonly Names?: readonly string[]
}

export const DescribeTargetGroups = operation({
  bucket: 'non-mutating',
  input: structure({}, { ...paging, LoadBalancerArn: text, TargetGroupArns: list(text), Names: list(text) }),
  run(account, input) {
    const page = pageOf(chosen(account, input), { ...input, most: account.behaviour.pageSize })
    return { TargetGroups: page.items.map(describe), ...page.next }
  },
})

function chosen(account: Account, { LoadBalancerArn, TargetGroupArns, Names }: Asked): TargetGroup[] {
  const all = [...account.targetGroups.values()]
  if ([LoadBalancerArn, TargetGroupArns, Names].filter((each) => each !== undefined).length > 1) {
    throw validationError(
      'Target group names, target group ARNs, and a load balancer ARN cannot be specified at the same time',
    )
  }
  if (LoadBalancerArn !== undefined) {
    const { arn } = account.loadBalancer(LoadBalancerArn)
    return all.filter((group) => group.loadBalancerArns.includes(arn))
  }
  if (TargetGroupArns) return TargetGroupArns.map((arn) => account.targetGroup(arn))
  return Names ? Names.map((name) => named(all, name)) : all
}

function named(all: readonly TargetGroup[], name: string): TargetGroup {
  const found = all.find((group) => group.settings.name === name)
  if (found) return found
  throw senderError('TargetGroupNotFound', 'One or more target groups not found')
}

function describe(group: TargetGroup): object {
  const { settings, healthCheck } = group
  const isHttp = healthCheck.protocol.startsWith('HTTP')
  const traffic = { Protocol: settings.protocol, Port: settings.port, VpcId: settings.vpcId }
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: settings.name,
    ...(settings.targetType === 'lambda' ? {} : traffic),
    HealthCheckProtocol: healthCheck.protocol,
    HealthCheckPort: healthCheck.port,
    HealthCheckEnabled: healthCheck.enabled,
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    ...(isHttp ? { HealthCheckPath: healthCheck.path, Matcher: { HttpCode: healthCheck.matcher } } : {}),
    LoadBalancerArns: [...group.loadBalancerArns],
    TargetType: settings.targetType,
    ...(settings.protocol.startsWith('HTTP') ? { ProtocolVersion: 'HTTP1' } : {}),
    IpAddressType: 'ipv4',
  }
}
