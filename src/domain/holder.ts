import type { Ledger, Mode, Owner, RunnerJob } from './journal.ts'

/** Who is asking. */
export interface Asker {
  readonly nonce: string
  readonly mode: Mode
  readonly job?: RunnerJob
  /** The nonce of the main that this post step belongs to. */
  readonly mainNonce?: string
  /** Nonces of those whose workflow run is known to be completed. */
  readonly completed?: ReadonlySet<string>
}

/** Whether somebody who may change things is known to do so no more. */
export function isGone(owner: Owner, asker: Asker, now: number): boolean {
  const { mainNonce, completed } = asker
  if (owner.nonce === mainNonce || completed?.has(owner.nonce) === true) return true
  return now >= owner.due || hasEnded(owner.job, asker)
}

/**
 * Of the same run, an earlier attempt is over, and so is an earlier step of this job. A follow-up job comes after the
 * rollout by `needs`; a second deploy may run beside it.
 */
function hasEnded(job: RunnerJob | undefined, { mode, job: own }: Asker): boolean {
  if (job === undefined || own === undefined || job.runId !== own.runId) return false
  return Number(job.attempt) < Number(own.attempt) || job.job === own.job || mode !== 'deploy'
}

/**
 * A process whose entry is missing: infrastructure code may have removed it (undefined), or somebody else has ended its
 * rollout, or taken over, ended, and left (why).
 */
export function whyEnded(
  { last }: Ledger,
  own: {
    readonly rolloutId: string
    /** The last rollout of the ledger when this one began. */
    readonly lastBefore: string | undefined
    readonly due: number
    readonly now: number
  },
): string | undefined {
  if (own.now >= own.due) return 'this process has been away for longer than it said, and its entry is gone'
  if (last?.rolloutId === own.rolloutId) {
    return last.outcome === undefined
      ? undefined
      : `this rollout has been ended by somebody else (${last.outcome})`
  }
  return last?.rolloutId === own.lastBefore
    ? undefined
    : `rollout ${last?.rolloutId} has come and gone meanwhile`
}
