import type { RouteBefore } from './journal.ts'
import type { ZoneNeed } from './readiness.ts'
import type { Pair } from './routing.ts'
import type { Share } from './traffic.ts'

/** A plan is data: phases of steps, decided before anything is touched. The engine performs any plan. */

/** Where a step leads: to the new version, or back to the previous one. */
export type Direction = 'forward' | 'rollback'

export type Step = ServerStep | TrafficStep

/** What is done to servers. One that has failed is left alone from then on. */
export type ServerStep =
  /** Waits until these servers may leave without breaking the floor; a batch that is too large is cut. */
  | {
      readonly kind: 'reserve-capacity'
      readonly servers: readonly string[]
      readonly floor: number
      readonly withinMs: number
    }
  /** Gives up, and brings the batch back in, when the floor breaks before the calls have gone through. */
  | { readonly kind: 'deregister'; readonly servers: readonly string[]; readonly floor: number }
  /** If the servers that stay fall under the floor meanwhile, the batch goes back in. */
  | {
      readonly kind: 'await-drained'
      readonly servers: readonly string[]
      readonly floor: number
      /** The least that it takes where somebody may see an early end; absent: the whole deregistration delay. */
      readonly leastMs?: number
    }
  | {
      readonly kind: 'update'
      readonly servers: readonly string[]
      readonly version: string
      /** For all of them; each has its own, shorter limit. */
      readonly withinMs: number
    }
  /** Asks the gates of this scope: each server before it goes back in, or the service after. */
  | {
      readonly kind: 'check'
      readonly scope: GateScope
      readonly servers: readonly string[]
      readonly version: string
      /** For an answer of any kind: a server may still be starting. */
      readonly withinMs: number
    }
  | { readonly kind: 'register'; readonly servers: readonly string[] }
  /** Registered, healthy within `withinMs`, and healthy for `forMs` (slow start included) without a break. */
  | {
      readonly kind: 'await-healthy'
      readonly servers: readonly string[]
      readonly forMs: number
      readonly withinMs: number
    }

/** What is done to the traffic. */
export type TrafficStep =
  /** Waits until the group has that many healthy servers, and has had them for `forMs` without a break. */
  | {
      readonly kind: 'await-ready'
      readonly group: string
      readonly least: number
      /** And in each of these zones. */
      readonly zones?: readonly ZoneNeed[]
      readonly forMs: number
      /** 0: it must be so now. */
      readonly withinMs: number
    }
  /** Gives every route its weights, and sees that it has them. */
  | {
      readonly kind: 'set-weights'
      readonly pair: Pair
      /** Green's share afterwards. */
      readonly share: Share
      readonly routes: readonly RouteWeights[]
      /** Whether the API demands group stickiness of these groups. */
      readonly stickiness: 'as-it-is' | 'needed'
      /** `stops`: if somebody else has changed a route. `stays`: their changes are kept, the weights are set all the same. */
      readonly drift: 'stops' | 'stays'
    }
  /** Lets time pass, while the gates go on checking. */
  | {
      readonly kind: 'hold'
      readonly forMs: number
      readonly watch?: Vigilance
    }

/** What must be so all through a hold. */
export interface Vigilance {
  /** Healthy servers that each of these groups must have, and in which zones. */
  readonly groups: readonly {
    readonly arn: string
    readonly least: number
    readonly zones?: readonly ZoneNeed[]
  }[]
  readonly servers: readonly string[]
  /** Those of `servers` that may fall ill; absent: nobody counts them but by `groups`. One that vanishes has not fallen ill. */
  readonly mayFallIll?: number
  readonly version: string
  readonly scopes: readonly GateScope[]
  /** For gates that measure the traffic: who gets how much of it. */
  readonly traffic?: { readonly pair: Pair; readonly share: Share }
  /** Until then what the service answers says nothing: the change may not have reached all of the load balancer. */
  readonly settleMs: number
}

/** What blue and green get on one route. */
export interface RouteWeights {
  readonly arn: string
  readonly blue: number
  readonly green: number
}

export type StepKind = Step['kind']
export type GateScope = 'server' | 'service'

/** Who has judged: also what watches from outside, and what measures the traffic. */
export type JudgeScope = GateScope | 'watch' | 'traffic'

/**
 * A `batch` takes servers out and brings them back; `put-back` only brings back. `ready` makes green ready without
 * traffic, `shift` gives it a share, `shift-back` takes the traffic back. `bake` watches the new version carry all;
 * `check` asks the service once, where there is no bake.
 */
export type PhaseKind = 'batch' | 'put-back' | 'ready' | 'shift' | 'bake' | 'check' | 'shift-back'

/** It changes neither servers nor traffic, and is not counted among the phases that do. */
export const isProof = ({ kind }: { readonly kind: PhaseKind }): boolean =>
  kind === 'bake' || kind === 'check'

export interface Phase {
  readonly kind: PhaseKind
  /** Green's share when it has ended; absent: the traffic stays where it is. */
  readonly share?: Share
  readonly servers: readonly string[]
  readonly steps: readonly Step[]
}

export interface Plan {
  readonly direction: Direction
  /** The version that the servers of this plan are taken to. */
  readonly version: string
  /** The version that they leave, where it is known. */
  readonly leaves?: string
  readonly phases: readonly Phase[]
  /** Servers that may fail without failing the plan. */
  readonly maxFailures: number
  /** Blue-green: what is to be written down before every change of weights. */
  readonly shift?: PlannedShift
}

export interface PlannedShift extends Pair {
  /** As `Shift` has them. */
  readonly base: Share
  readonly blueServers: number
  readonly routes: readonly RouteBefore[]
  /** Whether the servers of green are about to be touched: then nobody knows its version until it has ended well. */
  readonly touches: 'green' | 'nothing'
}

/** The same phase for some of its servers. */
export function narrow(phase: Phase, servers: readonly string[]): Phase {
  const kept = new Set(servers)
  const keep = (ids: readonly string[]) => ids.filter((id) => kept.has(id))
  return {
    ...phase,
    servers: keep(phase.servers),
    steps: phase.steps.map((step) => ('servers' in step ? { ...step, servers: keep(step.servers) } : step)),
  }
}
