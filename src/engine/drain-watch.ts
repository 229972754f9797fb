import { messageOf } from '../domain/errors.ts'
import type { Server } from '../domain/fleet.ts'
import type { DrainListener, DrainProbe } from '../domain/ports.ts'
import { idList } from '../domain/wording.ts'
import type { Run } from './run.ts'

/** To know of an end this little before the load balancer's own is worth nothing. */
const NOT_WORTH_MS = 10_000

export interface DrainWatchOptions {
  readonly run: Run
  /** New requests may still arrive for a moment after a target has left: before this nothing that is seen counts. */
  readonly notBefore: number
  /** When the load balancer is done with them. */
  readonly end: number
  /** Told of each server once. */
  onDrained(serverId: string, by: DrainProbe['by']): void
}

/** What the drain probe tells of a batch while it drains; nothing, where there is none. */
export class DrainWatch {
  readonly #options: DrainWatchOptions
  readonly #over = new AbortController()
  /** By the reason. */
  readonly #unknown = new Map<string, string[]>()
  #hasBegun = false

  constructor(options: DrainWatchOptions) {
    this.#options = options
  }

  /** When there will be something to do; none: nothing any more. */
  get beginsAt(): number | undefined {
    const { run, notBefore, end } = this.#options
    const isWorthIt = notBefore < end - NOT_WORTH_MS
    return run.ports.drainProbe === undefined || this.#hasBegun || !isWorthIt ? undefined : notBefore
  }

  /** To be called with those that still drain, seen to do so. Begins when it is time, and once. */
  beginWhenDue(servers: readonly Server[], now: number): void {
    const { run, end } = this.#options
    const { drainProbe } = run.ports
    if (drainProbe === undefined || this.beginsAt === undefined || now < this.beginsAt) return
    this.#hasBegun = true
    const { plan, batch, batches } = run
    const { direction, version, leaves } = plan
    const known = leaves === undefined ? {} : { leaves }
    const context = { direction, version, batch, batches, ...known }
    const drain = { servers, context, forMs: end - NOT_WORTH_MS - now }
    const signal = AbortSignal.any([run.signal, this.#over.signal])
    const listener = this.#listener(drainProbe.by, signal)
    const ids = servers.map(({ id }) => id)
    // It is not waited for: what it has begun ends by itself when nobody listens any more.
    void drainProbe
      .watch(drain, listener, signal)
      .catch((error: unknown) => listener.unknown(ids, messageOf(error)))
      .then(() => this.#tellUnknown())
  }

  /** Nobody listens any more. */
  close(): void {
    this.#tellUnknown()
    this.#over.abort(new Error('the drain is over'))
  }

  #listener(by: DrainProbe['by'], signal: AbortSignal): DrainListener {
    return {
      drained: (id) => {
        if (!signal.aborted) this.#options.onDrained(id, by)
      },
      unknown: (ids, reason) => {
        if (!signal.aborted) this.#unknown.set(reason, [...(this.#unknown.get(reason) ?? []), ...ids])
      },
    }
  }

  #tellUnknown(): void {
    for (const [reason, ids] of this.#unknown) {
      const text = `could not see ${idList(ids)} drain (${reason}): the whole deregistration delay is waited for`
      this.#options.run.emit({ type: 'warned', text })
    }
    this.#unknown.clear()
  }
}
