import { AutoScaling } from '../../simulator/auto-scaling/auto-scaling.ts'
import type { AutoScalingOptions } from '../../simulator/auto-scaling/options.ts'
import { VirtualClock } from '../../simulator/clock.ts'
import { Simulator } from '../../simulator/simulator.ts'

export interface Setting {
  readonly clock: VirtualClock
  readonly simulator: Simulator
  readonly autoScaling: AutoScaling
  readonly groupArn: string
}

/** A load balancer with these instances, of which the first ones belong to the group `web`. */
export function setting(
  { ids, members = ids.length }: { ids: readonly string[]; members?: number },
  options: Partial<AutoScalingOptions> = {},
): Setting {
  const clock = new VirtualClock(Date.UTC(2026, 10, 23))
  const simulator = new Simulator({ clock, probe: () => ({ status: 200 }) })
  const loadBalancerArn = simulator.addLoadBalancer({ name: 'shop' })
  const groupArn = simulator.addTargetGroup({
    name: 'web',
    targetType: 'instance',
    attributes: { 'deregistration_delay.timeout_seconds': '30' },
  })
  simulator.addListener({ loadBalancerArn, forwardTo: groupArn })
  simulator.addHealthyTargets(
    groupArn,
    ids.map((Id) => ({ Id, Port: 80 })),
  )
  const autoScaling = new AutoScaling({ clock, loadBalancing: simulator, ...options })
  autoScaling.addGroup({
    name: 'web',
    instances: ids.slice(0, members),
    targetGroups: [{ groupArn, port: 80 }],
    launchTemplate: { name: 'web', version: '7' },
  })
  return { clock, simulator, autoScaling, groupArn }
}
