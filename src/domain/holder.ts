import type { Mode, Owner, RunnerJob } from './journal.ts'

/** Who is asking. */
export interface Asker {
  readonly nonce: string
  readonly mode: Mode
  readonly job?: RunnerJob
  /** The nonce of the main that this post step belongs to. */
  readonly mainNonce?: string
}

/** Whether somebody who may change things is known to do so no more. */
export function isGone(owner: Owner, asker: Asker, now: number): boolean {
  return now >= owner.due || owner.nonce === asker.mainNonce || hasEnded(owner.job, asker)
}

/**
 * Of the same run, an earlier attempt is over, and so is an earlier step of this job. A follow-up job comes after the
 * rollout by `needs`; a second deploy may run beside it.
 */
function hasEnded(job: RunnerJob | undefined, { mode, job: own }: Asker): boolean {
  if (job === undefined || own === undefined || job.runId !== own.runId) return false
  return job.attempt !== own.attempt || job.job === own.job || mode !== 'deploy'
}
