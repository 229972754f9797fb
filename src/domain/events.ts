import type { Process } from './auto-scaling.ts'
import type { LoadBalancerType, TargetState } from './fleet.ts'
import type { Outcome, Stop } from './outcome.ts'
import type { Outlook } from './outlook.ts'
import type { Direction, JudgeScope, PhaseKind, Plan, StepKind } from './plan.ts'
import type { DrainProbe, Verdict } from './ports.ts'
import type { Share } from './traffic.ts'

/** What happened, in order. The log, the summary, the outputs and the journal are views of this one stream. */
export type Happening =
  /** A part of the run that changes nothing: Inputs, Observe, Plan, Preflight, Claim, Report. */
  | { readonly type: 'stage-started'; readonly stage: string }
  | {
      readonly type: 'observed'
      readonly groups: readonly ObservedGroup[]
      readonly loadBalancers: readonly ObservedLoadBalancer[]
    }
  /** Nobody depends on it: batches are not spread over zones, commands are not told. */
  | { readonly type: 'places-unknown'; readonly reason: string }
  | {
      readonly type: 'planned'
      /** The rollout that it is about: a promotion goes on with an earlier one, a rollback undoes one. */
      readonly rolloutId: string
      readonly plan: Plan
      readonly outlook: Outlook
    }
  | { readonly type: 'refused'; readonly problems: readonly string[] }
  | { readonly type: 'warned'; readonly text: string }
  | {
      readonly type: 'phase-started'
      readonly phase: PhaseKind
      /** Of green, when the phase has ended; only where the traffic moves. */
      readonly share?: Share
      readonly direction: Direction
      readonly version: string
      readonly servers: readonly string[]
      /** 1-based, counted anew in each direction. */
      readonly batch: number
      readonly batches: number
    }
  /** The floor let only some of the servers leave; the others follow in a batch of their own. */
  | { readonly type: 'batch-cut'; readonly servers: readonly string[]; readonly later: readonly string[] }
  /** Others died while the batch was draining: it goes back in, and is tried again when there is capacity. */
  | { readonly type: 'batch-retreated'; readonly servers: readonly string[]; readonly reason: string }
  | { readonly type: 'phase-ended' }
  | { readonly type: 'step-started'; readonly step: StepKind; readonly servers: readonly string[] }
  | { readonly type: 'step-ended'; readonly step: StepKind }
  | { readonly type: 'step-failed'; readonly step: StepKind; readonly reason: string }
  /** Left out by a rollout that did not end. */
  | {
      readonly type: 'unfinished-found'
      readonly rolloutId: string
      readonly version: string
      readonly batch: number
      readonly batches: number
      readonly servers: readonly string[]
      /** Among them: an update may still be running. */
      readonly inDoubt: readonly string[]
    }
  /** They belong to the fleet, and must not go back in before they have been updated. */
  | { readonly type: 'left-in-doubt'; readonly servers: readonly string[] }
  /** Written before the first call that takes them out: from here on they may be out. */
  | { readonly type: 'leaving'; readonly servers: readonly string[] }
  /** One API call that took these servers out of a group. */
  | { readonly type: 'deregistered'; readonly group: string; readonly servers: readonly string[] }
  /** Seen draining (or gone) in every group. */
  | { readonly type: 'drain-confirmed'; readonly servers: readonly string[] }
  | { readonly type: 'drained'; readonly server: string; readonly by: DrainedBy }
  | {
      readonly type: 'update-started'
      readonly server: string
      readonly version: string
      /** By which another process can end it. */
      readonly handle?: string
    }
  | { readonly type: 'update-output'; readonly server: string; readonly line: string }
  | { readonly type: 'update-succeeded'; readonly server: string; readonly version: string }
  | {
      readonly type: 'update-failed'
      readonly server: string
      readonly version: string
      readonly reason: string
      readonly tail: readonly string[]
      readonly ended: boolean
    }
  | {
      readonly type: 'judged'
      readonly gate: string
      readonly scope: JudgeScope
      readonly server?: string
      readonly verdict: Verdict['verdict']
      readonly evidence: string
    }
  | { readonly type: 'registered'; readonly group: string; readonly servers: readonly string[] }
  /** Asked to be registered again in every group; it may have to finish draining first. */
  | { readonly type: 'returned'; readonly servers: readonly string[] }
  /** Put back, but the load balancer still shows them draining or not at all. */
  | { readonly type: 'still-out'; readonly servers: readonly string[] }
  /** Healthy in every group, for the first time since it was registered. */
  | { readonly type: 'healthy'; readonly server: string }
  /** It has stayed healthy for long enough to count. */
  | { readonly type: 'in-service'; readonly server: string }
  /** This server could not be taken to the version. */
  | { readonly type: 'server-failed'; readonly server: string; readonly reason: string }
  /** Terminated, or taken out of its group of Auto Scaling, by somebody else: it is no failure, and nothing is done to it. */
  | { readonly type: 'server-vanished'; readonly server: string; readonly reason: string }
  /** Launched and registered while the rollout was under way: they are updated too. */
  | { readonly type: 'servers-appeared'; readonly servers: readonly string[] }
  /** Written down before. */
  | { readonly type: 'processes-suspended'; readonly group: string; readonly processes: readonly Process[] }
  | { readonly type: 'processes-resumed'; readonly group: string; readonly processes: readonly Process[] }
  /** Unhealthy before the rollout and still so: named, but no reason to stop. */
  | { readonly type: 'server-still-unhealthy'; readonly server: string; readonly reason: string }
  /** What the traffic does now. */
  | {
      readonly type: 'routes-found'
      /** Names of the groups. */
      readonly blue: string
      readonly green: string
      readonly routes: readonly { readonly name: string; readonly weights: string }[]
      /** Green's; absent: somebody has died in the middle of changing it. */
      readonly share?: Share
    }
  /** A shift that did not end. */
  | {
      readonly type: 'unfinished-shift-found'
      readonly rolloutId: string
      readonly version: string
      /** Green's share to which it goes back. */
      readonly base: Share
    }
  /** Written down before the first call that changes a weight: from here on the routes may differ. */
  | { readonly type: 'shifting'; readonly share: Share }
  /** Somebody else has changed them. */
  | { readonly type: 'routes-drifted'; readonly drift: string }
  | { readonly type: 'route-changed'; readonly route: string; readonly weights: string }
  /** Seen on every route. */
  | { readonly type: 'shifted'; readonly share: Share; readonly routes: number }
  /** The group has enough healthy servers. */
  | {
      readonly type: 'ready'
      readonly group: string
      readonly servers: readonly string[]
      readonly least: number
      readonly unready: readonly string[]
    }
  /** Only when the text changes, and every 30 s. */
  | { readonly type: 'waiting'; readonly text: string; readonly elapsedMs: number; readonly limitMs?: number }
  | { readonly type: 'stopped'; readonly stop: Stop; readonly direction: Direction }
  | { readonly type: 'ended'; readonly outcome: Outcome; readonly reason: string }

/** Who has said so: the load balancer, whose delay is over, or what looks at the server itself. */
export type DrainedBy = 'load-balancer' | DrainProbe['by']

export type Event = Happening & { readonly at: number }

export interface ObservedGroup {
  readonly name: string
  readonly targets: number
  readonly healthy: number
  /** That its servers run, as the last rollout has written it down; absent: nothing is written. */
  readonly version?: string
  /** A rollout that did not end well has left several versions, or nobody knows which. */
  readonly isMixed?: true
  readonly servers: readonly ObservedServer[]
}

/** All registrations of one id in a group. */
export interface ObservedServer {
  readonly id: string
  readonly zone?: string
  /** Of the port that is worst off. */
  readonly state: TargetState
  /** The load balancer's words; absent when healthy. */
  readonly reason?: string
}

export interface ObservedLoadBalancer {
  readonly name: string
  readonly kind: LoadBalancerType
}
