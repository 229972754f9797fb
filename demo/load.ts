import { Agent } from 'node:http'
import { type Random, seededRandom } from '../simulator/random.ts'
import { type BadAnswer, exchange } from './exchange.ts'

export interface LoadOptions {
  readonly url: string
  readonly path?: string
  readonly perSecond?: number
  /** Draws how long each answer takes. */
  readonly seed?: number
  readonly responseMs?: readonly [least: number, most: number]
}

/** A request that failed. */
export interface Failure {
  /** How many had been sent before it. */
  readonly sentBefore: number
  /** From the start of the load. */
  readonly sentAtSeconds: number
  readonly endedAtSeconds: number
  /** The version that answered; undefined when none did. */
  readonly version: string | undefined
  readonly reason: string
}

export interface LoadCounts {
  readonly sent: number
  /** Complete answers with a status of 2xx. */
  readonly served: number
  readonly failed: number
  readonly servedByVersion: Readonly<Record<string, number>>
  /** What happened instead, with the version that answered, if one did. */
  readonly failures: Readonly<Record<string, number>>
  /** Each of them, in the order in which they ended. */
  readonly eachFailure: readonly Failure[]
  readonly seconds: number
  /** How long this process was kept from working, at worst: what fails around then may be its own doing. */
  readonly longestStallMs: number
}

const TICK_MS = 5
const FIRST_FAILURES = 5

/**
 * Requests at a steady rate, whether or not those before have been answered. Half go over kept connections, half over
 * fresh ones; half are answered in chunks. Whatever is not a complete 2xx has failed.
 */
export class Load {
  readonly #options: Required<LoadOptions>
  readonly #random: Random
  readonly #kept = new Agent({ keepAlive: true })
  readonly #inFlight = new Set<Promise<void>>()
  readonly #servedByVersion: Record<string, number> = {}
  readonly #failures: Failure[] = []
  readonly #startedAt = performance.now()
  readonly #timer: NodeJS.Timeout
  #sent = 0
  #served = 0
  #stoppedAt: number | undefined
  #tickedAt = performance.now()
  #longestStallMs = 0

  /** Starts at once. */
  constructor(options: LoadOptions) {
    this.#options = { path: '/', perSecond: 200, seed: 1, responseMs: [5, 500], ...options }
    this.#random = seededRandom(this.#options.seed)
    this.#timer = setInterval(() => this.#sendWhatIsDue(), TICK_MS)
  }

  get sent(): number {
    return this.#sent
  }

  /** Since it was started. */
  get seconds(): number {
    return this.#secondsAt(this.#stoppedAt ?? performance.now())
  }

  counts(): LoadCounts {
    const failures: Record<string, number> = {}
    for (const { reason } of this.#failures) add(failures, reason)
    return {
      sent: this.#sent,
      served: this.#served,
      failed: this.#failures.length,
      servedByVersion: { ...this.#servedByVersion },
      failures,
      eachFailure: [...this.#failures],
      seconds: this.seconds,
      longestStallMs: Math.round(this.#longestStallMs),
    }
  }

  /** Sends no more, and waits for the answers that are still to come. */
  async stop(): Promise<LoadCounts> {
    this.#stoppedAt ??= performance.now()
    clearInterval(this.#timer)
    await Promise.all(this.#inFlight)
    this.#kept.destroy()
    return this.counts()
  }

  #sendWhatIsDue(): void {
    const now = performance.now()
    this.#longestStallMs = Math.max(this.#longestStallMs, now - this.#tickedAt - TICK_MS)
    this.#tickedAt = now
    const due = Math.floor(((now - this.#startedAt) * this.#options.perSecond) / 1000)
    while (this.#sent < due) {
      const answered = this.#send(this.#sent++).finally(() => this.#inFlight.delete(answered))
      this.#inFlight.add(answered)
    }
  }

  async #send(n: number): Promise<void> {
    const [least, most] = this.#options.responseMs
    const ms = Math.round(least + this.#random() * (most - least))
    const agent = n % 2 === 0 ? this.#kept : false
    const path = `${this.#options.path}?ms=${ms}${n % 4 < 2 ? '' : '&chunked'}`
    const sentAt = performance.now()
    try {
      const version = await exchange(new URL(path, this.#options.url), agent)
      this.#served++
      add(this.#servedByVersion, version)
    } catch (error) {
      const { message: reason, version } = error as BadAnswer
      this.#failures.push({
        sentBefore: n,
        sentAtSeconds: this.#secondsAt(sentAt),
        endedAtSeconds: this.#secondsAt(performance.now()),
        ...{ version, reason },
      })
    }
  }

  #secondsAt(at: number): number {
    return (at - this.#startedAt) / 1000
  }
}

/** What failed, how often and when, with what may have caused it; empty when nothing did. */
export function failuresIn({ failures, eachFailure, longestStallMs }: LoadCounts): string[] {
  const lines = Object.entries(failures).map(([reason, count]) => `${count} requests failed: ${reason}`)
  if (lines.length === 0) return []
  const first = eachFailure.slice(0, FIRST_FAILURES).map(({ sentAtSeconds, endedAtSeconds }) => {
    const afterMs = Math.round((endedAtSeconds - sentAtSeconds) * 1000)
    return `at ${endedAtSeconds.toFixed(1)} s, ${afterMs} ms after it was sent`
  })
  return [...lines, ...first, `this process stalled for up to ${longestStallMs} ms`]
}

function add(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1
}
