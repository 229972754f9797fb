import type { HealthByGroup } from '../domain/fleet.ts'
import { isEnough, lackingZone, readinessOf, tooFew } from '../domain/readiness.ts'
import { nameOfGroup } from '../domain/routing.ts'
import { duration } from '../domain/wording.ts'
import type { Handler, Run, StepResult } from './run.ts'
import type { Sight } from './wait.ts'
import { watch } from './wait.ts'

/** Waits until a group has enough healthy servers, and has had them for long enough. */
export const awaitReady: Handler<'await-ready'> = async (run, step) => {
  const wait = new ReadyWait(run, step)
  return watch(run, (health, now) => wait.judge(health, now), {
    limitMs: step.withinMs + step.forMs,
    groups: run.groups.filter(({ arn }) => arn === step.group),
  })
}

type AwaitReady = Parameters<typeof awaitReady>[1]

class ReadyWait {
  readonly #run: Run
  readonly #step: AwaitReady
  readonly #startedAt: number
  readonly #since = new Map<string, number>()

  constructor(run: Run, step: AwaitReady) {
    this.#run = run
    this.#step = step
    this.#startedAt = run.ports.clock.now()
  }

  judge(health: HealthByGroup, now: number): Sight<StepResult> {
    const { group, least, zones, forMs, withinMs } = this.#step
    const readiness = readinessOf(group, health)
    this.#note(readiness.healthy, now)
    const proven = [...this.#since].filter(([, since]) => now - since >= forMs).map(([id]) => id)
    const name = nameOfGroup(group)
    if (isEnough({ healthy: proven }, { least, zones })) {
      const unready = [...readiness.unready.keys()]
      this.#run.unready = new Set(unready)
      this.#run.emit({ type: 'ready', group: name, servers: proven, least, unready })
      return { done: undefined }
    }
    const elapsed = now - this.#startedAt
    const lacking = lackingZone(zones, readiness.healthy)
    const isLate = elapsed >= (isEnough(readiness, { least, zones }) ? withinMs + forMs : withinMs)
    const found = tooFew({ name, readiness, least, zones })
    if (isLate)
      return { done: { failed: withinMs === 0 ? found : `${found}, for ${duration(withinMs)} now` } }
    return {
      text: `${least} healthy servers in ${name}: ${readiness.healthy.length} now${lacking === undefined ? '' : `; ${lacking}`}`,
      ...this.#times(now),
    }
  }

  #note(healthy: readonly string[], now: number): void {
    for (const id of this.#since.keys()) if (!healthy.includes(id)) this.#since.delete(id)
    for (const id of healthy) if (!this.#since.has(id)) this.#since.set(id, now)
  }

  /** When there are enough: the moment at which the last of them has been healthy for long enough. */
  #times(now: number): { earliest: number; windowMs: number } {
    const { least, forMs } = this.#step
    const ends = [...this.#since.values()].map((since) => since + forMs).sort((a, b) => a - b)
    const checks = this.#run.groups.map((group) => group.healthCheckIntervalMs + group.healthCheckTimeoutMs)
    return { earliest: ends[least - 1] ?? Math.min(now, this.#startedAt), windowMs: Math.max(...checks) }
  }
}
