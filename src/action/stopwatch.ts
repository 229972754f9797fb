import { duration } from '../domain/wording.ts'

/** Measures, between events, how long something took. */
export class Stopwatch {
  readonly #startedAt: number
  readonly #starts = new Map<string, number>()

  constructor(startedAt: number) {
    this.#startedAt = startedAt
  }

  start(what: string, at: number): void {
    this.#starts.set(what, at)
  }

  /** The first start is the one that counts. */
  startOnce(what: string, at: number): void {
    if (!this.#starts.has(what)) this.#starts.set(what, at)
  }

  /** `after 30 s`; empty when the start was not seen. With a space before it. */
  after(what: string, at: number): string {
    return this.#took(what, at, 'after')
  }

  /** `in 30 s`, likewise. */
  in(what: string, at: number): string {
    return this.#took(what, at, 'in')
  }

  /** Since the very start. */
  total(at: number): string {
    return duration(Math.max(0, at - this.#startedAt))
  }

  /** What was started before is forgotten. */
  reset(): void {
    this.#starts.clear()
  }

  #took(what: string, at: number, word: string): string {
    const start = this.#starts.get(what)
    return start === undefined ? '' : ` ${word} ${duration(Math.max(0, at - start))}`
  }
}
