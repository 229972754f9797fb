import { PACE } from '../domain/pace.ts'
import type { Clock } from '../domain/ports.ts'

/** Lets changes through as fast as the account may make them: some at once, then one after the other. */
export class Pacer {
  readonly #clock: Clock
  /** When the bucket will be full again. */
  #fullAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async turn(signal: AbortSignal): Promise<void> {
    const now = this.#clock.now()
    this.#fullAt = Math.max(this.#fullAt, now) + PACE.everyMs
    const early = this.#fullAt - PACE.atOnce * PACE.everyMs - now
    if (early > 0) await this.#clock.sleep(early, signal)
  }
}
