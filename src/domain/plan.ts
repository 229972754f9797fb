/** A plan is data: phases of steps, decided before anything is touched. The engine performs any plan. */

/** Where a step leads: to the new version, or back to the previous one. */
export type Direction = 'forward' | 'rollback'

export type Step =
  /** Waits until these servers may leave without breaking the floor; a batch that is too large is cut. */
  | { readonly kind: 'reserve-capacity'; readonly servers: readonly string[] }
  | { readonly kind: 'deregister'; readonly servers: readonly string[] }
  | { readonly kind: 'await-drained'; readonly servers: readonly string[] }
  | { readonly kind: 'update'; readonly servers: readonly string[]; readonly version: string }
  /** Gates of the given scope: each server before it goes back in, or the service after. */
  | {
      readonly kind: 'check'
      readonly scope: GateScope
      readonly servers: readonly string[]
      readonly version: string
    }
  | { readonly kind: 'register'; readonly servers: readonly string[] }
  /** Registered, healthy, and healthy for as long as a server must be to count (slow start included). */
  | { readonly kind: 'await-healthy'; readonly servers: readonly string[] }

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
  readonly phases: readonly Phase[]
}
