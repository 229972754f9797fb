import { duration } from '../domain/wording.ts'
import type { Invocation, Step } from './ssm-mapping.ts'

/** What the states of an invocation mean: https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html */

export type Verdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: string; readonly ended: boolean }

export interface Circumstances {
  /** It has been seen to be more than waiting. */
  readonly mayHaveBegun: boolean
  /** Where the document is known to keep to it. */
  readonly timeoutMs?: number
  /** Why we have cancelled it, if we have. */
  readonly cancelled?: string
}

/** Neither an agent nor a script has it. */
const WAITING = new Set(['', 'Pending', 'Delayed'])

/** Systems Manager's own word, not the agent's: it was never handed over. */
const NOT_BEGUN: Readonly<Record<string, string>> = {
  DeliveryTimedOut: 'not delivered in time: the SSM agent does not answer',
  Undeliverable: 'could not be delivered: the instance is gone, or its SSM agent does not answer',
  AccessDenied: 'access denied: the credentials lack the permission ssm:SendCommand for this instance',
  InvalidPlatform: 'the document is not for the platform of this instance',
  Terminated: 'given up by Systems Manager before it began',
  RateExceeded: 'too many commands are pending in this account',
  LimitExceeded: 'too many commands are pending in this account',
  NoInstancesInTag: 'Systems Manager has found no instance for it',
  Incomplete: 'Systems Manager has ended the command without this instance',
}

export const isWaiting = ({ state }: Pick<Invocation, 'state'>): boolean => WAITING.has(state)

/** How it has ended; undefined while it has not, or not in a way that is known. */
export function verdictOn(invocation: Invocation, circumstances: Circumstances): Verdict | undefined {
  const { state, step } = invocation
  if (state === 'Success') return { ok: true }
  const whyNot = NOT_BEGUN[state]
  if (whyNot !== undefined) return neverBegun(whyNot, invocation, circumstances)
  if (state === 'Failed') {
    if (step?.exitCode !== undefined) return over(`exit code ${step.exitCode}`, step)
    // It may be that the agent's worker has died, and what it ran has not.
    return neverBegun('failed without an exit code', invocation, circumstances)
  }
  if (state === 'Cancelled') return over(whyCancelled(circumstances), step)
  // Of an agent that did not say so itself.
  if (state === 'ExecutionTimedOut' || state === 'TimedOut') return over(whyKilled(step, circumstances), step)
  return undefined
}

/** The command as a whole has come to an end that no invocation tells of. */
export const isOver = (state: string): boolean =>
  state in NOT_BEGUN || ['Failed', 'Cancelled', 'TimedOut', 'ExecutionTimedOut'].includes(state)

/** Nothing more will be told of it. */
export const isComplete = (state: string): boolean => state === 'Success' || isOver(state)

/**
 * A delivery may also time out for Systems Manager when an agent that has begun is not heard of again
 * (`ExpiresAfter` in the API reference): then what it runs may run on.
 */
function neverBegun(reason: string, { step }: Invocation, { mayHaveBegun }: Circumstances): Verdict {
  const ended = !mayHaveBegun && step?.startedAt === undefined
  return { ok: false, reason: ended ? reason : `${reason}; it may have begun, and may still run`, ended }
}

/** The agent has killed the process group, and says when: without that, it has not told. */
function over(reason: string, step: Step | undefined): Verdict {
  const ended = step?.startedAt === undefined || step.finishedAt !== undefined
  return {
    ok: false,
    reason: ended ? reason : `${reason}; the SSM agent has not said that it is over`,
    ended,
  }
}

const whyCancelled = ({ cancelled }: Circumstances): string =>
  cancelled === undefined ? 'cancelled by somebody else' : `${cancelled}, cancelled`

/** The agent takes any exit code 137 for its own doing. */
function whyKilled(step: Step | undefined, { timeoutMs }: Circumstances): string {
  if (timeoutMs === undefined) return 'no end within its execution timeout, killed by the SSM agent'
  const { startedAt, finishedAt } = step ?? {}
  const ranMs = startedAt === undefined || finishedAt === undefined ? timeoutMs : finishedAt - startedAt
  return ranMs < timeoutMs * 0.9
    ? `killed after ${duration(ranMs)} (exit code 137), as when memory runs out`
    : `no end within ${duration(timeoutMs)}, killed by the SSM agent`
}
