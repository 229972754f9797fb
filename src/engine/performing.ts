import { ApiError, explain } from '../domain/errors.ts'
import type { Stop } from '../domain/outcome.ts'
import { Ousted } from './fence.ts'
import type { Run } from './run.ts'

/** Whatever keeps the work from its end is a reason to stop. */
export async function performing(run: Run, work: () => Promise<Stop | undefined>): Promise<Stop | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Ousted) return { cause: 'ousted', reason: error.message }
    if (run.signal.aborted) return run.signal.reason as Stop
    return { cause: 'failure', reason: reasonOf(error) }
  }
}

/** What a person is told of it. */
export function reasonOf(error: unknown): string {
  if (error instanceof ApiError && error.failure === 'credentials') {
    return `${error.message}; with fresh credentials, mode: recover puts right what is left`
  }
  return explain(error)
}
