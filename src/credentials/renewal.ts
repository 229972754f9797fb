export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
}

/** As the clients of the SDK take it. */
export type CredentialProvider = () => Promise<SessionCredentials>

/** As the SDK's clients do it, which ask again from then on: `EXPIRATION_MS` in `@smithy/core`. */
const RENEW_BEFORE_MS = 300_000
const PAUSE_MS = 30_000

/**
 * Fetches credentials when there are none, and again in the last five minutes of those that there are. Whoever asks
 * meanwhile waits for the same ones.
 *
 * A renewal that fails is not felt while the old ones are good: it is tried again half a minute later. (A client of the
 * SDK would fail the call, and that at a time when GitHub may have stopped giving tokens to a job that is cancelled.)
 */
export function renewing(
  fetch: CredentialProvider,
  now: () => number = () => Date.now(),
): CredentialProvider {
  let current: SessionCredentials | undefined
  let underWay: Promise<SessionCredentials> | undefined
  let pausedUntil = 0

  async function renew(): Promise<SessionCredentials> {
    try {
      current = await fetch()
      return current
    } catch (error) {
      if (current === undefined || leftOf(current, now()) <= 0) throw error
      pausedUntil = now() + PAUSE_MS
      return current
    }
  }

  return async () => {
    if (current !== undefined) {
      const left = leftOf(current, now())
      if (left >= RENEW_BEFORE_MS || (left > 0 && now() < pausedUntil)) return current
    }
    underWay ??= renew().finally(() => {
      underWay = undefined
    })
    return underWay
  }
}

const leftOf = ({ expiration }: SessionCredentials, now: number): number => expiration.getTime() - now
