import {
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeInstanceRefreshesCommand,
  type InstanceRefreshStatus,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling'
import { options } from '../aws/call.ts'
import { allTokenPages } from '../aws/pages.ts'
import type { Member } from '../domain/auto-scaling.ts'
import { chunksOf } from '../domain/chunks.ts'
import { ApiError } from '../domain/errors.ts'
import type { AutoScaling } from '../domain/ports.ts'
import { type AutoScalingCalls, answerOf } from './client.ts'
import { toGroup, toMember } from './mapping.ts'

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html */
const MOST_INSTANCES = 50
const MOST_GROUPS = 50

const OVER: ReadonlySet<InstanceRefreshStatus | undefined> = new Set([
  'Cancelled',
  'Failed',
  'RollbackFailed',
  'RollbackSuccessful',
  'Successful',
])

export function createAutoScaling(client: AutoScalingCalls): AutoScaling {
  return {
    async describeMembers(instanceIds, signal) {
      const found: Member[] = []
      for (const InstanceIds of chunksOf(instanceIds, MOST_INSTANCES)) {
        const pages = await allTokenPages((from) => {
          const command = new DescribeAutoScalingInstancesCommand({ InstanceIds, ...from })
          return answerOf('DescribeAutoScalingInstances', signal, client.send(command, options(signal)))
        })
        found.push(...pages.flatMap(({ AutoScalingInstances = [] }) => AutoScalingInstances.map(toMember)))
      }
      return new Map(found.map((member) => [member.id, member]))
    },

    async describeGroups(names, signal) {
      const found = []
      for (const AutoScalingGroupNames of chunksOf(names, MOST_GROUPS)) {
        const pages = await allTokenPages((from) => {
          const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames, ...from })
          return answerOf('DescribeAutoScalingGroups', signal, client.send(command, options(signal)))
        })
        found.push(...pages.flatMap(({ AutoScalingGroups = [] }) => AutoScalingGroups.map(toGroup)))
      }
      return found
    },

    async refreshUnderWay(AutoScalingGroupName, signal) {
      const command = new DescribeInstanceRefreshesCommand({ AutoScalingGroupName, MaxRecords: 10 })
      const answer = client.send(command, options(signal))
      // Newest first, and at most one is under way.
      const { InstanceRefreshes = [] } = await answerOf('DescribeInstanceRefreshes', signal, answer)
      return InstanceRefreshes.find(({ Status }) => !OVER.has(Status))?.Status
    },

    suspend: (group, processes, signal) =>
      changing('SuspendProcesses', signal, () =>
        client.send(
          new SuspendProcessesCommand({ AutoScalingGroupName: group, ScalingProcesses: [...processes] }),
          options(signal),
        ),
      ),

    resume: (group, processes, signal) =>
      changing('ResumeProcesses', signal, () =>
        client.send(
          new ResumeProcessesCommand({ AutoScalingGroupName: group, ScalingProcesses: [...processes] }),
          options(signal),
        ),
      ),
  }
}

/** A group that is busy with something else is not in a minute. */
async function changing(
  operation: string,
  signal: AbortSignal | undefined,
  call: () => Promise<unknown>,
): Promise<void> {
  try {
    await answerOf(operation, signal, call())
  } catch (error) {
    if (!(error instanceof ApiError) || !/^ResourceInUse|^ScalingActivityInProgress/.test(error.code))
      throw error
    const { permission, code, message, cause } = error
    throw new ApiError({ failure: 'transient', permission, code, message, cause })
  }
}
