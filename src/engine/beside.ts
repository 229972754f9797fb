import type { Happening } from '../domain/events.ts'
import type { Clock } from '../domain/ports.ts'
import { REMINDER_MS } from './wait.ts'

interface Teller {
  readonly ports: { readonly clock: Clock }
  readonly emit: (event: Happening) => void
}

interface Waiting {
  /** What is waited for, as it stands now. */
  readonly text: () => string
  /** The longest that it can take. */
  readonly limitMs?: number
}

/** While others are at work, says every half minute how far they have come. */
export async function tellingBeside<T>(
  { ports, emit }: Teller,
  { text, ...limit }: Waiting,
  work: () => Promise<T>,
): Promise<T> {
  const { clock } = ports
  const startedAt = clock.now()
  const over = new AbortController()
  const tell = async () => {
    while (true) {
      await clock.sleep(REMINDER_MS, over.signal)
      emit({ type: 'waiting', text: text(), elapsedMs: clock.now() - startedAt, ...limit })
    }
  }
  // It ends by the signal alone.
  tell().catch(() => {})
  try {
    return await work()
  } finally {
    over.abort()
  }
}
