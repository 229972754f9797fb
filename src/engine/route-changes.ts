import { chunksOf } from '../domain/chunks.ts'
import type { RouteWeights, Step } from '../domain/plan.ts'
import type { Route } from '../domain/routing.ts'
import { difference, forwardOf, isAttached, sameActions, weightOf, withWeights } from '../domain/routing.ts'
import { plural } from '../domain/wording.ts'
import { listed, lookForDrift } from './drift.ts'
import { writeRoute } from './route-write.ts'
import { readRoutes } from './routes.ts'
import type { Run, StepResult } from './run.ts'
import { reminder } from './wait.ts'

type SetWeights = Extract<Step, { kind: 'set-weights' }>

/** Between a look at the routes, and at who may change them, and the writes that rely on it there are never more. */
const MOST_WRITES_A_LOOK = 10
/** How long a route may go on to show what it was before our write. */
const SHOWN_WITHIN_MS = 30_000
const LOOK_EVERY_MS = 1_000
/** The oldest a read may be, with room to spare. */
const STALE_MS = 5_000
/** A call that was cut off can take effect for as long as this. */
const UNANSWERED_FOR_MS = 3_000

type Seen = ReadonlyMap<string, Route>

/** One change of weights, on every route: read, compare, write what differs, read back. */
export class RouteChanges {
  readonly #run: Run
  readonly #step: SetWeights
  readonly #wanted = new Map<string, RouteWeights>()
  /** Routes that this step has changed, or may have, as they were before. */
  readonly #before = new Map<string, Route>()

  /** It could not be done, and all routes are as before again. */
  areTakenBack = false

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
      if (start > 0) await this.#run.journal.confirm(this.#run.signal)
      const looked = start === 0 ? first : await this.#look()
      if ('failed' in looked) return this.#takeBack(looked.failed)
      failures.push(...(await this.#writeAll(todo.slice(start, start + MOST_WRITES_A_LOOK), looked.seen)))
      if (failures.length > 0 && this.#step.drift === 'stops') return this.#takeBack(listed(failures))
    }
    return failures.length > 0 ? { failed: listed(failures) } : this.#readBack()
  }

  /** All routes as they are; a failure when somebody else has changed one, and that matters. */
  async #look(): Promise<{ seen: Seen } | { failed: string }> {
    const { routes, pair, drift: onDrift } = this.#step
    if (onDrift === 'stays') return { seen: await readRoutes(this.#run) }
    const expected = { pair, arns: routes.map(({ arn }) => arn), before: this.#before }
    const { seen, drift } = await lookForDrift(this.#run, expected)
    return drift === undefined ? { seen } : { failed: `somebody else has changed the routes: ${drift}` }
  }

  /** On the way back a read may be as old as the weights that are wanted: what we have just changed is written all the same. */
  #mustChange(route: RouteWeights, seen: Seen): boolean {
    const now = seen.get(route.arn)
    if (now === undefined || forwardOf(now) === undefined) return false
    const isOther = (one: Route) => !sameActions(one, this.#as(route, one))
    const last = this.#run.changedRoutes.get(route.arn)
    if (this.#step.drift === 'stops' || last === undefined) return isOther(now)
    const isRecent = this.#run.ports.clock.now() - last.at < STALE_MS
    return isOther(now) || (isRecent && (last.answer === undefined || isOther(last.answer)))
  }

  #as({ blue, green }: RouteWeights, now: Route): Route {
    const { pair, stickiness } = this.#step
    const weights = [
      { arn: pair.blue, weight: blue },
      { arn: pair.green, weight: green },
    ]
    return withWeights(now, { weights, stickiness })
  }

  async #writeAll(some: readonly RouteWeights[], seen: Seen): Promise<string[]> {
    const { drift } = this.#step
    const results = await Promise.all(
      some.map(async (route) => {
        const now = seen.get(route.arn)
        if (now === undefined) return undefined
        this.#before.set(route.arn, now)
        this.#wanted.set(route.arn, route)
        const failure = await writeRoute(this.#run, { now, drift, wanted: (as) => this.#as(route, as) })
        if (failure?.isRefused === true) this.#before.delete(route.arn)
        return failure?.why
      }),
    )
    return results.filter((failure) => failure !== undefined)
  }

  /** All routes or none: those that were changed already get the weights again that they had, and keep what others did. */
  async #takeBack(failed: string): Promise<StepResult> {
    const changed = [...this.#before.values()]
    this.areTakenBack = changed.length === 0 && this.#run.progress.drift === undefined
    if (changed.length === 0) return { failed }
    const failures: string[] = []
    for (const some of chunksOf(changed, MOST_WRITES_A_LOOK)) {
      await this.#run.journal.confirm(this.#run.signal)
      const seen = await readRoutes(this.#run)
      const results = await Promise.all(some.map((route) => this.#restore(route, seen)))
      failures.push(...results.filter((failure) => failure !== undefined))
    }
    this.areTakenBack = failures.length === 0 && this.#run.progress.drift === undefined
    const back =
      failures.length === 0
        ? 'have the weights from before again'
        : `do not all have the weights from before again (${listed(failures)})`
    return {
      failed: `${failed}; those that were changed by then, ${plural(changed.length, 'route')}, ${back}`,
    }
  }

  async #restore(before: Route, seen: Seen): Promise<string | undefined> {
    const now = seen.get(before.arn)
    if (now === undefined) return undefined
    const { blue, green } = this.#step.pair
    const weights = [blue, green]
      .filter((arn) => isAttached(before, arn) || isAttached(now, arn))
      .map((arn) => ({ arn, weight: weightOf(before, arn) }))
    const wanted = (as: Route) => withWeights(as, { weights, stickiness: 'as-it-is' })
    return (await writeRoute(this.#run, { now, drift: 'stays', wanted }))?.why
  }

  /** Each route must show what it was given; on the way back one that does not is given it again. */
  async #readBack(): Promise<StepResult> {
    const { ports, changedRoutes, signal } = this.#run
    const startedAt = ports.clock.now()
    const isUnanswered = [...changedRoutes.values()].some(({ answer }) => answer === undefined)
    const remind = reminder(this.#run, { startedAt, limitMs: SHOWN_WITHIN_MS })
    const notBefore = isUnanswered && this.#step.drift === 'stays' ? startedAt + UNANSWERED_FOR_MS : startedAt
    while (true) {
      const seen = await readRoutes(this.#run)
      const unlike = this.#unlikeIn(seen)
      const now = ports.clock.now()
      if (unlike.length === 0 && now >= notBefore) return undefined
      if (now - startedAt >= SHOWN_WITHIN_MS) {
        const texts = unlike.map(({ text }) => text)
        return { failed: `after the change the routes are not as they were set: ${listed(texts)}` }
      }
      if (this.#step.drift === 'stays' && unlike.length > 0)
        await this.#writeAll(
          unlike.map(({ route }) => route),
          seen,
        )
      remind(
        `the change to show on ${unlike.length === 0 ? 'every route' : plural(unlike.length, 'more route')}`,
      )
      await ports.clock.sleep(LOOK_EVERY_MS, signal)
    }
  }

  #unlikeIn(seen: Seen): { route: RouteWeights; text: string }[] {
    const { routes, drift } = this.#step
    // On the way back also what needed no change, as far as could be seen.
    const checked = drift === 'stays' ? routes : [...this.#wanted.values()]
    return checked.flatMap((route) => {
      const now = seen.get(route.arn)
      if (now === undefined || forwardOf(now) === undefined) return []
      const text = difference(this.#as(route, now), now)
      return text === '' ? [] : [{ route, text }]
    })
  }
}
