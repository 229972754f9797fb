import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Random, seededRandom } from '../simulator/random.ts'

export interface LoadOptions {
  readonly url: string
  readonly perSecond?: number
  /** Draws how long each answer takes. */
  readonly seed?: number
  readonly responseMs?: readonly [least: number, most: number]
}

export interface LoadCounts {
  readonly sent: number
  /** Complete answers with a status of 2xx. */
  readonly served: number
  readonly failed: number
  readonly servedByVersion: Readonly<Record<string, number>>
  /** What happened instead, with the version that answered, if one did. */
  readonly failures: Readonly<Record<string, number>>
  /** When the first few failed: in seconds from the start, and in milliseconds after they were sent. */
  readonly firstFailures: readonly { readonly atSeconds: number; readonly afterMs: number }[]
  readonly seconds: number
  /** How long this process was kept from working, at worst: what fails around then may be its own doing. */
  readonly longestStallMs: number
}

const TICK_MS = 5
const GIVE_UP_MS = 10_000
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
  readonly #failures: Record<string, number> = {}
  readonly #startedAt = performance.now()
  readonly #timer: NodeJS.Timeout
  readonly #firstFailures: { atSeconds: number; afterMs: number }[] = []
  #sent = 0
  #served = 0
  #failed = 0
  #stoppedAt: number | undefined
  #tickedAt = performance.now()
  #longestStallMs = 0

  /** Starts at once. */
  constructor(options: LoadOptions) {
    this.#options = { perSecond: 200, seed: 1, responseMs: [5, 500], ...options }
    this.#random = seededRandom(this.#options.seed)
    this.#timer = setInterval(() => this.#sendWhatIsDue(), TICK_MS)
  }

  counts(): LoadCounts {
    return {
      sent: this.#sent,
      served: this.#served,
      failed: this.#failed,
      servedByVersion: { ...this.#servedByVersion },
      failures: { ...this.#failures },
      firstFailures: [...this.#firstFailures],
      seconds: ((this.#stoppedAt ?? performance.now()) - this.#startedAt) / 1000,
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
    const path = `/?ms=${ms}${n % 4 < 2 ? '' : '&chunked'}`
    const sentAt = performance.now()
    try {
      const version = await exchange(new URL(path, this.#options.url), agent)
      this.#served++
      add(this.#servedByVersion, version)
    } catch (error) {
      this.#fail((error as Error).message, sentAt)
    }
  }

  #fail(reason: string, sentAt: number): void {
    this.#failed++
    add(this.#failures, reason)
    if (this.#firstFailures.length === FIRST_FAILURES) return
    const now = performance.now()
    const atSeconds = Math.round((now - this.#startedAt) / 100) / 10
    this.#firstFailures.push({ atSeconds, afterMs: Math.round(now - sentAt) })
  }
}

/** What failed, how often and when, with what may have caused it; empty when nothing did. */
export function failuresIn({ failures, firstFailures, longestStallMs }: LoadCounts): string[] {
  const lines = Object.entries(failures).map(([reason, count]) => `${count} requests failed: ${reason}`)
  if (lines.length === 0) return []
  const first = firstFailures.map(
    ({ atSeconds, afterMs }) => `at ${atSeconds} s, ${afterMs} ms after it was sent`,
  )
  return [...lines, ...first, `this process stalled for up to ${longestStallMs} ms`]
}

/** The version that answered; throws when the answer is not whole or not good. */
async function exchange(url: URL, agent: Agent | false): Promise<string> {
  const response = await answerTo(url, agent)
  const [server = '', version = ''] = [response.headers['x-server'], response.headers['x-version']].map(
    String,
  )
  const by = version === 'undefined' ? '' : ` from ${version}`
  const body = await text(response).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`cut short${by}: ${error.code ?? error.message}`)
  })
  const { statusCode = 0 } = response
  if (statusCode < 200 || statusCode > 299) throw new Error(`status ${statusCode}${by}`)
  if (body !== `${server} ${version} ${url.searchParams.get('ms')}\n`) throw new Error(`short body${by}`)
  return decodeURIComponent(version)
}

function answerTo(url: URL, agent: Agent | false): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, signal: AbortSignal.timeout(GIVE_UP_MS) }, resolve)
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`no answer: ${error.code ?? error.message}`)),
    )
    outgoing.end()
  })
}

function add(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1
}
