import { setImmediate } from 'node:timers'
import { type Timer, TimerHeap } from './timer-heap.ts'

/** What a timer may answer: nobody can be waiting for what it did, so virtual time need not let promises settle. */
export const QUIET = 'quiet'

export interface Clock {
  now(): number
  /** Runs `run` once at `at` (ms); returns a function that cancels it. */
  schedule(at: number, run: () => unknown): () => void
}

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

/**
 * Real time, or real time that runs `speed` times as fast, `from` a moment on, by default now: a drain of 300 s then takes
 * 300 / speed. Its timers do not keep the process alive: whoever serves requests does.
 */
export function systemClock({ speed = 1, from = Date.now() }: { speed?: number; from?: number } = {}): Clock {
  const now = (): number => from + (Date.now() - from) * speed
  return {
    now,
    schedule: (at, run) => {
      const delay = Math.min(Math.max(0, (at - now()) / speed), LONGEST_TIMEOUT_MS)
      const timer = setTimeout(run, delay).unref()
      return () => clearTimeout(timer)
    },
  }
}

/** Health checks never end, so work that waits for nothing would run for ever: after this long it counts as stuck. */
const LONGEST_QUIET_MS = 24 * 3600_000

/** Time that jumps from timer to timer while `run` drives it, and stands still otherwise. */
export class VirtualClock implements Clock {
  readonly #timers = new TimerHeap()
  #now: number
  #order = 0
  #sleepers = 0
  #held = 0

  constructor(startMs = 0) {
    this.#now = startMs
  }

  now(): number {
    return this.#now
  }

  schedule(at: number, run: () => unknown): () => void {
    const timer: Timer = { at, order: this.#order++, run }
    this.#timers.push(timer)
    return () => {
      timer.run = undefined
    }
  }

  /** Sleeps in virtual time; rejects with `signal.reason` on abort. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const end = (): void => {
        cancel()
        this.#sleepers--
        signal?.removeEventListener('abort', abort)
      }
      const abort = (): void => {
        end()
        reject(signal?.reason)
      }
      const cancel = this.schedule(this.#now + ms, () => {
        end()
        resolve()
      })
      this.#sleepers++
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  /** Time stands still while work is under way that waits for something real. */
  hold<T>(work: () => Promise<T>): Promise<T> {
    return this.#whileHeld(1, work)
  }

  /** Within `hold`: what waits for time itself. */
  letGo<T>(work: () => Promise<T>): Promise<T> {
    return this.#whileHeld(-1, work)
  }

  async #whileHeld<T>(by: number, work: () => Promise<T>): Promise<T> {
    this.#held += by
    try {
      return await work()
    } finally {
      this.#held -= by
    }
  }

  /** Drives time until `work` settles. Throws when it never can: nothing is scheduled that could wake it. */
  async run<T>(work: Promise<T>): Promise<T> {
    let settled = false
    const settle = (): void => {
      settled = true
    }
    work.then(settle, settle)
    for (;;) {
      await letPromisesSettle()
      if (settled) return work
      if (this.#held === 0) this.#runToNextWaking()
    }
  }

  /** Lets `ms` of virtual time pass. */
  advance(ms: number): Promise<void> {
    return this.run(this.sleep(ms))
  }

  #runToNextWaking(): void {
    const start = this.#now
    for (;;) {
      const timer = this.#timers.pop()
      if (!timer) throw new Error(`Stuck at ${this.#now} ms: the work waits, and nothing is scheduled`)
      if (this.#sleepers === 0 && timer.at - start > LONGEST_QUIET_MS) {
        throw new Error(`Stuck at ${start} ms: the work waits, and only health checks are scheduled`)
      }
      this.#now = Math.max(this.#now, timer.at)
      const { run } = timer
      timer.run = undefined
      if (run?.() !== QUIET) return
    }
  }
}

function letPromisesSettle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
