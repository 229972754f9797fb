import type { Fleet, Snapshot } from './fleet.ts'
import type { Progress } from './progress.ts'
import type { Settings } from './settings.ts'
import { plural } from './wording.ts'

/** How a run ends. The step is green for the first three. */
export type Outcome = 'succeeded' | 'held' | 'planned' | 'rolled-back' | 'refused' | 'interrupted' | 'failed'

export const isGreen = (outcome: Outcome): boolean =>
  outcome === 'succeeded' || outcome === 'held' || outcome === 'planned'

/** Why a rollout stopped before its end; what follows depends on it. */
export interface Stop {
  /**
   * `cancel`: the runner or a person asked us to end. `timeout`: the way forward took longer than `timeout`.
   * `failure`: a step, a gate or the load balancer said no. `ousted`: somebody else may change things now.
   */
  readonly cause: 'cancel' | 'timeout' | 'failure' | 'ousted'
  readonly reason: string
  readonly step?: string
  /** It was the service that was asked, and any server may have answered. */
  readonly byService?: true
}

/** An outcome never comes without its reason: one sentence, without ARNs. */
export interface Conclusion {
  readonly outcome: Outcome
  readonly reason: string
}

/** How the way forward and, if there was one, the way back ended. */
export interface Course {
  readonly settings: Settings
  readonly snapshot: Snapshot
  /** The servers that the rollout is about. */
  readonly fleet: Fleet
  readonly progress: Progress
  readonly forward?: Stop
  readonly back?: Stop
}

/** Nothing was changed. The reason is the first problem; the log and the summary have all of them. */
export function refusal(problems: readonly string[]): Conclusion {
  const [first = ''] = problems
  const others = problems.length - 1
  const reason = others > 0 ? `${first} (and ${plural(others, 'other problem')})` : first
  return { outcome: 'refused', reason: withoutArns(reason) }
}

/** GitHub drops an output that contains a masked value, and account ids and regions often are. */
export function withoutArns(text: string): string {
  return text
    .replace(/arn:[\w-]*:[\w-]*:[\w-]*:\d*:([^\s"',;]+)/g, '$1')
    .replace(/\baccount:? \d{12}\b/g, 'the account')
}
