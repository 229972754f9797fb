import type { Happening } from './events.ts'
import type { Ledger } from './journal.ts'
import type { Ending } from './strategy.ts'

/** How long updates take, as one run has seen it: nobody can know it before, but the next one may ask. */
export class UpdateTimes {
  readonly #atOnce: number
  #startedAt = 0
  #waves = 0
  #totalMs = 0

  /** `atOnce`: how many of them run at a time; absent: all of a batch. */
  constructor(atOnce = Number.POSITIVE_INFINITY) {
    this.#atOnce = atOnce
  }

  /** The mean of what its waves took, which is what their slowest took; absent: none has ended well. */
  get eachMs(): number | undefined {
    return this.#waves === 0 ? undefined : this.#totalMs / this.#waves
  }

  note(event: Happening, at: number): void {
    if (event.type === 'step-started' && event.step === 'update') {
      this.#startedAt = at
      this.#waves += Math.max(1, Math.ceil(event.servers.length / this.#atOnce))
    }
    if (event.type === 'step-ended' && event.step === 'update') this.#totalMs += at - this.#startedAt
    // Nothing is known of one that was cut short.
    if (event.type === 'step-failed' && event.step === 'update') {
      this.#waves = 0
      this.#totalMs = 0
    }
  }
}

/** What is known of it stays written. `found`: as it was written before. */
export function withUpdateTime(
  ending: Ending,
  found: ReadonlyMap<string, Ledger>,
  eachMs: number | undefined,
): Ending {
  const ledgers = [...ending.ledgers].map(([arn, ledger]): [string, Ledger] => {
    const updateMs = eachMs ?? ledger.updateMs ?? found.get(arn)?.updateMs
    return [arn, updateMs === undefined ? ledger : { ...ledger, updateMs }]
  })
  return { ...ending, ledgers: new Map(ledgers) }
}
