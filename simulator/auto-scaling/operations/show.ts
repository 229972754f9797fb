import type { AutoScalingAccount } from '../account.ts'
import type { AutoScalingGroup, Instance } from '../group.ts'

/** As DescribeAutoScalingInstances answers it. */
export const showDetails = (group: AutoScalingGroup, instance: Instance): object => ({
  AutoScalingGroupName: group.name,
  ...showInstance(group, instance),
  // In capitals here, and not where a group lists its instances.
  HealthStatus: instance.health.toUpperCase(),
})

function showInstance(group: AutoScalingGroup, { id, zone, lifecycle, health }: Instance): object {
  return {
    InstanceId: id,
    InstanceType: 't3.micro',
    AvailabilityZone: zone,
    LifecycleState: lifecycle,
    HealthStatus: health,
    ...starts(group),
    ProtectedFromScaleIn: false,
  }
}

function starts({ settings }: AutoScalingGroup): object {
  const { launchTemplate, launchConfiguration } = settings
  if (launchConfiguration !== undefined) return { LaunchConfigurationName: launchConfiguration }
  const { name, version } = launchTemplate ?? { name: settings.name, version: '1' }
  return {
    LaunchTemplate: {
      LaunchTemplateId: 'lt-0a1b2c3d4e5f60718',
      LaunchTemplateName: name,
      Version: version,
    },
  }
}

export function showGroup({ place }: AutoScalingAccount, group: AutoScalingGroup): object {
  const { settings, instances, desired, suspended } = group
  const arns = [...new Set(settings.targetGroups.map(({ groupArn }) => groupArn))]
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: `arn:aws:autoscaling:${place}:autoScalingGroup:00000000-0000-4000-8000-000000000000:autoScalingGroupName/${group.name}`,
    ...starts(group),
    MinSize: 0,
    MaxSize: 2 * desired,
    DesiredCapacity: desired,
    DefaultCooldown: 300,
    AvailabilityZones: [...new Set([...instances.values()].map(({ zone }) => zone))],
    LoadBalancerNames: [],
    TargetGroupARNs: arns,
    TrafficSources: arns.map((Identifier) => ({ Identifier, Type: 'elbv2' })),
    HealthCheckType: group.healthCheckType,
    HealthCheckGracePeriod: 0,
    Instances: [...instances.values()].map((instance) => showInstance(group, instance)),
    CreatedTime: new Date(0),
    SuspendedProcesses: [...suspended].map(([ProcessName, SuspensionReason]) => ({
      ProcessName,
      SuspensionReason,
    })),
    NewInstancesProtectedFromScaleIn: false,
  }
}
