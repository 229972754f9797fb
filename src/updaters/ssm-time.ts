import {
  type Persistence,
  persist as persistently,
  pauseAfter as plainPauseAfter,
} from '../domain/persist.ts'
import type { Clock } from '../domain/ports.ts'

/** A command that was taken is listed within seconds: one that is not after so long was not taken. */
export const LISTED_WITHIN_MS = 25_000

export const pauseAfter = (failures: number, clock: Clock): number =>
  jittered(plainPauseAfter(failures), clock.now(), failures)

/**
 * Many commands that were sent at once are not to be looked at all at once. Drawn from the time and from what differs
 * between them: as good as chance, and in virtual time the same each time.
 */
function jittered(ms: number, now: number, turn: number): number {
  const mixed = Math.imul(Math.floor(now) ^ Math.imul(turn + 1, 0x9e3779b9), 0x85ebca6b)
  const again = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ms * (0.8 + 0.4 * (((again ^ (again >>> 16)) >>> 0) / 2 ** 32))
}

/** Makes a call that changes nothing until it succeeds, fails for good, or the patience ends. */
export const persist = <T>(
  call: () => Promise<T>,
  { signal, ...how }: Pick<Persistence, 'clock' | 'giveUpAfterMs' | 'beforeAgain'> & { signal?: AbortSignal },
): Promise<T> =>
  persistently(call, { ...how, signal, pauseAfter: (failures) => pauseAfter(failures, how.clock) })

/** Why a call is aborted that takes too long. */
export const noAnswer = (): Error => new Error('no answer in time')

/** A time limit that an abort brings nearer. */
export class Deadline {
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #onAbortMs: number
  #at: number
  #isNear = false

  constructor(clock: Clock, ms: number, abort: { readonly signal: AbortSignal; readonly leavesMs: number }) {
    this.#clock = clock
    this.#at = clock.now() + ms
    this.#signal = abort.signal
    this.#onAbortMs = abort.leavesMs
    this.leftMs()
  }

  /** To be asked for when the abort comes: what it leaves counts from then on. */
  leftMs(): number {
    const now = this.#clock.now()
    if (this.#signal.aborted && !this.#isNear) {
      this.#isNear = true
      this.#at = Math.min(this.#at, now + this.#onAbortMs)
    }
    return Math.max(0, this.#at - now)
  }

  /** Ends early at the limit, and when the abort comes. */
  async pause(ms: number): Promise<void> {
    const isAborted = this.#signal.aborted
    await this.#clock.sleep(Math.min(ms, this.leftMs()), isAborted ? undefined : this.#signal).catch(() => {})
  }
}

const LEAST_MS = 2_000
const MOST_MS = 5_000
/** Of all commands of an update together. */
const BETWEEN_CALLS_MS = 400
const SLOWEST = 8

/** How often to look: all commands of an update share what AWS lets through. */
export class Pace {
  readonly #clock: Clock
  #turn = 0
  #commands = 0
  #slowness = 1

  constructor(clock: Clock) {
    this.#clock = clock
  }

  begin(): void {
    this.#commands++
  }

  end(): void {
    this.#commands--
  }

  slower(): void {
    this.#slowness = Math.min(this.#slowness * 2, SLOWEST)
  }

  faster(): void {
    this.#slowness = Math.max(this.#slowness * 0.8, 1)
  }

  /** Before the next look at a command that was sent that long ago. */
  pauseMs(ageMs: number): number {
    const pause = Math.max(LEAST_MS, Math.min(ageMs / 10, MOST_MS), this.#commands * BETWEEN_CALLS_MS)
    return jittered(pause * this.#slowness, this.#clock.now(), this.#turn++)
  }
}
