import { readdirSync, readFileSync } from 'node:fs'

/** The runner marks every process of a job with it, through the environment that they inherit. */
export const TRACKING = 'RUNNER_TRACKING_ID'

/** Ends every process that carries this id, and answers their process ids. Linux only: elsewhere it finds none. */
export function endAllWith(trackingId: string): number[] {
  const found = processIds().filter((pid) => environmentOf(pid).includes(`${TRACKING}=${trackingId}`))
  for (const pid of found) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  return found
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    return []
  }
}
