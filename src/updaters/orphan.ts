import { readFileSync } from 'node:fs'
import type { Clock } from '../domain/ports.ts'
import { DEFAULT_GRACES, endSession } from './ending.ts'
import { membersOf } from './session.ts'

/**
 * Ends what a dead process has left running in the session of `leader`, and answers whether it is known to have ended. A
 * number that has come to mean somebody else's session since is left alone: what we start has the rollout's id in its
 * environment.
 */
export async function endOrphan(
  leader: number,
  { rolloutId, clock }: { rolloutId: string; clock: Clock },
): Promise<boolean> {
  const ours = (await membersOf(leader)).some((pid) => isOf(rolloutId, pid))
  if (!ours) return true
  const signal = new AbortController().signal
  const { ended } = await endSession(leader, { clock, graces: DEFAULT_GRACES, signal })
  return ended
}

function isOf(rolloutId: string, pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`ROLLOUT_ID=${rolloutId}`)
  } catch {
    return false
  }
}
