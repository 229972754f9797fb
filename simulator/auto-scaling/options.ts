import type { Clock } from '../clock.ts'
import type { Duration } from '../random.ts'
import type { Simulator } from '../simulator.ts'

export interface AutoScalingOptions {
  readonly clock: Clock
  /** The load balancer with which its groups register what they launch. */
  readonly loadBalancing: Simulator
  readonly region?: string
  readonly accountId?: string
  /** Seeds injected faults and the ids of instances. */
  readonly seed?: number
  readonly behaviour?: Partial<AutoScalingBehaviour>
  readonly faults?: Partial<AutoScalingFaults>
  /** An instance boots: what the template starts runs on it from now on. */
  readonly onLaunch?: (instanceId: string, groupName: string) => void
  /** Also of one that left by other means than its group. */
  readonly onTerminate?: (instanceId: string, groupName: string) => void
}

/** What AWS documents no number for, or nothing at all. */
export interface AutoScalingBehaviour {
  /** How often a group looks at the health of its instances. */
  readonly healthCheckEveryMs: number
  /** From the launch to `InService`, when the instance is registered. */
  readonly bootMs: Duration
  /** How long a terminated instance is still answered. */
  readonly forgetAfterMs: number
  /** What ELB health checks make of an instance that is draining or not registered; AWS does not say. */
  readonly outOfLoadBalancer: 'unhealthy' | 'ignored'
  /** Largest page of instances and of groups, and the default one. */
  readonly pageSize: number
}

export const DEFAULT_AUTO_SCALING_BEHAVIOUR: AutoScalingBehaviour = {
  healthCheckEveryMs: 10_000,
  bootMs: 60_000,
  forgetAfterMs: 60_000,
  outOfLoadBalancer: 'unhealthy',
  pageSize: 50,
}

/** What goes wrong. Shares are 0 to 1 and drawn from the seed. */
export interface AutoScalingFaults {
  /** Calls answered with Throttling, HTTP 400. */
  readonly throttleShare: number
  /** Calls answered with ResourceContention (500) or ServiceUnavailable (503), in turn by chance. */
  readonly errorShare: number
  /** Connections reset before the call takes effect. */
  readonly resetShare: number
  /** Connections reset after the call took effect, instead of the answer. */
  readonly lostReplyShare: number
  /** From the request to the reply; the call takes effect half-way. */
  readonly latencyMs: Duration
  /** Operations answered with AccessDenied, HTTP 403. */
  readonly deny: readonly string[]
  /** Instances that DescribeAutoScalingInstances lacks in call n, although they are there. */
  readonly overlooks: ((n: number) => readonly string[]) | undefined
  /** As the load balancer's: sees each call (n from 1), and may cut the connection before or after it takes effect. */
  readonly onCall:
    | ((n: number, action: string, now: number) => 'reject-before' | 'reject-after' | undefined)
    | undefined
}

export const NO_AUTO_SCALING_FAULTS: AutoScalingFaults = {
  throttleShare: 0,
  errorShare: 0,
  resetShare: 0,
  lostReplyShare: 0,
  latencyMs: 0,
  deny: [],
  overlooks: undefined,
  onCall: undefined,
}
