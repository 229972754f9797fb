import type { Clock } from '../clock.ts'
import type { Behaviour } from '../options.ts'
import type { Random } from '../random.ts'
import type { Health, State } from './health.ts'
import type { Probe } from './health-check.ts'
import type { Target } from './target.ts'

export interface StateChange {
  readonly groupArn: string
  readonly target: Target
  readonly from: State | 'unregistered'
  readonly to: State | 'unregistered'
  readonly health: Health | undefined
}

/** What a target group needs from outside itself. */
export interface Surroundings {
  readonly clock: Clock
  readonly random: Random
  readonly behaviour: Behaviour
  readonly probe: Probe
  stateChanged(change: StateChange): void
  /** Instances that do not run; the others do. */
  readonly notRunning: Map<string, 'stopped' | 'terminated'>
  /** The zone a target is in, which the load balancer finds out by itself. */
  zoneOf(target: { readonly Id: string; readonly AvailabilityZone?: string }): string
}
