import type { Server } from './fleet.ts'
import type { Outcome } from './outcome.ts'
import type { Direction } from './plan.ts'

/**
 * What is durable: it lies on the target groups of a rollout, each of which carries all of it, so that any one of them
 * is enough. Times are milliseconds since the epoch, to the second.
 */

export type Mode = 'deploy' | 'rollback' | 'recover'

/** Who may change things. Every process has one of its own: main, post, the next run. */
export interface Owner {
  readonly rolloutId: string
  /** New in every process. */
  readonly nonce: string
  readonly mode: Mode
  /** The job of the workflow run; absent outside of GitHub Actions. */
  readonly job?: RunnerJob
  /** The time by which its next entry must come, or it counts as gone. */
  readonly due: number
}

export interface RunnerJob {
  readonly runId: string
  readonly attempt: string
  /** GITHUB_JOB: the job's key in the workflow. */
  readonly job: string
}

/** Servers that are out, or may be, with all that is needed to put them back. */
export interface OutList {
  /** Grows with each list that is written. */
  readonly sequence: number
  readonly rolloutId: string
  readonly strategy: string
  readonly direction: Direction
  /** The version that the rollout leads to, and the one that it leaves (where known). */
  readonly version: string
  readonly previousVersion?: string
  /** How far the plan has come: this batch of that many. */
  readonly batch: number
  readonly batches: number
  readonly servers: readonly Server[]
  /** Those among them whose update could not be shown to have ended: they must not go back in as they are. */
  readonly inDoubt?: readonly string[]
}

/** What stays when a rollout has ended. */
export interface Ledger {
  /** The version that the group holds; absent: unknown, since its servers were touched and it did not end well. */
  readonly holds?: string
  /** The version before, to which a rollback goes. */
  readonly before?: string
  /** The rollout that brought `holds`. */
  readonly rolloutId?: string
  /** When that was. */
  readonly at?: number
  /** The other group of a blue-green pair, by name. */
  readonly partner?: string
  /** The last rollout that was tried, and how it ended; absent while it has not. */
  readonly last?: { readonly rolloutId: string; readonly outcome?: Outcome }
}

/** Everything of ours that is on the groups. */
export interface Entries {
  /** By nonce, each once. More than one: a race, or somebody who is gone. */
  readonly owners: readonly Owner[]
  /** The newest list that some group holds whole. */
  readonly out?: OutList
  /** By ARN of the group; groups without one are absent. */
  readonly ledgers: ReadonlyMap<string, Ledger>
  /** What is there and cannot be read: by whom it may have been written, and what to do, in a sentence each. */
  readonly unreadable: readonly string[]
}

/** Each group carries all of it: the first one found speaks for all. */
export const ledgerOf = ({ ledgers }: Pick<Entries, 'ledgers'>): Ledger => [...ledgers.values()][0] ?? {}

/** The entries on a set of groups. Every method rejects with an `ApiError`, or with the signal's reason. */
export interface JournalStore {
  read(groupArns: readonly string[], signal?: AbortSignal): Promise<Entries>
  /**
   * Writes what is given to every group, in one call: what was there of the same kind (an owner: of the same nonce) is
   * replaced, the rest stays.
   */
  write(
    groupArns: readonly string[],
    entries: { readonly owner?: Owner; readonly out?: OutList; readonly ledger?: Ledger },
    signal?: AbortSignal,
  ): Promise<void>
  /** Removes owners by nonce, and the out-list; removing what is not there changes nothing. */
  remove(
    groupArns: readonly string[],
    entries: { readonly owners?: readonly string[]; readonly out?: true },
    signal?: AbortSignal,
  ): Promise<void>
  /**
   * Tags that an out-list of these servers would take, and how many a group has left beside those that are not ours
   * (the fewest of the groups); so that preflight can refuse what does not fit.
   */
  room(
    groupArns: readonly string[],
    servers: readonly Server[],
    signal?: AbortSignal,
  ): Promise<{ readonly needed: number; readonly free: number }>
}
