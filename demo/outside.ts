import type { Clock } from '../simulator/clock.ts'
import { CloudWatch, type CloudWatchOptions } from '../simulator/cloudwatch/cloudwatch.ts'
import { loadBalancerMeter } from '../simulator/cloudwatch/load-balancer-meter.ts'
import { serveCloudWatch } from '../simulator/cloudwatch/serve.ts'
import type { RequestMeter } from '../simulator/data/meter.ts'
import { type AgentOptions, RunCommand } from './run-command.ts'

export interface OutsideOptions {
  /** With these, servers are updated by Run Command. */
  readonly agents?: AgentOptions
  /** With these there is CloudWatch, and it has the metrics of the load balancer. */
  readonly cloudWatch?: Omit<CloudWatchOptions, 'clock'>
}

interface Setting {
  readonly clock: Clock
  /** Ids of all servers. */
  readonly servers: readonly string[]
  readonly fleetUrl: string
}

/** AWS beside the load balancer, as far as it is asked for. */
export interface Outside {
  readonly runCommand?: RunCommand
  readonly cloudWatch?: CloudWatch
  /** For the listeners of a load balancer. */
  readonly meterFor?: (loadBalancerArn: string) => RequestMeter
  /** Where the action finds it. */
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

export async function openOutside(options: OutsideOptions, setting: Setting): Promise<Outside> {
  const { clock, servers, fleetUrl } = setting
  const environment = { DEMO_FLEET: fleetUrl }
  const runCommand =
    options.agents && (await RunCommand.open({ clock, servers, environment, ...options.agents }))
  const metered = options.cloudWatch && (await openCloudWatch(options.cloudWatch, clock))
  return {
    ...(runCommand && { runCommand }),
    ...metered,
    environment: { ...runCommand?.environment, ...metered?.environment },
    close: async () => {
      await Promise.all([runCommand?.close(), metered?.close()])
    },
  }
}

async function openCloudWatch(options: Omit<CloudWatchOptions, 'clock'>, clock: Clock) {
  const cloudWatch = new CloudWatch({ ...options, clock })
  const served = await serveCloudWatch(cloudWatch)
  const { metrics } = cloudWatch
  return {
    cloudWatch,
    meterFor: (loadBalancerArn: string) => loadBalancerMeter({ metrics, clock, loadBalancerArn }),
    environment: { AWS_ENDPOINT_URL_CLOUDWATCH: served.url },
    close: () => served.close(),
  }
}
