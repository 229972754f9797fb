import { DescribeAutoScalingGroups } from './describe-auto-scaling-groups.ts'
import { DescribeAutoScalingInstances } from './describe-auto-scaling-instances.ts'
import { DescribeInstanceRefreshes } from './describe-instance-refreshes.ts'
import type { AutoScalingOperation } from './operation.ts'
import { ResumeProcesses, SuspendProcesses } from './processes.ts'

export const operations: ReadonlyMap<string, AutoScalingOperation> = new Map(
  Object.entries({
    DescribeAutoScalingGroups,
    DescribeAutoScalingInstances,
    DescribeInstanceRefreshes,
    ResumeProcesses,
    SuspendProcesses,
  }),
)
