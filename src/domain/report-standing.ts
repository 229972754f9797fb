import type { Event, ObservedLoadBalancer } from './events.ts'
import type { Progress } from './progress.ts'
import type { TrafficReport } from './report-traffic.ts'
import type { Share } from './traffic.ts'

/** What stands behind the load balancers at one moment. */
export interface FleetReport {
  readonly loadBalancers: readonly ObservedLoadBalancer[]
  readonly groups: readonly GroupReport[]
}

export interface GroupReport {
  readonly name: string
  /** Blue-green: its share of the traffic; absent: in-place, or nobody knows. */
  readonly share?: Share
  readonly servers: readonly ServerStanding[]
}

export interface ServerStanding {
  readonly id: string
  readonly zone?: string
  /** Absent: nobody knows. */
  readonly version?: string
  /**
   * `serving`: in, and healthy. `idle`: in a group that nothing forwards to, so nobody checks it. `unhealthy`: in, and not (yet) healthy. `returning`: registered again, and not seen to stay
   * healthy. `draining`: on its way out by somebody else's doing. `out`: not in the load balancer. `in doubt`: out, and an
   * update may still be running.
   */
  readonly place: 'serving' | 'idle' | 'unhealthy' | 'returning' | 'draining' | 'out' | 'in doubt'
  /** The reason why it is not as it should be, where there is one. */
  readonly reason?: string
}

export type Observed = Extract<Event, { type: 'observed' }>

/** What is known besides the events of the servers. */
export interface FleetFacts {
  readonly traffic: TrafficReport | undefined
  readonly progress: Progress
  readonly version: string
  readonly previousVersion: string | undefined
  readonly mode: string
}

export interface Known extends FleetFacts {
  /** The version of each group before, by name. */
  readonly holds: ReadonlyMap<string, string | undefined>
}
