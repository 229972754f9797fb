import {
  DeregisterTargetsCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  type DescribeTargetGroupsCommandInput,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
  type LoadBalancer as SdkLoadBalancer,
  type TargetGroup as SdkTargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { options } from '../aws/call.ts'
import { allMarkedPages } from '../aws/pages.ts'
import { ApiError } from '../domain/errors.ts'
import type { LoadBalancerInfo, TargetGroup } from '../domain/fleet.ts'
import type { LoadBalancer } from '../domain/ports.ts'
import { named } from './call.ts'
import { fromTarget, toLoadBalancerInfo, toTargetGroup, toTargetHealth } from './mapping.ts'

/** The part of the SDK's client that is used. */
export type Elbv2Client = Pick<ElasticLoadBalancingV2Client, 'send'>

export function createLoadBalancer(client: Elbv2Client): LoadBalancer {
  return {
    async describeGroups(arns, signal) {
      const found = await Promise.all(arns.map((arn) => groupIfThere(client, arn, signal)))
      return Promise.all(found.flat().map((group) => withAttributes(client, group, signal)))
    },

    async describeGroupsOf(loadBalancerArn, signal) {
      const groups = await groupPages(client, { LoadBalancerArn: loadBalancerArn }, signal)
      return groups.map((group) => ({ arn: group.TargetGroupArn ?? '', name: group.TargetGroupName ?? '' }))
    },

    async describeLoadBalancers(arns, signal) {
      const command = new DescribeLoadBalancersCommand({ LoadBalancerArns: [...arns] })
      const answer = await named('DescribeLoadBalancers', client.send(command, options(signal)))
      return Promise.all((answer.LoadBalancers ?? []).map((one) => readCrossZone(client, one, signal)))
    },

    async describeHealth(groupArn, signal) {
      const command = new DescribeTargetHealthCommand({ TargetGroupArn: groupArn })
      const answer = await named('DescribeTargetHealth', client.send(command, options(signal)))
      return (answer.TargetHealthDescriptions ?? []).map(toTargetHealth)
    },

    async register(groupArn, targets, signal) {
      const command = new RegisterTargetsCommand({
        TargetGroupArn: groupArn,
        Targets: targets.map(fromTarget),
      })
      await named('RegisterTargets', client.send(command, options(signal)))
    },

    async deregister(groupArn, targets, signal) {
      const command = new DeregisterTargetsCommand({
        TargetGroupArn: groupArn,
        Targets: targets.map(fromTarget),
      })
      await named('DeregisterTargets', client.send(command, options(signal)))
    },
  }
}

/** Asked one by one, since one unknown ARN would fail the call for all of them. */
async function groupIfThere(
  client: Elbv2Client,
  arn: string,
  signal?: AbortSignal,
): Promise<SdkTargetGroup[]> {
  try {
    return await groupPages(client, { TargetGroupArns: [arn] }, signal)
  } catch (error) {
    if (error instanceof ApiError && error.failure === 'not-found') return []
    throw error
  }
}

async function groupPages(
  client: Elbv2Client,
  input: DescribeTargetGroupsCommandInput,
  signal?: AbortSignal,
): Promise<SdkTargetGroup[]> {
  const pages = await allMarkedPages((from) => {
    const command = new DescribeTargetGroupsCommand({ ...input, ...from })
    return named('DescribeTargetGroups', client.send(command, options(signal)))
  })
  return pages.flatMap(({ TargetGroups = [] }) => TargetGroups)
}

async function withAttributes(
  client: Elbv2Client,
  group: SdkTargetGroup,
  signal?: AbortSignal,
): Promise<TargetGroup> {
  const command = new DescribeTargetGroupAttributesCommand({ TargetGroupArn: group.TargetGroupArn })
  const answer = await named('DescribeTargetGroupAttributes', client.send(command, options(signal)))
  return toTargetGroup(group, answer.Attributes ?? [])
}

async function readCrossZone(
  client: Elbv2Client,
  balancer: SdkLoadBalancer,
  signal?: AbortSignal,
): Promise<LoadBalancerInfo> {
  if (balancer.Type !== 'network') return toLoadBalancerInfo(balancer, [])
  const command = new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: balancer.LoadBalancerArn })
  const answer = await named('DescribeLoadBalancerAttributes', client.send(command, options(signal)))
  return toLoadBalancerInfo(balancer, answer.Attributes ?? [])
}
