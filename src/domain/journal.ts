import type { Suspension } from './auto-scaling.ts'
import type { Server } from './fleet.ts'
import type { Outcome } from './outcome.ts'
import type { Direction } from './plan.ts'
import type { Pair } from './routing.ts'
import type { Share } from './traffic.ts'

/**
 * What is durable: it lies on the target groups of a rollout, each of which carries all of it, so that any one of them
 * is enough. Times are milliseconds since the epoch, to the second.
 */

export type Mode = 'deploy' | 'rollback' | 'promote' | 'recover'

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
  /** Blue-green: what has been changed on the routes, or may have been. */
  readonly shift?: Shift
  /** The marks of updates that may have outlived the processes that began them (`Updater.mark`). */
  readonly remoteUpdates?: readonly string[]
  /** What has been done to the groups of Auto Scaling that hold servers, or may have been. */
  readonly autoScaling?: AutoScalingRecord
}

/** Written before the first process is suspended. */
export interface AutoScalingRecord {
  /** Processes to be resumed: they ran before, and a rollout has suspended them. */
  readonly suspended: readonly Suspension[]
  /** Ids of the servers of the list that belong to a group of Auto Scaling. */
  readonly members: readonly string[]
  /** ARNs of the target groups of the rollout, where neither a server nor a shift names them. */
  readonly targetGroupArns?: readonly string[]
}

/** A shift of the traffic between two groups, with all that is needed to undo it exactly. */
export interface Shift extends Pair {
  /**
   * `under-way`: a process shifts, or has died at it. `held`: it waits for somebody who promotes it or goes back. `ended`:
   * green carries the traffic, and this is how to undo it.
   */
  readonly state: 'under-way' | 'held' | 'ended'
  /** Green's share where this process began, to which it returns when it is cut short: 0, or that of a hold. */
  readonly base: Share
  /** Healthy servers that blue had when the rollout began: with as many it can carry all of the traffic again. */
  readonly blueServers: number
  /** Blue's weight on every route before the rollout; green's was 0. */
  readonly routes: readonly RouteBefore[]
}

export interface RouteBefore {
  /** ARN of the listener, for its default action; else of the rule. */
  readonly arn: string
  /** 0 to 999. */
  readonly weight: number
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
  /** How long updates took, the last time that they went well: nothing is decided by it. */
  readonly updateMs?: number
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

/** Of the newest attempt; the groups of an in-place rollout all say the same. */
export function ledgerOf({ ledgers }: Pick<Entries, 'ledgers'>): Ledger {
  const attempt = ({ last }: Ledger) => last?.rolloutId ?? ''
  const [first = {}, ...others] = ledgers.values()
  return others.reduce((newest, one) => (attempt(one) > attempt(newest) ? one : newest), first)
}

/** Processes that somebody has suspended and not resumed, whatever else has become of his rollout. */
export const suspendedIn = ({ out }: Pick<Entries, 'out'>): readonly Suspension[] =>
  out?.autoScaling?.suspended ?? []

/** Nothing is out and no weight changed: at most processes are suspended. */
export const isQuiet = ({ servers, shift }: OutList): boolean => servers.length === 0 && shift === undefined

/** What a rollout has left that did not end; a hold has ended, and so has a shift that can be undone. */
export const unfinishedIn = ({ out }: Pick<Entries, 'out'>): OutList | undefined =>
  out?.shift === undefined || out.shift.state === 'under-way' ? out : undefined

/** A rollout that waits for somebody to promote it, or to go back. */
export const heldIn = ({ out }: Pick<Entries, 'out'>): (OutList & { shift: Shift }) | undefined =>
  out?.shift?.state === 'held' ? { ...out, shift: out.shift } : undefined

/** What can be written in one go. */
export interface Writing {
  readonly owner?: Owner
  readonly out?: OutList
  /** By ARN of the group; a group that is not in it keeps the one that it has. */
  readonly ledgers?: ReadonlyMap<string, Ledger>
}

/** The entries on a set of groups. Every method rejects with an `ApiError`, or with the signal's reason. */
export interface JournalStore {
  read(groupArns: readonly string[], signal?: AbortSignal): Promise<Entries>
  /**
   * Writes what is given to every group, in one call when the ledgers are the same: what was there of the same kind (an
   * owner: of the same nonce) is replaced, the rest stays.
   */
  write(groupArns: readonly string[], entries: Writing, signal?: AbortSignal): Promise<void>
  /** Removes owners by nonce, and the out-list; removing what is not there changes nothing. */
  remove(
    groupArns: readonly string[],
    entries: { readonly owners?: readonly string[]; readonly out?: true },
    signal?: AbortSignal,
  ): Promise<void>
  /**
   * Tags that an out-list of these servers, or of these routes, would take, and how many a group has left beside those
   * that are not ours (the fewest of the groups); so that preflight can refuse what does not fit.
   */
  room(
    groupArns: readonly string[],
    out: Pick<OutList, 'servers' | 'shift' | 'autoScaling'>,
    signal?: AbortSignal,
  ): Promise<{ readonly needed: number; readonly free: number }>
}
