import type { Clock } from '../clock.ts'
import type { Behaviour } from '../options.ts'
import type { Random } from '../random.ts'
import type { Action } from './action.ts'
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

export interface ActionsChange {
  /** Of the rule, or of the listener whose default actions they are. */
  readonly arn: string
  readonly listenerArn: string
  readonly actions: readonly Action[]
}

/** What target groups and rules need from outside themselves. */
export interface Surroundings {
  readonly clock: Clock
  readonly random: Random
  readonly behaviour: Behaviour
  readonly probe: Probe
  stateChanged(change: StateChange): void
  actionsChanged(change: ActionsChange): void
  /** How late the next change of rules reaches the data plane. */
  ruleLagMs(): number
  /** Instances that do not run; the others do. */
  readonly notRunning: Map<string, 'stopped' | 'terminated'>
  /** The zone a target is in, which the load balancer finds out by itself. */
  zoneOf(target: { readonly Id: string; readonly AvailabilityZone?: string }): string
}
