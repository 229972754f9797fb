import { isTransient } from '../domain/errors.ts'
import type { Clock } from '../domain/ports.ts'

export interface ErrandsOptions<T> {
  readonly clock: Clock
  /** Doing it twice is the same as doing it once, or does no harm. */
  readonly run: (errand: T, signal: AbortSignal) => Promise<void>
  /** Told of the first one that could not be done, and of no other. */
  readonly warn: (error: unknown) => void
}

/** Between two of the same name: what changes more often is not worth a call. */
const PAUSE_MS = 15_000
const AGAIN_AFTER_MS = [1_000, 4_000]

/**
 * Errands that are run beside everything else, one after the other; of one that waits only the latest of its name is run.
 * Nobody waits for them but `finish`, and that not for long.
 */
export class Errands<T> {
  readonly #options: ErrandsOptions<T>
  readonly #waiting = new Map<string, T>()
  readonly #ranAt = new Map<string, number>()
  /** Aborted when there is no more time to pause. */
  readonly #hurry = new AbortController()
  readonly #over = new AbortController()
  #idle: Promise<void> = Promise.resolve()
  #isRunning = false
  #hasWarned = false

  constructor(options: ErrandsOptions<T>) {
    this.#options = options
  }

  send(name: string, errand: T): void {
    if (this.#over.signal.aborted) return
    this.#waiting.set(name, errand)
    if (this.#isRunning) return
    this.#isRunning = true
    this.#idle = this.#runAll()
  }

  /** Runs what waits without further pauses, for no longer than this; then nothing is under way any more. */
  async finish(withinMs: number): Promise<void> {
    this.#hurry.abort()
    const enough = new AbortController()
    const isInTime = await Promise.race([
      this.#idle.then(() => true),
      this.#options.clock.sleep(withinMs, enough.signal).then(
        () => false,
        () => true,
      ),
    ])
    enough.abort()
    if (isInTime) return
    this.#warn(new Error('GitHub did not answer in time'))
    this.#over.abort()
    await this.#idle
  }

  async #runAll(): Promise<void> {
    for (let next = this.#first(); next !== undefined; next = this.#first()) {
      const [name] = next
      await this.#pause((this.#ranAt.get(name) ?? Number.NEGATIVE_INFINITY) + PAUSE_MS)
      if (this.#over.signal.aborted) return
      // While it waited a later one may have come.
      const errand = this.#waiting.get(name) as T
      this.#waiting.delete(name)
      await this.#runOne(name, errand)
      this.#ranAt.set(name, this.#options.clock.now())
    }
    this.#isRunning = false
  }

  async #runOne(name: string, errand: T): Promise<void> {
    for (let failures = 0; ; failures++) {
      try {
        return await this.#options.run(errand, this.#over.signal)
      } catch (error) {
        const pause = AGAIN_AFTER_MS[failures]
        if (this.#over.signal.aborted) return
        if (!isTransient(error) || pause === undefined) return this.#warn(error)
        await this.#options.clock.sleep(pause, this.#over.signal).catch(() => {})
        // A later one says all that this one would have said.
        if (this.#over.signal.aborted || this.#waiting.has(name)) return
      }
    }
  }

  async #pause(until: number): Promise<void> {
    const { clock } = this.#options
    const ms = until - clock.now()
    if (ms > 0) await clock.sleep(ms, this.#hurry.signal).catch(() => {})
  }

  #first(): readonly [string, T] | undefined {
    const [first] = this.#waiting
    return first
  }

  #warn(error: unknown): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    this.#options.warn(error)
  }
}
