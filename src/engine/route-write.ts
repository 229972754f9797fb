import { explain, isRefusal } from '../domain/errors.ts'
import type { Route } from '../domain/routing.ts'
import { difference, sameActions, weightsText } from '../domain/routing.ts'
import { Ousted } from './fence.ts'
import { persist } from './persist.ts'
import { readRoutes } from './routes.ts'
import type { Run } from './run.ts'

/** A call that is cut off may take effect all the same: its answer is waited for a moment longer. */
const GRACE_MS = 1_000

export interface RouteWrite {
  /** As it was read. */
  readonly now: Route
  /** What is wanted of it, whatever else it holds. */
  wanted(now: Route): Route
  /** `stops`: what somebody else changes between two tries ends it; `stays`: it is kept. */
  readonly drift: 'stops' | 'stays'
}

export interface WriteFailure {
  readonly why: string
  /** The load balancer has said no: it had no effect. */
  readonly isRefused: boolean
}

/** Nothing: it was changed, and the answer of the load balancer shows it. */
export async function writeRoute(run: Run, write: RouteWrite): Promise<WriteFailure | undefined> {
  const { pacer, signal, changedRoutes, emit, routes, ports } = run
  const { arn, name } = write.now
  const before = changedRoutes.get(arn)
  try {
    await pacer.turn(signal)
    changedRoutes.set(arn, { at: Number.POSITIVE_INFINITY })
    const { wanted, answer } = await modify(run, write)
    changedRoutes.set(arn, { at: ports.clock.now(), answer })
    const unlike = difference(wanted, answer)
    if (unlike !== '') {
      return { why: `the load balancer did not take a change as it was meant: ${unlike}`, isRefused: false }
    }
    routes.set(arn, answer)
    emit({ type: 'route-changed', route: name, weights: weightsText(answer) })
    return undefined
  } catch (error) {
    if (signal.aborted || error instanceof Ousted) throw error
    if (error instanceof Drifted) return { why: error.message, isRefused: false }
    const isRefused = isRefusal(error)
    if (isRefused && before !== undefined) changedRoutes.set(arn, before)
    if (isRefused && before === undefined) changedRoutes.delete(arn)
    return { why: `${name} could not be changed: ${explain(error)}`, isRefused }
  }
}

class Drifted extends Error {}

/** Made again after a passing failure, with what the route is then: minutes may have gone by. */
async function modify(run: Run, write: RouteWrite): Promise<{ wanted: Route; answer: Route }> {
  const { patience, signal, ports, journal } = run
  let { now } = write
  let wanted = write.wanted(now)
  const call = async () => ({ wanted, answer: await inPeace(run, wanted) })
  return persist(call, {
    ...patience,
    signal,
    beforeAgain: async () => {
      await journal.confirm(signal)
      const seen = (await readRoutes({ ...run, ports })).get(now.arn)
      if (seen === undefined) return
      const isOurs = sameActions(seen, wanted) || sameActions(seen, now)
      if (!isOurs && write.drift === 'stops')
        throw new Drifted(`somebody else has changed it: ${difference(now, seen)}`)
      now = seen
      wanted = write.wanted(seen)
    },
  })
}

/** Not cut off by a cancel or a timeout at once, so that we know what has become of it. */
async function inPeace({ ports, signal }: Run, route: Route): Promise<Route> {
  const over = new AbortController()
  const done = new AbortController()
  const late = () => {
    ports.clock.sleep(GRACE_MS, done.signal).then(
      () => over.abort(signal.reason),
      () => {},
    )
  }
  if (signal.aborted) late()
  else signal.addEventListener('abort', late, { once: true })
  try {
    return await ports.routing.modifyRoute(route, over.signal)
  } finally {
    signal.removeEventListener('abort', late)
    done.abort()
  }
}
