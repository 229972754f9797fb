import { ApiError, explain, isTransient, messageOf } from '../domain/errors.ts'
import type { Clock } from '../domain/ports.ts'
import { within } from '../domain/within.ts'
import type { NewCommand, RunCommand } from './ssm-calls.ts'
import { mayHaveHappened } from './ssm-failure.ts'
import { Deadline, LISTED_WITHIN_MS, noAnswer, pauseAfter } from './ssm-time.ts'

export interface Sending {
  readonly ssm: RunCommand
  readonly clock: Clock
  /** Asked before each try but the first; rejects when it is not to be made. */
  mayBegin(): Promise<void>
}

/** Where a command went. */
export type Sent =
  | { readonly commandId: string }
  | {
      readonly reason: string
      /** False when it may run all the same. */
      readonly ended: boolean
      /** Systems Manager does not take one of the servers. */
      readonly badServer?: true
    }

/** A storm of throttling is sat out for as long. */
const GIVE_UP_AFTER_MS = 5 * 60_000
/** Looking may fail too. */
const LOOK_FOR_MS = 120_000
const LOOK_ON_ABORT_MS = 3_000
const SHORTEST_LOOK_MS = 1_000
/** The clock of the runner may be wrong by as much. */
const SKEW_MS = 15 * 60_000

/**
 * Sends a command once. When the answer is lost it may run, or not: it is looked for by its comment before it is sent
 * again. A second one would run only if AWS takes a request that it had for half a minute without listing it. Rejects
 * with the signal's reason, or that of `mayBegin`, when it was certainly not sent.
 */
export async function sendOnce(sending: Sending, command: NewCommand, signal: AbortSignal): Promise<Sent> {
  const { ssm, clock } = sending
  const startedAt = clock.now()
  for (let failures = 1; ; failures++) {
    signal.throwIfAborted()
    if (failures > 1) await sending.mayBegin()
    const sentAt = clock.now()
    try {
      return { commandId: await ssm.send(command) }
    } catch (error) {
      if (mayHaveHappened(error)) {
        const found = await find(sending, { command, sentAt }, signal)
        if (found !== 'none') return found
      } else if (!isTransient(error)) return refusal(error)
      if (clock.now() - startedAt > GIVE_UP_AFTER_MS) return { reason: messageOf(error), ended: true }
    }
    await clock.sleep(pauseAfter(failures, clock), signal)
  }
}

function refusal(error: unknown): Sent {
  const isBad = error instanceof ApiError && error.code === 'InvalidInstanceId'
  return { reason: explain(error), ended: true, ...(isBad ? { badServer: true } : {}) }
}

interface Lost {
  readonly command: NewCommand
  readonly sentAt: number
}

/** `none`: it was looked for when it had to be there. */
async function find(sending: Sending, lost: Lost, signal: AbortSignal): Promise<Sent | 'none'> {
  const { clock } = sending
  const lostAt = clock.now()
  const limit = new Deadline(clock, LOOK_FOR_MS, { signal, leavesMs: LOOK_ON_ABORT_MS })
  for (let looks = 1; limit.leftMs() > 0; looks++) {
    await limit.pause(pauseAfter(looks, clock))
    const isLate = clock.now() - lostAt >= LISTED_WITHIN_MS
    const ids = await look(sending, lost, Math.max(limit.leftMs(), SHORTEST_LOOK_MS)).catch(() => undefined)
    if (ids?.[0] !== undefined) return { commandId: ids[0] }
    if (isLate && ids !== undefined) return 'none'
  }
  return { reason: 'the answer to SendCommand was lost, and the command was not found', ended: false }
}

async function look({ ssm, clock }: Sending, { command, sentAt }: Lost, ms: number): Promise<string[]> {
  const [server = ''] = command.servers
  const which = { server, sentAfter: sentAt - SKEW_MS }
  const found = await within(clock, { ms, reason: noAnswer() }, (signal) => ssm.commands(which, signal))
  return found.filter(({ comment }) => comment === command.comment).map(({ id }) => id)
}
