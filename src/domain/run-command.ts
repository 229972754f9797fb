/** What Run Command takes beside the updates themselves; milliseconds. */

/** Servers that one command may name. */
export const SERVERS_A_COMMAND = 50
/** A command that somebody has left is given as long to end by itself before its server gets another one. */
export const BUSY_FOR_MS = 20_000
/** Enough for a delivery to an agent that is there. */
export const DELIVERED_WITHIN_MS = 120_000
/** Systems Manager and the agents keep the times themselves, and say so a little later. */
export const GRACE_MS = 30_000
/** How long an end that was asked for is waited for. */
export const ENDED_WITHIN_MS = 60_000
/** Looks come every few seconds, and what they show is a little older. */
const LOOKS_MS = 20_000

export interface Waves {
  readonly servers: number
  /** Servers at once. */
  readonly concurrency: number
}

/** Commands that are under way side by side. */
export function lanesFor({ servers, concurrency }: Waves): number {
  if (concurrency >= servers) return Math.ceil(servers / SERVERS_A_COMMAND)
  return Math.max(1, Math.floor(concurrency / SERVERS_A_COMMAND))
}

/** The longest that an update of all of them takes while its calls are answered. */
export function longestUpdateMs({ timeoutMs, ...waves }: Waves & { readonly timeoutMs: number }): number {
  const { servers, concurrency } = waves
  const rounds = Math.ceil(Math.ceil(servers / SERVERS_A_COMMAND) / lanesFor(waves))
  // Those of one command that wait for others count as not delivered meanwhile.
  const inTurn = Math.ceil(Math.min(servers, SERVERS_A_COMMAND) / concurrency)
  const each = DELIVERED_WITHIN_MS + inTurn * timeoutMs + 2 * GRACE_MS + ENDED_WITHIN_MS + LOOKS_MS
  return BUSY_FOR_MS + LOOKS_MS + rounds * each
}
