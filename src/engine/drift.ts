import type { Pair, Route } from '../domain/routing.ts'
import { difference, isAttached, sameActions, weightsText } from '../domain/routing.ts'
import { readRoutes } from './routes.ts'
import type { Run } from './run.ts'

const MOST_SHOWN = 5

/** Several sentences as one, of a length that can be read. */
export function listed(sentences: readonly string[]): string {
  const more = sentences.length - MOST_SHOWN
  return `${sentences.slice(0, MOST_SHOWN).join('; ')}${more > 0 ? `; and ${more} more` : ''}`
}

interface Expected {
  /** ARNs of our routes. */
  readonly arns: readonly string[]
  readonly pair: Pair
  /** What a read that is older than our own change may show. */
  readonly before?: ReadonlyMap<string, Route>
}

const LOOK_EVERY_MS = 1_000
/** The oldest a read may be, with room to spare. */
const STALE_MS = 5_000

/**
 * All routes as they are, and what somebody else has done to ours, if anything. An old read may follow a new one: what does
 * not go away within seconds is somebody's doing.
 */
export async function lookForDrift(
  run: Run,
  expected: Expected,
): Promise<{ readonly seen: ReadonlyMap<string, Route>; readonly drift?: string }> {
  const { clock } = run.ports
  const startedAt = clock.now()
  while (true) {
    const seen = await readRoutes(run)
    const sentences = driftIn(run, seen, expected)
    if (sentences.length === 0) return { seen }
    if (clock.now() - startedAt >= STALE_MS) {
      const drift = listed(sentences)
      run.emit({ type: 'routes-drifted', drift })
      return { seen, drift }
    }
    await clock.sleep(LOOK_EVERY_MS, run.signal)
  }
}

/** What somebody else has done to our routes since they were seen, or set, last. */
function driftIn(run: Run, seen: ReadonlyMap<string, Route>, expected: Expected): string[] {
  const { arns, pair, before } = expected
  const changed = arns.flatMap((arn) => {
    const [last, now] = [run.routes.get(arn), seen.get(arn)]
    if (last === undefined) return []
    if (now === undefined) return [`${last.name} is gone`]
    const old = before?.get(arn)
    return old !== undefined && sameActions(old, now) ? [] : difference(last, now) || []
  })
  const fresh = [...seen.values()].filter(
    (route) => !run.routes.has(route.arn) && [pair.blue, pair.green].some((arn) => isAttached(route, arn)),
  )
  return [...changed, ...fresh.map((route) => `${route.name} is new, and forwards to ${weightsText(route)}`)]
}
