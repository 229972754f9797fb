import type { Suspension } from '../domain/auto-scaling.ts'
import type { Happening } from '../domain/events.ts'
import type { Asker } from '../domain/holder.ts'
import { whyEnded } from '../domain/holder.ts'
import type { Entries, JournalStore, Ledger, OutList, Owner } from '../domain/journal.ts'
import { ledgerOf, unfinishedIn } from '../domain/journal.ts'
import type { Clock, Journal, JournalEntry } from '../domain/ports.ts'
import type { Ending } from '../domain/strategy.ts'
import { Fence, Ousted } from './fence.ts'
import { Outstanding } from './outstanding.ts'
import type { Patience } from './persist.ts'
import { persistentStore } from './persist.ts'

export interface TenureOptions {
  readonly store: JournalStore
  readonly clock: Clock
  readonly groupArns: readonly string[]
  readonly rolloutId: string
  readonly asker: Asker
  readonly patience: Patience
  readonly emit: (event: Happening) => void
}

/** The time during which this process is the one that may change things, and what it writes down meanwhile. */
export class Tenure implements Journal {
  readonly #options: TenureOptions
  readonly #fence: Fence
  readonly #outstanding: Outstanding
  #unfinished: OutList | undefined
  #found: { readonly sequence: number | undefined; readonly last: string | undefined } = {
    sequence: undefined,
    last: undefined,
  }
  #ledgers: ReadonlyMap<string, Ledger> = new Map()
  #ledgersFound: ReadonlyMap<string, Ledger> = new Map()
  /** As it was at the claim; a different one later means that somebody has been here. */
  #lastBefore: string | undefined
  #hasTouched = false

  constructor(options: TenureOptions) {
    this.#options = options
    this.#outstanding = new Outstanding(options.groupArns)
    this.#fence = new Fence({
      ...options,
      store: persistentStore(options.store, options.patience),
      remember: (entries) => this.#remember(entries),
    })
  }

  get rolloutId(): string {
    return this.#options.rolloutId
  }

  /** The rollout that was found unfinished; none: this one. */
  get unfinishedId(): string {
    return this.#unfinished?.rolloutId ?? this.#options.rolloutId
  }

  /** As they are written now, by ARN of the group. */
  get ledgers(): ReadonlyMap<string, Ledger> {
    return this.#ledgers
  }

  /** As they were found at the claim. */
  get ledgersFound(): ReadonlyMap<string, Ledger> {
    return this.#ledgersFound
  }

  /** Answers who is in the way; nobody: it is ours. `holdForMs`: how long until our next entry, at the longest. */
  claim(holdForMs: number, signal: AbortSignal): Promise<Owner | undefined> {
    return this.#fence.claim(holdForMs, signal)
  }

  /** Something of ours may be written. */
  get isHeld(): boolean {
    return this.#fence.isHeld
  }

  /** Whether somebody has written since these entries were read. */
  foundOtherThan({ out, ledgers }: Entries): boolean {
    const { sequence, last } = this.#found
    return out?.sequence !== sequence || ledgerOf({ ledgers }).last?.rolloutId !== last
  }

  /** What was left unfinished, as it was found at the claim. */
  unfinished(): OutList | undefined {
    return this.#unfinished
  }

  confirm(signal: AbortSignal): Promise<void> {
    return this.#fence.confirm((entries) => this.#reclaim(entries, signal), signal)
  }

  async recordOut(entry: JournalEntry, signal: AbortSignal): Promise<void> {
    const { holdForMs, servers, touches: _, ...about } = entry
    const out = this.#outstanding.add(servers, { ...about, rolloutId: this.rolloutId })
    const ledgers = this.#hasTouched ? {} : { ledgers: this.#ledgersWhileTouching(entry) }
    this.#hasTouched = true
    await this.#fence.write({ owner: this.#fence.renewed(holdForMs), out, ...ledgers }, signal)
  }

  /** The weights are as before: nothing is left of the shift that somebody has begun. */
  async forgetShift(signal: AbortSignal): Promise<void> {
    await this.confirm(signal)
    this.#outstanding.drop(() => true)
    await this.#replaceList(this.#outstanding.renew(), signal)
  }

  /** Processes that are to be resumed, by whomever they were suspended. */
  get suspended(): readonly Suspension[] {
    return this.#outstanding.suspended
  }

  /** Servers that belong to groups of Auto Scaling. */
  know(members: Iterable<string>): void {
    this.#outstanding.know(members)
  }

  async recordSuspended(
    entry: JournalEntry,
    suspended: readonly Suspension[],
    signal: AbortSignal,
  ): Promise<void> {
    const { holdForMs, servers: _, touches: __, ...about } = entry
    const out = this.#outstanding.suspend(suspended, { ...about, rolloutId: this.rolloutId })
    await this.#fence.write({ owner: this.#fence.renewed(holdForMs), out }, signal)
  }

  /** Written after all of them have been resumed. */
  async recordResumed(signal: AbortSignal): Promise<void> {
    if (this.suspended.length > 0) await this.#replaceList(this.#outstanding.resume(), signal)
  }

  /** What was to begin has not: only what was found before is written. */
  retract(signal: AbortSignal): Promise<void> {
    return this.#replaceList(this.#outstanding.retract(), signal)
  }

  #replaceList(out: OutList | undefined, signal: AbortSignal): Promise<void> {
    return out === undefined ? this.#fence.remove({ out: true }, signal) : this.#fence.write({ out }, signal)
  }

  async extend(holdForMs: number, signal: AbortSignal): Promise<void> {
    const due = this.#fence.due ?? Number.POSITIVE_INFINITY
    if (due - this.#options.clock.now() >= holdForMs) return
    await this.confirm(signal)
    await this.#fence.write({ owner: this.#fence.renewed(holdForMs) }, signal)
  }

  async recordIn(servers: readonly string[], signal: AbortSignal): Promise<void> {
    if (!this.#outstanding.drop((id) => servers.includes(id))) return
    // Minutes have passed: the list that is there now may be somebody else's.
    await this.confirm(signal)
    await this.#replaceList(this.#outstanding.renew(), signal)
  }

  /** Ends the tenure: what is still out stays written down, everything else of ours but the ledger goes. */
  async close(ending: Ending, signal: AbortSignal): Promise<void> {
    const hadList = this.#outstanding.list !== undefined
    const out = this.#listAfter(ending)
    await this.#fence.write({ ledgers: ending.ledgers, ...(out === undefined ? {} : { out }) }, signal)
    await this.#fence.end(hadList && out === undefined ? { out: true } : {}, signal)
  }

  #listAfter({ out, inDoubt, shift }: Ending): OutList | undefined {
    if (shift === 'as-it-is') return this.#outstanding.list
    if (shift !== undefined) return this.#outstanding.settle(shift)
    this.#outstanding.drop((id) => !out.includes(id))
    return this.#outstanding.renew(inDoubt)
  }

  /** Leaves what is written about servers to the next one who comes. */
  release(signal: AbortSignal): Promise<void> {
    return this.#fence.release(signal)
  }

  /** Infrastructure code may have removed our tags; but one who has overslept, or whose rollout others have ended, stops. */
  async #reclaim(entries: Entries, signal: AbortSignal): Promise<void> {
    const { clock, rolloutId, emit } = this.#options
    const due = this.#fence.due ?? 0
    const why = whyEnded(ledgerOf(entries), {
      rolloutId,
      lastBefore: this.#lastBefore,
      due,
      now: clock.now(),
    })
    if (why !== undefined) throw new Ousted(why)
    emit({
      type: 'warned',
      text: 'the tags of this rollout have been removed (by infrastructure code?); they are written again',
    })
    const ledgers = this.#hasTouched ? { ledgers: this.#ledgers } : {}
    const { list: out } = this.#outstanding
    await this.#fence.rewrite({ ...(out === undefined ? {} : { out }), ...ledgers }, signal)
  }

  #remember({ out, ...entries }: Entries): void {
    this.#ledgers = new Map(this.#options.groupArns.map((arn) => [arn, entries.ledgers.get(arn) ?? {}]))
    this.#ledgersFound = this.#ledgers
    this.#lastBefore = ledgerOf(entries).last?.rolloutId
    this.#found = { sequence: out?.sequence, last: this.#lastBefore }
    this.#unfinished = unfinishedIn(out === undefined ? {} : { out })
    this.#outstanding.restore(out)
  }

  /** Before a server is touched: a run that dies must not leave a version that is no longer true. */
  #ledgersWhileTouching(entry: JournalEntry): ReadonlyMap<string, Ledger> {
    const { direction, version, previousVersion, touches, shift } = entry
    // A rollback that dies is to be finished, not undone.
    const before = direction === 'rollback' ? version || undefined : previousVersion
    const last = { rolloutId: this.#options.rolloutId }
    this.#ledgers = new Map(
      [...this.#ledgers].map(([arn, { holds: written, ...rest }]) => {
        // It carries the traffic, and nothing is done to it.
        const isLive = arn === shift?.blue && direction === 'forward'
        const holds = (isLive ? previousVersion : undefined) ?? written
        const known = holds === undefined || touches.includes(arn) ? {} : { holds }
        return [arn, { ...rest, ...known, ...(before === undefined ? {} : { before }), last }]
      }),
    )
    return this.#ledgers
  }
}
