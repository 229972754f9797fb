import type { HealthByGroup, Server } from '../domain/fleet.ts'
import { healthOf, isDraining, isGone, isServerHealthy, isTerminated, whyUnhealthy } from '../domain/fleet.ts'
import { duration, idList } from '../domain/wording.ts'
import { worstCaseMs } from '../domain/worst-case.ts'
import { putBack } from './registration.ts'
import type { Handler, Run, StepResult } from './run.ts'
import { failServer, serversIn } from './run.ts'
import type { Sight } from './wait.ts'
import { watch } from './wait.ts'

/** Reads lag behind writes: a server that seems to be missing is registered again only after this long. */
const MISSING_FOR_MS = 5_000
/** How long each second counts after a server was registered that was still draining: it may begin again at once. */
const MAY_RETURN_FOR_MS = 15_000

/** Waits until every server is registered and healthy, and has stayed healthy for long enough to count. */
export const awaitHealthy: Handler<'await-healthy'> = async (run, step) => {
  const servers = serversIn(run, step.servers).filter(({ id }) => !run.progress.of(id).inDoubt)
  // It may be the first step for a long time: after a bake, say, of servers that have just appeared.
  await run.journal.extend(worstCaseMs([step], run.fleet), run.signal)
  const wait = new HealthWait(run, servers, step)
  return watch(run, (health, now) => wait.judge(health, now), {
    limitMs: step.withinMs + step.forMs,
  })
}

class HealthWait {
  readonly #run: Run
  readonly #forMs: number
  readonly #withinMs: number
  readonly #checkMs: number
  readonly #open: Map<string, Server>
  /** Since when it is registered and no longer draining: the time limit counts from then. */
  readonly #inSince = new Map<string, number>()
  readonly #healthySince = new Map<string, number>()
  readonly #askedAt = new Map<string, number>()
  /** Until when it can only drain, if the load balancer has not let it begin again at once. */
  readonly #drainsUntil = new Map<string, number>()
  readonly #startedAt: number

  constructor(run: Run, servers: readonly Server[], step: { forMs: number; withinMs: number }) {
    this.#run = run
    this.#forMs = step.forMs
    this.#withinMs = step.withinMs
    this.#checkMs = Math.max(
      ...run.fleet.groups.map((group) => group.healthCheckIntervalMs + group.healthCheckTimeoutMs),
    )
    this.#open = new Map(servers.map((server) => [server.id, server]))
    this.#startedAt = run.ports.clock.now()
    for (const id of this.#open.keys()) {
      this.#inSince.set(id, run.ports.clock.now())
      this.#askedAt.set(id, run.ports.clock.now())
    }
  }

  async judge(health: HealthByGroup, now: number): Promise<Sight<StepResult>> {
    for (const server of this.#open.values()) this.#noteTerminated(server, health)
    await this.#registerMissing(health, now)
    // What is not accepted any more never becomes healthy.
    const { failures, progress } = this.#run
    for (const id of this.#open.keys())
      if (failures.has(id) || progress.of(id).vanished === true) this.#open.delete(id)
    for (const server of this.#open.values()) this.#note(server, health, now)
    if (this.#open.size === 0) return { done: undefined }
    return { text: this.#text(), earliest: this.#earliest(now), windowMs: this.#checkMs }
  }

  /** One that had to finish draining first, or was taken out by somebody else, is put in again. */
  async #registerMissing(health: HealthByGroup, now: number): Promise<void> {
    const missing: string[] = []
    this.#drainsUntil.clear()
    for (const [id, server] of this.#open) {
      const seen = server.registrations.map((registration) => healthOf(registration, health))
      if (seen.some((entry) => entry !== undefined && isDraining(entry))) {
        this.#inSince.set(id, now)
        this.#askedAt.set(id, Number.NEGATIVE_INFINITY)
        this.#drainsUntil.set(id, this.#endOfDrain(id, now))
      } else if (seen.some(isGone)) {
        this.#inSince.set(id, now)
        if (now - (this.#askedAt.get(id) ?? 0) >= MISSING_FOR_MS) missing.push(id)
      }
    }
    if (missing.length === 0) return
    await putBack(this.#run, missing)
    for (const id of missing) this.#askedAt.set(id, now)
  }

  /** Now, where it is not known, and as long as it may come back at any moment. */
  #endOfDrain(id: string, now: number): number {
    const leftAt = this.#run.leftAt.get(id)
    const mayReturn = now < this.#startedAt + MAY_RETURN_FOR_MS
    const delayMs = Math.max(...this.#run.fleet.groups.map((group) => group.deregistrationDelayMs))
    return leftAt === undefined || mayReturn ? now : Math.max(now, leftAt + delayMs)
  }

  #noteTerminated({ id, registrations }: Server, health: HealthByGroup): void {
    if (!registrations.some((registration) => isTerminated(healthOf(registration, health)))) return
    failServer(this.#run, id, 'the instance was terminated')
  }

  #note(server: Server, health: HealthByGroup, now: number): void {
    if (isServerHealthy(server, health)) {
      this.#noteHealthy(server, now)
      return
    }
    this.#healthySince.delete(server.id)
    const waitedMs = now - (this.#inSince.get(server.id) ?? now)
    if (waitedMs >= this.#withinMs) this.#giveUp(server, whyUnhealthy(server, health))
  }

  #noteHealthy({ id }: Server, now: number): void {
    const since = this.#healthySince.get(id)
    if (since === undefined) {
      this.#healthySince.set(id, now)
      this.#run.emit({ type: 'healthy', server: id })
    }
    if (now - (since ?? now) < this.#forMs) return
    this.#open.delete(id)
    this.#run.wasHealthy.add(id)
    this.#run.emit({ type: 'in-service', server: id })
  }

  #giveUp(server: Server, why: string): void {
    this.#open.delete(server.id)
    const reason = `not healthy within ${duration(this.#withinMs)}: ${why}`
    if (this.#run.wasHealthy.has(server.id)) failServer(this.#run, server.id, reason)
    else this.#run.emit({ type: 'server-still-unhealthy', server: server.id, reason })
  }

  #earliest(now: number): number {
    const ends = [...this.#open.keys()].map((id) => {
      const since = this.#healthySince.get(id)
      if (since !== undefined) return since + this.#forMs
      return this.#drainsUntil.get(id) ?? this.#inSince.get(id) ?? now
    })
    const starting = ends.filter((end) => end <= now)
    return starting.length > 0 ? Math.max(...starting) : Math.min(...ends)
  }

  #text(): string {
    const holding = [...this.#healthySince.keys()].filter((id) => this.#open.has(id))
    const unhealthy = [...this.#open.keys()].filter((id) => !this.#healthySince.has(id))
    const draining = unhealthy.filter((id) => this.#drainsUntil.has(id))
    if (draining.length > 0) return `${idList(draining)} to finish draining, and to be registered again`
    if (unhealthy.length > 0) return `${idList(unhealthy)} to become healthy`
    return `${idList(holding)} to stay healthy for ${duration(this.#forMs)}`
  }
}
