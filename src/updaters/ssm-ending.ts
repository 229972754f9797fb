import { explain } from '../domain/errors.ts'
import type { Clock } from '../domain/ports.ts'
import { ENDED_WITHIN_MS } from '../domain/run-command.ts'
import { Deadline } from './ssm-time.ts'

/** A cancelled step has no more than a moment. */
const CONFIRM_ON_ABORT_MS = 3_000
/** A cancel is an attempt, and may meet a command that is just being handed over. */
const ASK_AGAIN_AFTER_MS = 15_000

/** The end of a command on one server, from when it is wanted. */
export class Ending {
  readonly why: string
  readonly #clock: Clock
  readonly #limit: Deadline
  #askedAt: number | undefined
  #failure: string | undefined

  constructor(why: string, clock: Clock, signal: AbortSignal) {
    this.why = why
    this.#clock = clock
    this.#limit = new Deadline(clock, ENDED_WITHIN_MS, { signal, leavesMs: CONFIRM_ON_ABORT_MS })
  }

  get isOver(): boolean {
    return this.#limit.leftMs() === 0
  }

  get isToBeAsked(): boolean {
    return this.#askedAt === undefined || this.#clock.now() - this.#askedAt > ASK_AGAIN_AFTER_MS
  }

  asked(): void {
    this.#askedAt = this.#clock.now()
    this.#failure = undefined
  }

  failed(error: unknown): void {
    this.#failure = explain(error)
  }

  /** Why it is given up. */
  get reason(): string {
    return this.#failure === undefined
      ? `${this.why}, cancelled, but not seen to end`
      : `${this.why}, could not be cancelled: ${this.#failure}`
  }
}
