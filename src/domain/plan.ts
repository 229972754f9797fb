import type { Fleet, Snapshot } from './fleet.ts'
import type { Progress } from './progress.ts'
import type { Settings } from './settings.ts'

/** A plan is data: phases of steps, decided before anything is touched. The engine performs any plan. */

/** Where a step leads: to the new version, or back to the previous one. */
export type Direction = 'forward' | 'rollback'

export type Step =
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
  | { readonly kind: 'await-drained'; readonly servers: readonly string[]; readonly floor: number }
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

export type StepKind = Step['kind']
export type GateScope = 'server' | 'service'

export interface Phase {
  /** A `batch` takes servers out and brings them back; `put-back` only brings back. */
  readonly kind: 'batch' | 'put-back'
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
}

/** The same phase for some of its servers. */
export function narrow(phase: Phase, servers: readonly string[]): Phase {
  const kept = new Set(servers)
  const keep = (ids: readonly string[]) => ids.filter((id) => kept.has(id))
  return {
    ...phase,
    servers: keep(phase.servers),
    steps: phase.steps.map((step) => ({ ...step, servers: keep(step.servers) })),
  }
}

/** A way of taking a fleet to a version: pure, from what is asked and what is there to what will be done. */
export interface Strategy {
  /** Everything that forbids to begin, each with what to do about it. */
  problems(settings: Settings, snapshot: Snapshot): string[]
  /** What does not forbid it, but should be known. */
  warnings(settings: Settings, snapshot: Snapshot): string[]
  plan(settings: Settings, snapshot: Snapshot): Plan
  /** Puts back in what an unfinished rollout left out. */
  putRight(settings: Settings, fleet: Fleet): Plan
  /** What follows a failure: the way back, or (`on-failure: freeze`) only what brings good servers back in. */
  afterFailure(settings: Settings, snapshot: Snapshot, progress: Progress): Plan
}
