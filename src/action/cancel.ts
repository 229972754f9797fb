import type { Stop } from '../domain/outcome.ts'

/** The runner sends SIGINT, 7.5 s later SIGTERM, 2.5 s later it kills: the first one counts. */
export function cancelOnSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      const stop: Stop = { cause: 'cancel', reason: 'cancelled' }
      controller.abort(stop)
    })
  }
  return controller.signal
}
