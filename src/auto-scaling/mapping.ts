import type {
  AutoScalingInstanceDetails,
  LaunchTemplateSpecification,
  AutoScalingGroup as SdkGroup,
} from '@aws-sdk/client-auto-scaling'
import type { AutoScalingGroup, Member } from '../domain/auto-scaling.ts'

export const toMember = (details: AutoScalingInstanceDetails): Member => ({
  id: details.InstanceId ?? '',
  group: details.AutoScalingGroupName ?? '',
  lifecycle: details.LifecycleState ?? '',
  // `HEALTHY` here, `Healthy` where a group lists its instances.
  isHealthy: details.HealthStatus?.toLowerCase() !== 'unhealthy',
})

export const toGroup = (group: SdkGroup): AutoScalingGroup => ({
  name: group.AutoScalingGroupName ?? '',
  suspended: (group.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []),
  launches: launchesOf(group),
})

function launchesOf({ LaunchTemplate, MixedInstancesPolicy, LaunchConfigurationName }: SdkGroup): string {
  const template =
    LaunchTemplate ?? MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification ?? undefined
  if (template !== undefined) return `launch template ${shown(template)}`
  return `launch configuration ${LaunchConfigurationName ?? 'that was deleted'}`
}

/** Without a version it is the default one. */
const shown = ({ LaunchTemplateName, LaunchTemplateId, Version }: LaunchTemplateSpecification): string =>
  `${LaunchTemplateName ?? LaunchTemplateId ?? 'without a name'}, version ${Version ?? '$Default'}`
