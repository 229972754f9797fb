import type { GateScope } from '../domain/plan.ts'
import type { Gate, Verdict } from '../domain/ports.ts'
import { FAILS_NEEDED } from './check.ts'
import type { Run } from './run.ts'
import { serversIn } from './run.ts'

interface Case {
  readonly servers: readonly string[]
  readonly version: string
  readonly scopes: readonly GateScope[]
  /** What the service answers before says nothing about the traffic as it is now. */
  readonly relyFrom: number
}

interface Seat {
  readonly gate: Gate
  readonly subject: Parameters<Gate['check']>[0]
  fails: number
  last?: Verdict
}

/** A server that is not healthy gets no traffic, and need not pass. */
const isSitting =
  ({ unready }: Run) =>
  ({ subject: { server } }: Seat): boolean =>
    server === undefined || !unready.has(server.id)

/** Gates that are asked again and again while the traffic stays where it is; one alone is enough to stop it. */
export class Jury {
  readonly #run: Run
  readonly #relyFrom: number
  readonly #seats: readonly Seat[]

  constructor(run: Run, { servers, version, scopes, relyFrom }: Case) {
    this.#run = run
    this.#relyFrom = relyFrom
    const asked = serversIn(run, servers)
    this.#seats = run.ports.gates
      .filter(({ scope }) => scopes.includes(scope))
      .flatMap((gate) =>
        gate.scope === 'service'
          ? [{ gate, subject: { version }, fails: 0 }]
          : asked.map((server) => ({ gate, subject: { version, server }, fails: 0 })),
      )
  }

  get size(): number {
    return this.#seats.length
  }

  /** All have been asked, and nobody is about to object: one that has said no once or twice is asked again. */
  get isOfOneMind(): boolean {
    return this.#seats
      .filter(isSitting(this.#run))
      .every(({ fails, last }) => last !== undefined && fails === 0)
  }

  /** Answers the objection that stops it, if there is one. */
  async ask(): Promise<string | undefined> {
    const isEarly = this.#run.ports.clock.now() < this.#relyFrom
    const asked = this.#seats
      .filter(isSitting(this.#run))
      .filter(({ gate }) => gate.scope === 'server' || !isEarly)
    const objections = await Promise.all(asked.map((seat) => this.#askOne(seat)))
    return objections.find((objection) => objection !== undefined)
  }

  /** What each of them has said last. */
  tell(): void {
    for (const seat of this.#seats) {
      if (seat.last !== undefined) this.#judged(seat, seat.last)
    }
  }

  async #askOne(seat: Seat): Promise<string | undefined> {
    const verdict = await seat.gate.check(seat.subject, this.#run.signal)
    seat.last = verdict
    seat.fails = verdict.verdict === 'fail' ? seat.fails + 1 : 0
    if (seat.fails < FAILS_NEEDED) return undefined
    this.#judged(seat, verdict)
    const { server } = seat.subject
    return `${seat.gate.name} failed${server === undefined ? '' : ` for ${server.id}`}: ${verdict.evidence}`
  }

  #judged({ gate, subject: { server } }: Seat, verdict: Verdict): void {
    this.#run.emit({
      type: 'judged',
      gate: gate.name,
      scope: gate.scope,
      ...(server === undefined ? {} : { server: server.id }),
      ...verdict,
    })
  }
}
