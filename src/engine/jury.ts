import type { GateScope, JudgeScope } from '../domain/plan.ts'
import type { Gate, TrafficGate, Verdict } from '../domain/ports.ts'
import type { Pair } from '../domain/routing.ts'
import type { Share } from '../domain/traffic.ts'
import { showShare } from '../domain/traffic.ts'
import { FAILS_NEEDED } from './check.ts'
import type { Run, StepResult } from './run.ts'
import { serversIn } from './run.ts'
import { noteVanished } from './vanished.ts'

interface Case {
  readonly servers: readonly string[]
  readonly version: string
  readonly scopes: readonly GateScope[]
  readonly traffic?: { readonly pair: Pair; readonly share: Share }
  /** What the service answers, and what is measured, before says nothing about the traffic as it is now. */
  readonly relyFrom: number
  /** How long they are asked from then on, at least. */
  readonly askedForMs: number
}

/** What is measured comes a minute at a time. */
const MEASURED_EVERY_MS = 15_000

/** Somebody who is asked again and again. */
interface Seat {
  readonly name: string
  readonly scope: JudgeScope
  readonly server?: string
  /** A server that has just started may answer wrongly for a moment; what is measured is beyond doubt. */
  readonly failsNeeded: number
  readonly everyMs: number
  /** What it has the time to judge: never to have done so is worth a warning. */
  readonly toJudge: string | undefined
  hasJudged?: boolean
  ask(): Promise<Verdict>
  fails: number
  askedAt: number
  last?: Verdict
}

export type Objection = Extract<StepResult, { failed: string }>

/** Gates that are asked again and again while the traffic stays where it is; one alone is enough to stop it. */
export class Jury {
  readonly #run: Run
  readonly #case: Case
  readonly #seats: readonly Seat[]

  constructor(run: Run, given: Case) {
    this.#run = run
    this.#case = given
    const { gates, trafficGates } = run.ports
    this.#seats = [
      ...gates.filter(({ scope }) => given.scopes.includes(scope)).flatMap((gate) => this.#seatsFor(gate)),
      ...(given.traffic === undefined ? [] : trafficGates.map(this.#seatOf(given.traffic))),
    ]
  }

  /** Of those who are asked in every round. */
  get size(): number {
    return this.#seats.filter(({ everyMs }) => everyMs === 0).length
  }

  get isEmpty(): boolean {
    return this.#seats.length === 0
  }

  /** All have been asked, and nobody is about to object: one that has said no once or twice is asked again. */
  get isOfOneMind(): boolean {
    return this.#sitting().every(({ fails, last }) => last !== undefined && fails === 0)
  }

  /** Answers the objection that stops it, if there is one. */
  async ask(): Promise<Objection | undefined> {
    const now = this.#run.ports.clock.now()
    const asked = this.#sitting().filter(
      ({ scope, everyMs, askedAt }) =>
        (scope === 'server' || now >= this.#case.relyFrom) && now - askedAt >= everyMs,
    )
    const objections = await Promise.all(asked.map((seat) => this.#askOne(seat, now)))
    return objections.find((objection) => objection !== undefined)
  }

  /** What each of them has said last. */
  tell(): void {
    for (const seat of this.#seats) {
      if (seat.last !== undefined) this.#judged(seat, seat.last)
      if (seat.hasJudged !== true) this.#warn(seat)
    }
  }

  /** A server that is not healthy, has failed as some may, or is gone, gets no traffic and need not pass. */
  #sitting(): Seat[] {
    const { unready, failures, progress } = this.#run
    const isOut = (server: string) =>
      unready.has(server) || failures.has(server) || progress.of(server).vanished === true
    return this.#seats.filter(({ server }) => server === undefined || !isOut(server))
  }

  #seatsFor(gate: Gate): Seat[] {
    const { version, servers } = this.#case
    const seat = {
      name: gate.name,
      scope: gate.scope,
      failsNeeded: FAILS_NEEDED,
      everyMs: 0,
      toJudge: undefined,
      fails: 0,
      askedAt: 0,
    }
    if (gate.scope === 'service') return [{ ...seat, ask: () => gate.check({ version }, this.#run.signal) }]
    return serversIn(this.#run, servers).map((server) => ({
      ...seat,
      server: server.id,
      ask: () => gate.check({ version, server }, this.#run.signal),
    }))
  }

  #seatOf({ pair, share }: NonNullable<Case['traffic']>): (gate: TrafficGate) => Seat {
    const { relyFrom: since, askedForMs } = this.#case
    const seat = { failsNeeded: 1, everyMs: MEASURED_EVERY_MS, fails: 0, askedAt: 0 }
    return (gate) => {
      const ask = () =>
        gate.judge({ ...pair, share, since, now: this.#run.ports.clock.now() }, this.#run.signal)
      const toJudge = askedForMs >= gate.leastHoldMs ? `${showShare(share)} of the traffic` : undefined
      return { ...seat, name: gate.name, scope: 'traffic', toJudge, ask }
    }
  }

  async #askOne(seat: Seat, now: number): Promise<Objection | undefined> {
    seat.askedAt = now
    const verdict = await seat.ask()
    seat.last = verdict
    if (verdict.verdict !== 'unknown') seat.hasJudged = true
    seat.fails = verdict.verdict === 'fail' ? seat.fails + 1 : 0
    if (seat.fails < seat.failsNeeded || (await this.#isGone(seat))) return undefined
    this.#judged(seat, verdict)
    const whose = seat.server === undefined ? '' : ` for ${seat.server}`
    const failed = `${seat.name} failed${whose}: ${verdict.evidence}`
    return seat.scope === 'service' ? { failed, byService: true } : { failed }
  }

  /** What does not answer any more may have been terminated, before the load balancer shows it. */
  async #isGone({ server }: Seat): Promise<boolean> {
    if (server === undefined) return false
    await noteVanished(this.#run, [server])
    return this.#run.progress.of(server).vanished === true
  }

  #warn({ name, toJudge, last }: Seat): void {
    if (toJudge === undefined || last === undefined) return
    this.#run.emit({ type: 'warned', text: `${name} never judged ${toJudge}: ${last.evidence}` })
  }

  #judged({ name, scope, server }: Seat, verdict: Verdict): void {
    this.#run.emit({
      type: 'judged',
      gate: name,
      scope,
      ...(server === undefined ? {} : { server }),
      ...verdict,
    })
  }
}
