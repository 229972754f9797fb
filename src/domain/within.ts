import type { Clock } from './ports.ts'

/** Work that is aborted, with the reason, when it takes longer than this. */
export async function within<T>(
  clock: Clock,
  limit: { readonly ms: number; readonly reason: unknown },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController()
  const ended = new AbortController()
  clock.sleep(limit.ms, ended.signal).then(
    () => late.abort(limit.reason),
    () => {},
  )
  try {
    return await work(late.signal)
  } finally {
    ended.abort()
  }
}
