import type { DrainedBy } from '../domain/events.ts'
import type { HealthByGroup, Server } from '../domain/fleet.ts'
import { healthOf, isDraining, isGone } from '../domain/fleet.ts'
import { drainMs, lagMs, longest, longestDrainMs } from '../domain/network.ts'
import { idList } from '../domain/wording.ts'
import { DrainWatch } from './drain-watch.ts'
import { callDeregister } from './registration.ts'
import { belowFloor, isFloorKept } from './reserve.ts'
import type { Handler, Run, StepResult } from './run.ts'
import { serversIn } from './run.ts'
import type { Sight } from './wait.ts'
import { watch } from './wait.ts'

/** How long a target may go on to show as registered after it was taken out: reads lag behind writes. */
const CONFIRM_WITHIN_MS = 30_000
const CALL_AGAIN_AFTER_MS = 10_000
/** The oldest a read may be, with room to spare. */
const STALE_MS = 5_000
/** New requests may still arrive for a moment after a target has left. */
const PROBE_NOT_BEFORE_MS = 10_000

/** Confirms that the servers drain (a wrong port would be answered with success), and waits until they have. */
export const awaitDrained: Handler<'await-drained'> = async (run, step) => {
  const drain = new Drain(run, serversIn(run, step.servers), step.floor)
  try {
    return await watch(run, (health, now) => drain.judge(health, now), { limitMs: drain.delayMs })
  } finally {
    drain.close()
  }
}

class Drain {
  readonly delayMs: number
  /** New connections may reach a server for that long after it has left, whatever its state is. */
  readonly #lagMs: number
  readonly #run: Run
  readonly #servers: readonly Server[]
  readonly #floor: number
  readonly #startedAt: number
  readonly #drained = new Set<string>()
  /** Aborted when all have drained. */
  readonly #all = new AbortController()
  readonly #watch: DrainWatch
  #confirmed = false
  #calledAgain = false

  constructor(run: Run, servers: readonly Server[], floor: number) {
    this.#run = run
    this.#servers = servers
    this.#floor = floor
    this.#startedAt = run.ports.clock.now()
    this.delayMs = longest(run.fleet.groups, drainMs)
    this.#lagMs = lagMs(run.fleet.groups)
    this.#watch = new DrainWatch({
      run,
      notBefore: this.#startedAt + Math.max(PROBE_NOT_BEFORE_MS, this.#lagMs),
      end: this.delayMs + Math.max(...servers.map(({ id }) => run.leftAt.get(id) ?? this.#startedAt)),
      onDrained: (id, by) => this.#note(id, by),
    })
  }

  close(): void {
    this.#watch.close()
  }

  async judge(health: HealthByGroup, now: number): Promise<Sight<StepResult>> {
    const still = this.#servers.filter((server) => isStillIn(server, health))
    if (still.length > 0) return this.#brokenFloor(health) ?? (await this.#stillIn(still, now))
    this.#confirm()
    this.#noteDrained(health, now)
    const waiting = this.#waiting()
    if (waiting.length === 0) return { done: undefined }
    this.#watch.beginWhenDue(waiting, now)
    return this.#brokenFloor(health) ?? this.#unfinished(waiting, now)
  }

  #waiting(): Server[] {
    return this.#servers.filter((server) => !this.#drained.has(server.id))
  }

  async #stillIn(still: readonly Server[], now: number): Promise<Sight<StepResult>> {
    if (!this.#confirmed) return this.#unconfirmed(still, now)
    // An old read may follow a new one; later, it is somebody else's doing.
    if (now - this.#startedAt <= STALE_MS) return { text: 'a newer answer', earliest: now }
    const ids = idList(still.map((server) => server.id))
    return { done: { failed: `${ids}: registered again by somebody else while it drained` } }
  }

  /** Perhaps the read is old; perhaps the call had no effect. */
  async #unconfirmed(still: readonly Server[], now: number): Promise<Sight<StepResult>> {
    const ids = still.map((server) => server.id)
    const elapsed = now - this.#startedAt
    if (elapsed >= CONFIRM_WITHIN_MS) {
      return {
        done: { failed: `${idList(ids)} did not begin to drain, although the load balancer accepted it` },
      }
    }
    if (elapsed >= CALL_AGAIN_AFTER_MS && !this.#calledAgain) {
      this.#calledAgain = true
      await this.#run.journal.confirm(this.#run.signal)
      await callDeregister(this.#run, still)
    }
    return { text: `${idList(ids)} to begin to drain`, earliest: now, windowMs: CONFIRM_WITHIN_MS }
  }

  #confirm(): void {
    if (this.#confirmed) return
    this.#confirmed = true
    this.#run.emit({ type: 'drain-confirmed', servers: this.#servers.map((server) => server.id) })
  }

  #noteDrained(health: HealthByGroup, now: number): void {
    for (const server of this.#waiting()) {
      if (!isOut(server, health) || now < this.#goneNotBefore(server)) continue
      this.#note(server.id, 'load-balancer')
    }
  }

  #note(id: string, by: DrainedBy): void {
    if (this.#drained.has(id)) return
    this.#drained.add(id)
    this.#run.emit({ type: 'drained', server: id, by })
    if (this.#waiting().length === 0) this.#all.abort()
  }

  /** A read that is older than our call may show a server as missing that has just been registered. */
  #goneNotBefore({ id }: Server): number {
    return (this.#run.leftAt.get(id) ?? 0) + Math.max(this.#lagMs, Math.min(this.delayMs, STALE_MS))
  }

  /** Nothing has been changed on these servers yet: if the others die, they are worth more inside. */
  #brokenFloor(health: HealthByGroup): Sight<StepResult> | undefined {
    const facts = { servers: this.#servers, health, floor: this.#floor }
    if (isFloorKept(this.#run, facts)) return undefined
    return {
      done: {
        retreat: `${belowFloor(this.#run, this.#floor)} are healthy, and nothing has been updated yet`,
      },
    }
  }

  #unfinished(waiting: readonly Server[], now: number): Sight<StepResult> {
    const end = this.#startedAt + this.delayMs
    const ids = idList(waiting.map((server) => server.id))
    if (now > this.#startedAt + longest(this.#run.fleet.groups, longestDrainMs))
      return { done: { failed: `${ids} did not finish draining` } }
    const { beginsAt = end } = this.#watch
    return { text: `${ids} to drain`, earliest: Math.min(end, beginsAt), sooner: this.#all.signal }
  }
}

const isStillIn = (server: Server, health: HealthByGroup): boolean =>
  server.registrations.some((registration) => {
    const seen = healthOf(registration, health)
    return seen !== undefined && !isGone(seen) && !isDraining(seen)
  })

const isOut = (server: Server, health: HealthByGroup): boolean =>
  server.registrations.every((registration) => isGone(healthOf(registration, health)))
