import { isTransient } from './errors.ts'
import type { Clock } from './ports.ts'

/** Pauses between tries; the last one repeats until the time is up. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000]

/** After so many failures in a row. */
export const pauseAfter = (failures: number): number =>
  PAUSES_MS[Math.min(failures, PAUSES_MS.length) - 1] ?? 0

export interface Persistence {
  readonly clock: Clock
  readonly giveUpAfterMs: number
  readonly signal: AbortSignal | undefined
  /** Absent: as above. */
  readonly pauseAfter?: (failures: number) => number
  readonly onFailure?: (error: unknown, elapsedMs: number) => void
  /** May veto by throwing. */
  readonly beforeAgain?: (() => Promise<void>) | undefined
}

/** Makes a call until it succeeds, fails for good, or the patience ends. */
export async function persist<T>(call: () => Promise<T>, how: Persistence): Promise<T> {
  const { clock, giveUpAfterMs, signal } = how
  const startedAt = clock.now()
  for (let failures = 1; ; failures++) {
    try {
      return await call()
    } catch (error) {
      const pause = (how.pauseAfter ?? pauseAfter)(failures)
      const elapsedMs = clock.now() - startedAt
      if (!isTransient(error) || elapsedMs + pause > giveUpAfterMs) throw error
      how.onFailure?.(error, elapsedMs)
      await clock.sleep(pause, signal)
      await how.beforeAgain?.()
    }
  }
}
