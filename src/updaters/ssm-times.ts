import { DELIVERED_WITHIN_MS, GRACE_MS } from '../domain/run-command.ts'
import { duration } from '../domain/wording.ts'
import type { Progress } from './ssm-watch.ts'

export interface Size {
  readonly timeoutMs: number
  readonly servers: number
  readonly concurrency: number
}

/** The times of one command, milliseconds from when it was sent. */
export interface Times {
  readonly timeoutMs: number
  /** What has not been delivered by then does not begin any more. */
  readonly deliveryMs: number
  /** Servers wait for others. */
  readonly isLimited: boolean
}

/** The least and the most that AWS takes. */
const LEAST_MS = 30_000
const MOST_MS = 2_592_000_000

export function timesFor({ timeoutMs, servers, concurrency }: Size): Times {
  const waves = Math.ceil(servers / concurrency)
  const once = Math.max(LEAST_MS, Math.min(timeoutMs, DELIVERED_WITHIN_MS))
  // Those that wait for others count as not delivered meanwhile.
  const deliveryMs = Math.min(Math.ceil((once + (waves - 1) * timeoutMs) / 1_000) * 1_000, MOST_MS)
  return { timeoutMs, deliveryMs, isLimited: waves > 1 }
}

/**
 * Why the command is to be ended now on a server. The guide and the API reference differ on when an agent that is away
 * counts as timed out, so this is not waited for.
 */
export function whyEnd({ deliveryMs, timeoutMs }: Times, { stage, forMs }: Progress): string | undefined {
  if (stage === 'waiting' && forMs > deliveryMs + GRACE_MS)
    return `not delivered within ${duration(deliveryMs)}: the SSM agent does not answer`
  const limitMs = stage === 'begun' ? timeoutMs : deliveryMs + timeoutMs
  return forMs > limitMs + GRACE_MS ? `no end within ${duration(timeoutMs)}` : undefined
}
