import type { Snapshot } from './fleet.ts'
import type { Settings } from './settings.ts'
import { updatesServers } from './settings.ts'

/** IAM actions that each feature needs: what docs/iam.md shows, and the tests hold both to the same table. */
export const PERMISSIONS = {
  rollout: elbv2(
    ...['AddTags', 'DescribeLoadBalancers', 'DescribeTags', 'DescribeTargetGroupAttributes'],
    ...['DescribeTargetGroups', 'DescribeTargetHealth', 'RemoveTags'],
  ),
  'in-place': elbv2('DeregisterTargets', 'RegisterTargets'),
  network: elbv2('DescribeLoadBalancerAttributes'),
  instances: ['ec2:DescribeInstances'],
  'auto-scaling': [
    'autoscaling:DescribeAutoScalingGroups',
    'autoscaling:DescribeAutoScalingInstances',
    'autoscaling:DescribeInstanceRefreshes',
    'autoscaling:ResumeProcesses',
    'autoscaling:SuspendProcesses',
  ],
  'blue-green': elbv2('DescribeListeners', 'DescribeRules', 'ModifyListener', 'ModifyRule'),
  'run-command': [
    'ssm:CancelCommand',
    'ssm:DescribeInstanceInformation',
    'ssm:GetCommandInvocation',
    'ssm:ListCommandInvocations',
    'ssm:ListCommands',
    'ssm:SendCommand',
  ],
  alarms: ['cloudwatch:DescribeAlarms'],
  metrics: ['cloudwatch:GetMetricData'],
  'role-to-assume': ['sts:AssumeRoleWithWebIdentity'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type Feature = keyof typeof PERMISSIONS

function elbv2(...operations: readonly string[]): readonly string[] {
  return operations.map((operation) => `elasticloadbalancing:${operation}`)
}

/** Of what these settings use, and what is there; sorted. */
export function permissionsFor(settings: Settings, snapshot: Snapshot): string[] {
  return featuresOf(settings, snapshot)
    .flatMap((feature) => PERMISSIONS[feature])
    .sort()
}

export function featuresOf(settings: Settings, snapshot: Snapshot): Feature[] {
  const { strategy, ssm, drainedCheck, alarms, canary, roleToAssume, autoScaling } = settings
  const hasInstances = snapshot.groups.some(({ targetType }) => targetType === 'instance')
  const isNetwork = snapshot.loadBalancers.some(({ type }) => type === 'network')
  const asksAutoScaling = hasInstances && updatesServers(settings) && autoScaling === 'suspend'
  const used: Readonly<Record<Feature, boolean>> = {
    rollout: true,
    'in-place': strategy === 'in-place',
    network: isNetwork,
    instances: hasInstances,
    'auto-scaling': asksAutoScaling,
    'blue-green': strategy === 'blue-green',
    'run-command': ssm !== undefined || drainedCheck !== undefined,
    alarms: alarms !== undefined,
    metrics: canary !== undefined,
    'role-to-assume': roleToAssume !== undefined,
  }
  return (Object.keys(used) as Feature[]).filter((feature) => used[feature])
}

/** It changes nothing: all that a dry run needs. */
export const onlyReads = (permission: string): boolean => /:(Describe|Get|List|AssumeRole)/.test(permission)
