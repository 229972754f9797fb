/** How a run ends. The step is green for the first three. */
export type Outcome = 'succeeded' | 'held' | 'planned' | 'rolled-back' | 'refused' | 'interrupted' | 'failed'

export const isGreen = (outcome: Outcome): boolean =>
  outcome === 'succeeded' || outcome === 'held' || outcome === 'planned'

/** Why a rollout stopped before its end; what follows depends on it. */
export type Stop =
  /** The runner or a person asked us to end. */
  | { readonly cause: 'cancel'; readonly reason: string }
  /** The way forward took longer than `timeout`. */
  | { readonly cause: 'timeout'; readonly reason: string; readonly step?: string }
  /** A step, a gate or the load balancer said no. */
  | { readonly cause: 'failure'; readonly reason: string; readonly step?: string }
