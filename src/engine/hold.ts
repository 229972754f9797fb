import type { HealthByGroup, Server } from '../domain/fleet.ts'
import { isServerHealthy, whyUnhealthy } from '../domain/fleet.ts'
import type { Vigilance } from '../domain/plan.ts'
import { isEnough, readinessOf, tooFew } from '../domain/readiness.ts'
import { nameOfGroup } from '../domain/routing.ts'
import { duration, plural } from '../domain/wording.ts'
import { lookForDrift } from './drift.ts'
import { Jury, type Objection } from './jury.ts'
import { healthOfGroups } from './observe.ts'
import type { Handler, Run, StepResult } from './run.ts'
import { serversIn } from './run.ts'
import { noteVanished } from './vanished.ts'
import { reminder } from './wait.ts'

const LOOK_EVERY_MS = 5_000
const SLOWEST_ROUND_MS = 10_000
const ASKED_A_SECOND = 10

/** Lets time pass; meanwhile the groups must stay healthy, and the gates must not object. */
export const hold: Handler<'hold'> = async (run, step) => {
  const { clock } = run.ports
  await run.journal.extend(run.phaseWithinMs, run.signal)
  const startedAt = clock.now()
  const until = startedAt + step.forMs
  const remind = reminder(run, { startedAt, limitMs: step.forMs })
  const vigil = step.watch === undefined ? undefined : new Vigil(run, { ...step.watch, forMs: step.forMs })
  while (true) {
    const objection = await vigil?.look()
    if (objection !== undefined) return objection
    const left = until - clock.now()
    if (left <= 0 && (vigil === undefined || vigil.isOfOneMind)) return vigil?.end()
    remind(
      vigil === undefined
        ? 'the change to reach all of the load balancer'
        : `${duration(step.forMs)} without an objection`,
    )
    await clock.sleep(left <= 0 ? 1_000 : Math.min(left, vigil?.pauseMs ?? left), run.signal)
  }
}

type Watch = Vigilance & { readonly forMs: number }

/** Looks at the health every few seconds, and asks the gates in rounds. */
class Vigil {
  readonly pauseMs: number
  readonly #run: Run
  readonly #watch: Watch
  readonly #jury: Jury
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(run: Run, watch: Watch) {
    this.#run = run
    this.#watch = watch
    const relyFrom = run.ports.clock.now() + watch.settleMs
    this.#jury = new Jury(run, { ...watch, relyFrom, askedForMs: watch.forMs - watch.settleMs })
    const roundMs = Math.min(SLOWEST_ROUND_MS, (1_000 * this.#jury.size) / ASKED_A_SECOND)
    this.pauseMs = this.#jury.isEmpty ? LOOK_EVERY_MS : Math.max(1_000, roundMs)
  }

  get isOfOneMind(): boolean {
    return this.#jury.isOfOneMind
  }

  async look(): Promise<Objection | undefined> {
    const [failed, objection] = await Promise.all([this.#lookAtHealth(), this.#jury.ask()])
    return failed === undefined ? objection : { failed }
  }

  /** A last look at the routes: somebody else may have changed them since they were set. */
  async end(): Promise<StepResult> {
    this.#jury.tell()
    const { plan } = this.#run
    if (plan.shift === undefined) return undefined
    const arns = plan.shift.routes.map(({ arn }) => arn)
    const { drift } = await lookForDrift(this.#run, { arns, pair: plan.shift })
    return drift === undefined ? undefined : { failed: `somebody else has changed the routes: ${drift}` }
  }

  async #lookAtHealth(): Promise<string | undefined> {
    const { clock, loadBalancer } = this.#run.ports
    if (clock.now() - this.#lookedAt < LOOK_EVERY_MS) return undefined
    this.#lookedAt = clock.now()
    const { groups: watched, mayFallIll } = this.#watch
    const isWatched = (arn: string) => mayFallIll !== undefined || watched.some((group) => group.arn === arn)
    const groups = this.#run.groups.filter(({ arn }) => isWatched(arn))
    const health = await healthOfGroups(loadBalancer, groups, this.#run.signal)
    return mayFallIll === undefined ? this.#judgeGroups(health) : this.#judgeServers(health, mayFallIll)
  }

  #judgeGroups(health: HealthByGroup): string | undefined {
    const { groups: watched } = this.#watch
    const seen = watched.map((group) => ({ ...group, readiness: readinessOf(group.arn, health) }))
    this.#run.unready = new Set(seen.flatMap(({ readiness }) => [...readiness.unready.keys()]))
    const poor = seen.find(({ readiness, least, zones }) => !isEnough(readiness, { least, zones }))
    return poor && tooFew({ ...poor, zones: poor.zones, name: nameOfGroup(poor.arn) })
  }

  /** More that are ill than may be are looked at twice: those that are gone are not ill. */
  async #judgeServers(health: HealthByGroup, mayFallIll: number): Promise<string | undefined> {
    let ill = this.#ill(health)
    if (ill.length > mayFallIll) {
      const ids = ill.map(({ id }) => id)
      await noteVanished(this.#run, ids)
      ill = this.#ill(health)
    }
    this.#run.unready = new Set(ill.map(({ id }) => id))
    const [first, ...others] = ill
    if (first === undefined || ill.length <= mayFallIll) return undefined
    const more = others.length === 0 ? '' : ` (and ${plural(others.length, 'other server')})`
    return `${first.id} fell ill: ${whyUnhealthy(first, health)}${more}`
  }

  #ill(health: HealthByGroup): Server[] {
    const { progress } = this.#run
    return serversIn(this.#run, this.#watch.servers).filter(
      (server) => progress.of(server.id).vanished !== true && !isServerHealthy(server, health),
    )
  }
}
