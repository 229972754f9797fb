import type { Clock } from '../domain/ports.ts'
import { BUSY_FOR_MS } from '../domain/run-command.ts'
import type { RunCommand } from './ssm-calls.ts'
import { rolloutIn } from './ssm-comment.ts'
import { persist } from './ssm-time.ts'
import { isComplete } from './ssm-verdict.ts'

export interface Asking {
  readonly ssm: RunCommand
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Asked before each try of a call but the first; rejects when it is not to be made. */
  mayBegin?(): Promise<void>
}

const LOOK_EVERY_MS = 5_000
const ASK_FOR_MS = 5 * 60_000

/**
 * The servers on which a command of some rollout runs that nobody waits for any more, with the id of that rollout: two
 * updates at once would ruin each other. Rejects when it cannot be known.
 */
export async function busyServers(
  asking: Asking,
  servers: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { clock, signal, mayBegin: beforeAgain } = asking
  // One that has just ended may be shown as if it had not.
  const until = clock.now() + BUSY_FOR_MS
  for (;;) {
    const look = () => lookOnce(asking, new Set(servers))
    const busy = await persist(look, { clock, signal, beforeAgain, giveUpAfterMs: ASK_FOR_MS })
    if (busy.size === 0 || clock.now() >= until) return busy
    await clock.sleep(LOOK_EVERY_MS, signal)
  }
}

async function lookOnce({ ssm, signal }: Asking, wanted: ReadonlySet<string>): Promise<Map<string, string>> {
  const busy = new Map<string, string>()
  for (const { id, comment, servers } of await ssm.commands({ stage: 'Executing' }, signal)) {
    const rolloutId = rolloutIn(comment)
    if (rolloutId === undefined || !servers.some((server) => wanted.has(server))) continue
    for (const { server, state } of await ssm.invocations(id, signal))
      if (wanted.has(server) && !isComplete(state)) busy.set(server, rolloutId)
  }
  return busy
}

export const whyBusy = (rolloutId: string): string =>
  `a command of rollout ${rolloutId} still runs on it: wait for its end, or cancel it in Systems Manager`
