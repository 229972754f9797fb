import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../../src/domain/ports.ts'

export const realClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted()
    await setTimeout(ms, undefined, signal && { signal }).catch((error) => {
      throw signal?.reason ?? error
    })
  },
}

export async function until(isTrue: () => boolean, signal?: AbortSignal): Promise<void> {
  while (!isTrue()) await realClock.sleep(5, signal)
}

/** A clock on which `ms` are over as soon as something is true: a timeout comes when the test is ready for it. */
export function overWhen(ms: number, isTrue: () => boolean): Clock {
  return {
    now: realClock.now,
    sleep: (time, signal) => (time === ms ? until(isTrue, signal) : realClock.sleep(time, signal)),
  }
}
