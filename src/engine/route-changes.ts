import { ApiError, messageOf } from '../domain/errors.ts'
import type { RouteWeights, Step } from '../domain/plan.ts'
import type { Route } from '../domain/routing.ts'
import { difference, isAttached, sameActions, weightsText, withWeights } from '../domain/routing.ts'
import { plural } from '../domain/wording.ts'
import { persist } from './persist.ts'
import { readRoutes } from './routes.ts'
import type { Run, StepResult } from './run.ts'
import { Ousted } from './tenure.ts'

type SetWeights = Extract<Step, { kind: 'set-weights' }>

/** Between a look at the routes and the writes that rely on it there are never more than these. */
const MOST_WRITES_A_LOOK = 10
/** How long a route may go on to show what it was before our write. */
const SHOWN_WITHIN_MS = 30_000
const LOOK_EVERY_MS = 1_000
/** The oldest a read may be, with room to spare. */
const STALE_MS = 5_000

/** One change of weights, on every route: read, compare, write what differs, read back. */
export class RouteChanges {
  readonly #run: Run
  readonly #step: SetWeights
  readonly #wanted = new Map<string, Route>()
  /** Routes that this step has changed, or may have, as they were before. */
  readonly #before = new Map<string, Route>()

  constructor(run: Run, step: SetWeights) {
    this.#run = run
    this.#step = step
  }

  async make(): Promise<StepResult> {
    const first = await this.#look()
    if ('failed' in first) return first
    const todo = this.#step.routes.filter((route) => this.#mustChange(route, first.seen))
    const failures: string[] = []
    for (let start = 0; start < todo.length; start += MOST_WRITES_A_LOOK) {
      const looked = start === 0 ? first : await this.#look()
      if ('failed' in looked) return this.#takeBack(looked.failed)
      const some = todo.slice(start, start + MOST_WRITES_A_LOOK)
      failures.push(...(await this.#writeAll(some, looked.seen)))
      if (failures.length > 0 && this.#step.drift === 'stops') return this.#takeBack(failures.join('; '))
    }
    return failures.length > 0 ? { failed: failures.join('; ') } : this.#readBack()
  }

  /** All routes as they are; a failure when somebody else has changed one, and that matters. */
  async #look(): Promise<{ seen: ReadonlyMap<string, Route> } | { failed: string }> {
    const { clock } = this.#run.ports
    const startedAt = clock.now()
    while (true) {
      const seen = await readRoutes(this.#run)
      const drift = this.#step.drift === 'stays' ? [] : this.#driftIn(seen)
      if (drift.length === 0) return { seen }
      // An old read may follow a new one; later, it is somebody else's doing.
      if (clock.now() - startedAt >= STALE_MS)
        return { failed: `somebody else has changed the routes: ${drift.join('; ')}` }
      await clock.sleep(LOOK_EVERY_MS, this.#run.signal)
    }
  }

  #driftIn(seen: ReadonlyMap<string, Route>): string[] {
    const { routes, pair } = this.#step
    const own = new Set(routes.map(({ arn }) => arn))
    const changed = routes.flatMap(({ arn }) => {
      const expected = this.#run.routes.get(arn)
      const now = seen.get(arn)
      if (expected === undefined) return []
      if (now === undefined) return [`${expected.name} is gone`]
      // A read may be older than what this very step has changed.
      const before = this.#before.get(arn)
      return before !== undefined && sameActions(before, now) ? [] : difference(expected, now) || []
    })
    const fresh = [...seen.values()].filter(
      (route) =>
        !own.has(route.arn) &&
        !this.#run.routes.has(route.arn) &&
        (isAttached(route, pair.blue) || isAttached(route, pair.green)),
    )
    return [
      ...changed,
      ...fresh.map((route) => `${route.name} is new, and forwards to ${weightsText(route)}`),
    ]
  }

  /** On the way back a read may be as old as the weights that are wanted: what we have changed is written all the same. */
  #mustChange(route: RouteWeights, seen: ReadonlyMap<string, Route>): boolean {
    const now = seen.get(route.arn)
    if (now === undefined) return false
    if (this.#step.drift === 'stays' && this.#run.changedRoutes.has(route.arn)) return true
    return !sameActions(now, this.#as(route, now))
  }

  #as({ blue, green }: RouteWeights, now: Route): Route {
    const { pair, stickiness } = this.#step
    const weights = [
      { arn: pair.blue, weight: blue },
      { arn: pair.green, weight: green },
    ]
    return withWeights(now, { weights, stickiness })
  }

  async #writeAll(some: readonly RouteWeights[], seen: ReadonlyMap<string, Route>): Promise<string[]> {
    const results = await Promise.all(
      some.map(async (route) => {
        const now = seen.get(route.arn)
        if (now === undefined) return []
        return this.#write(now, this.#as(route, now))
      }),
    )
    return results.flat()
  }

  async #write(now: Route, wanted: Route): Promise<string[]> {
    const { pacer, signal, changedRoutes, emit, routes } = this.#run
    try {
      await pacer.turn(signal)
      this.#before.set(now.arn, this.#before.get(now.arn) ?? now)
      changedRoutes.add(wanted.arn)
      const answer = await this.#modify(wanted)
      const unlike = difference(wanted, answer)
      if (unlike !== '') return [`the load balancer did not take a change as it was meant: ${unlike}`]
      routes.set(wanted.arn, answer)
      this.#wanted.set(wanted.arn, wanted)
      emit({ type: 'route-changed', route: wanted.name, weights: weightsText(wanted) })
      return []
    } catch (error) {
      if (signal.aborted || error instanceof Ousted) throw error
      if (error instanceof ApiError && error.failure !== 'transient') this.#before.delete(now.arn)
      return [`${now.name} could not be changed: ${messageOf(error)}`]
    }
  }

  #modify(route: Route): Promise<Route> {
    const { patience, signal, ports, journal } = this.#run
    return persist(() => ports.routing.modifyRoute(route, signal), {
      ...patience,
      signal,
      beforeAgain: () => journal.confirm(signal),
    })
  }

  /** All routes or none: those that were changed already become again what they were. */
  async #takeBack(failed: string): Promise<StepResult> {
    const before = [...this.#before.values()]
    const failures = (await Promise.all(before.map((route) => this.#write(route, route)))).flat()
    if (before.length === 0) return { failed }
    const back =
      failures.length === 0 ? 'as before again' : `not all as before again (${failures.join('; ')})`
    return { failed: `${failed}; the ${plural(before.length, 'route')} touched by then: ${back}` }
  }

  /** Each route must show what it was given. */
  async #readBack(): Promise<StepResult> {
    const { clock } = this.#run.ports
    const startedAt = clock.now()
    while (true) {
      const seen = await readRoutes(this.#run)
      const unlike = [...this.#wanted.values()].flatMap((wanted) => {
        const now = seen.get(wanted.arn)
        return now === undefined ? [`${wanted.name} is gone`] : difference(wanted, now) || []
      })
      if (unlike.length === 0) return undefined
      if (clock.now() - startedAt >= SHOWN_WITHIN_MS) {
        return { failed: `after the change the routes are not as they were set: ${unlike.join('; ')}` }
      }
      await clock.sleep(LOOK_EVERY_MS, this.#run.signal)
    }
  }
}
