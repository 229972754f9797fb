import type { Clock } from '../simulator/clock.ts'
import { CloudWatch, type CloudWatchOptions } from '../simulator/cloudwatch/cloudwatch.ts'
import { loadBalancerMeter } from '../simulator/cloudwatch/load-balancer-meter.ts'
import { serveCloudWatch } from '../simulator/cloudwatch/serve.ts'
import type { RequestMeter } from '../simulator/data/meter.ts'
import { Ec2 } from '../simulator/ec2/ec2.ts'
import { serveEc2 } from '../simulator/ec2/serve.ts'
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
  const ec2 = await openEc2(servers, clock)
  const metered = options.cloudWatch && (await openCloudWatch(options.cloudWatch, clock))
  return {
    ...(runCommand && { runCommand }),
    ...metered,
    environment: { ...ec2.environment, ...runCommand?.environment, ...metered?.environment },
    close: async () => {
      await Promise.all([ec2.close(), runCommand?.close(), metered?.close()])
    },
  }
}

/** The servers are in two zones in turn. */
async function openEc2(servers: readonly string[], clock: Clock) {
  const ec2 = new Ec2({ clock })
  for (const [index, id] of servers.entries())
    ec2.addInstance(id, { zone: index % 2 === 0 ? 'us-east-1a' : 'us-east-1b' })
  const served = await serveEc2(ec2)
  return { environment: { AWS_ENDPOINT_URL_EC2: served.url }, close: () => served.close() }
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
