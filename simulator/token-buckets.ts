import type { Bucket } from './operations/operation.ts'

// Sizes and refill rates: "Elastic Load Balancing API throttling" in the user guide. Every call draws on two buckets.
const ACCOUNT = { size: 40, perSecond: 10 }
const BY_OPERATION: Record<Bucket, { size: number; perSecond: number }> = {
  registration: { size: 20, perSecond: 4 },
  'non-mutating': { size: 40, perSecond: 10 },
  mutating: { size: 20, perSecond: 3 },
}

class TokenBucket {
  readonly #size: number
  readonly #perSecond: number
  #tokens: number
  #at: number

  constructor(limits: { size: number; perSecond: number }, now: number) {
    this.#size = limits.size
    this.#perSecond = limits.perSecond
    this.#tokens = limits.size
    this.#at = now
  }

  hasToken(now: number): boolean {
    this.#tokens = Math.min(this.#size, this.#tokens + ((now - this.#at) / 1000) * this.#perSecond)
    this.#at = now
    return this.#tokens >= 1
  }

  take(): void {
    this.#tokens--
  }
}

/** The published limits of one account and region. */
export class TokenBuckets {
  readonly #account: TokenBucket
  readonly #byOperation = new Map<Bucket, TokenBucket>()

  constructor(now: number) {
    this.#account = new TokenBucket(ACCOUNT, now)
    for (const [bucket, limits] of Object.entries(BY_OPERATION)) {
      this.#byOperation.set(bucket as Bucket, new TokenBucket(limits, now))
    }
  }

  /** Whether a call may go through; if so, it has paid. */
  admits(bucket: Bucket, now: number): boolean {
    const drawn = [this.#account, this.#byOperation.get(bucket) as TokenBucket]
    if (!drawn.every((each) => each.hasToken(now))) return false
    for (const each of drawn) each.take()
    return true
  }
}
