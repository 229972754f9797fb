import { ENDED_WITHIN_MS } from '../domain/run-command.ts'
import type { Settings } from '../domain/settings.ts'

/** From a cancel on, all that is left of the job has less than five minutes. */
export const WITHIN_MS = 3 * 60_000
/** For the claim, the calls, and for writing down how it ended. */
const REST_MS = 30_000

/**
 * Of the post step: whatever main was about, what it has left is put right. Health is waited for as long as time is left
 * when commands elsewhere have been ended first.
 */
export function forRecovery({ rolloutId: _, ...settings }: Settings): Settings {
  const endingMs = settings.ssm === undefined ? 0 : ENDED_WITHIN_MS
  const leftMs = WITHIN_MS - REST_MS - endingMs
  return {
    ...settings,
    mode: 'recover',
    dryRun: false,
    healthTimeoutMs: Math.min(settings.healthTimeoutMs, leftMs),
  }
}
