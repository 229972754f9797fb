import type { Fleet, Snapshot } from './fleet.ts'
import type { Ledger, OutList, Shift } from './journal.ts'
import type { Conclusion, Course } from './outcome.ts'
import type { Plan } from './plan.ts'
import type { Progress } from './progress.ts'
import type { Settings } from './settings.ts'

/** A way of taking a fleet to a version: pure, from what is asked and what is there to what will be done. */
export interface Strategy {
  /** What it must know beside the target groups. */
  readonly reads: 'nothing-else' | 'routes'
  /** Everything that forbids to begin, each with what to do about it. */
  problems(settings: Settings, snapshot: Snapshot): string[]
  /** What does not forbid it, but should be known. */
  warnings(settings: Settings, snapshot: Snapshot): string[]
  /** The servers that it touches, and their groups. */
  fleet(settings: Settings, snapshot: Snapshot): Fleet
  /** What runs now, as far as it is known; `ledger`: the newest on the groups. */
  versionNow(settings: Settings, snapshot: Snapshot, ledger: Ledger): string | undefined
  plan(settings: Settings, snapshot: Snapshot): Plan
  /** What would be done, as an end of `dry-run` says it. */
  preview(plan: Plan): string
  /** Puts right what an unfinished rollout left. */
  putRight(settings: Settings, snapshot: Snapshot, left: OutList): Plan
  /** For servers that have appeared while the plan was performed, which nobody has touched yet; absent: they stay as they are. */
  follow?(settings: Settings, snapshot: Snapshot, facts: FollowFacts): Plan
  /**
   * What proves the version when nobody is left to be updated, planned anew for the servers that are there then; absent: the
   * `bake` of the plan holds as it is.
   */
  prove?(settings: Settings, snapshot: Snapshot, progress: Progress): Plan
  /** What follows a failure: the way back, or (`on-failure: freeze`) only what brings good servers back in. */
  afterFailure(settings: Settings, snapshot: Snapshot, progress: Progress): Plan
  /** What must be put right at once after a cancel, beside servers that are out. */
  afterCancel?(settings: Settings, snapshot: Snapshot, progress: Progress): Plan
  conclude(course: Course): Conclusion
  /** What stays written when it has ended so. */
  ending(course: Course, facts: EndingFacts): Ending
}

export interface FollowFacts {
  /** Their ids. */
  readonly arrivals: readonly string[]
  readonly progress: Progress
}

export interface EndingFacts {
  readonly conclusion: Conclusion
  /** As they were before this rollout, by ARN of the group. */
  readonly found: ReadonlyMap<string, Ledger>
  readonly rolloutId: string
  readonly at: number
}

export interface Ending {
  /** By ARN of the group. */
  readonly ledgers: ReadonlyMap<string, Ledger>
  /** Servers that are still out. */
  readonly out: readonly string[]
  /** Those among them that must not go back in as they are. */
  readonly inDoubt: readonly string[]
  /** Blue-green: what stays of the shift, to be undone or gone on with; absent: nothing of it is left. */
  readonly shift?: Shift | 'as-it-is'
}
