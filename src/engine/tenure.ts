import type { Suspension } from '../domain/auto-scaling.ts'
import { isRefusal } from '../domain/errors.ts'
import type { Happening } from '../domain/events.ts'
import type { Asker } from '../domain/holder.ts'
import { isGone, whyEnded } from '../domain/holder.ts'
import type { Entries, JournalStore, Ledger, OutList, Owner } from '../domain/journal.ts'
import { ledgerOf, unfinishedIn } from '../domain/journal.ts'
import type { Clock, Journal, JournalEntry } from '../domain/ports.ts'
import type { Ending } from '../domain/strategy.ts'
import { Outstanding } from './outstanding.ts'
import type { Patience } from './persist.ts'
import { persistentStore } from './persist.ts'

/** The oldest that a read may be. */
const STALE_MS = 3_000
/** One that has met another sees it after one such time, and its withdrawal is seen after a second one. */
const WITHDRAWN_AFTER_MS = 2 * STALE_MS + 1_000
/** Two that claimed at once both withdraw, and try again at different times. */
const MOST_TRIES = 5
const LONGEST_BACKOFF_MS = 12_000

/** Somebody else may change things now, or has since: this process must change nothing more. */
export class Ousted extends Error {}

export interface TenureOptions {
  readonly store: JournalStore
  readonly clock: Clock
  readonly groupArns: readonly string[]
  readonly rolloutId: string
  readonly asker: Asker
  readonly patience: Patience
  readonly emit: (event: Happening) => void
}

/**
 * The time during which this process is the one that may change things, and what it writes down meanwhile.
 *
 * Tags have no compare-and-set. Each process claims under a key of its own, waits for as long as a read may be old, and
 * reads: of two that claim at once the later one sees the earlier one, always, and withdraws. Before every change it looks
 * whether somebody else has come.
 */
export class Tenure implements Journal {
  readonly #options: TenureOptions
  readonly #store: JournalStore
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
  #owner: Owner | undefined
  #hasTouched = false

  constructor(options: TenureOptions) {
    this.#options = options
    this.#outstanding = new Outstanding(options.groupArns)
    this.#store = persistentStore(options.store, options.patience)
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
  async claim(holdForMs: number, signal: AbortSignal): Promise<Owner | undefined> {
    for (let tries = 1; ; tries++) {
      const before = await this.#read(signal)
      if (this.#livingIn(before) !== undefined) {
        // It may be the one that we have just met, and about to withdraw as we did.
        if (tries > 1) await this.#options.clock.sleep(WITHDRAWN_AFTER_MS, signal)
        const holder = this.#livingIn(tries > 1 ? await this.#read(signal) : before)
        if (holder !== undefined) return holder
        continue
      }
      const rival = await this.#claimOnce(before, holdForMs, signal)
      if (rival === undefined) return undefined
      if (tries >= MOST_TRIES) return rival
      await this.#options.clock.sleep(STALE_MS + this.#backoffMs(tries), signal)
    }
  }

  async #claimOnce(before: Entries, holdForMs: number, signal: AbortSignal): Promise<Owner | undefined> {
    this.#remember(before)
    await this.#writeFirst(holdForMs, signal)
    await this.#options.clock.sleep(STALE_MS, signal)
    const after = await this.#read(signal)
    const seen = new Map(before.owners.map((owner) => [owner.nonce, owner.due]))
    // Also one that was believed to be gone, and has written since.
    const isNew = (owner: Owner) => owner.due > (seen.get(owner.nonce) ?? Number.NEGATIVE_INFINITY)
    const rival = after.owners.find((owner) => !this.#isOurs(owner) && isNew(owner))
    if (rival !== undefined) {
      await this.#remove({ owners: [this.#options.asker.nonce] }, signal)
      this.#owner = undefined
      return rival
    }
    this.#remember(after)
    const gone = after.owners.filter((owner) => !this.#isOurs(owner)).map((owner) => owner.nonce)
    if (gone.length > 0) await this.#remove({ owners: gone }, signal)
    return undefined
  }

  /** One call for all groups: when it is refused, nothing is written anywhere. */
  async #writeFirst(holdForMs: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#write({ owner: this.#newOwner(holdForMs) }, signal)
    } catch (error) {
      if (isRefusal(error)) this.#owner = undefined
      throw error
    }
  }

  /** Something of ours may be written. */
  get isHeld(): boolean {
    return this.#owner !== undefined
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

  async confirm(signal: AbortSignal): Promise<void> {
    const entries = await this.#read(signal)
    if (entries.owners.every((owner) => this.#isOurs(owner)) && entries.owners.length > 0) return
    if (entries.owners.length === 0) return this.#reclaim(entries, signal)
    await this.#options.clock.sleep(WITHDRAWN_AFTER_MS, signal)
    const again = await this.#read(signal)
    const other = again.owners.find((owner) => !this.#isOurs(owner))
    if (other !== undefined) throw new Ousted(`${describeOwner(other)} has taken over`)
    if (again.owners.length === 0) await this.#reclaim(again, signal)
  }

  async recordOut(entry: JournalEntry, signal: AbortSignal): Promise<void> {
    const { holdForMs, servers, touches: _, ...about } = entry
    const out = this.#outstanding.add(servers, { ...about, rolloutId: this.rolloutId })
    const ledgers = this.#hasTouched ? {} : { ledgers: this.#ledgersWhileTouching(entry) }
    this.#hasTouched = true
    await this.#write({ owner: this.#newOwner(holdForMs), out, ...ledgers }, signal)
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
    await this.#write({ owner: this.#newOwner(holdForMs), out }, signal)
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
    return out === undefined ? this.#remove({ out: true }, signal) : this.#write({ out }, signal)
  }

  async extend(holdForMs: number, signal: AbortSignal): Promise<void> {
    const due = this.#owner?.due ?? Number.POSITIVE_INFINITY
    if (due - this.#options.clock.now() >= holdForMs) return
    await this.confirm(signal)
    await this.#write({ owner: this.#newOwner(holdForMs) }, signal)
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
    await this.#write({ ledgers: ending.ledgers, ...(out === undefined ? {} : { out }) }, signal)
    const owners = [this.#options.asker.nonce]
    await this.#remove(hadList && out === undefined ? { owners, out: true } : { owners }, signal)
    this.#owner = undefined
  }

  #listAfter({ out, inDoubt, shift }: Ending): OutList | undefined {
    if (shift === 'as-it-is') return this.#outstanding.list
    if (shift !== undefined) return this.#outstanding.settle(shift)
    this.#outstanding.drop((id) => !out.includes(id))
    return this.#outstanding.renew(inDoubt)
  }

  /** Leaves what is written about servers to the next one who comes. */
  async release(signal: AbortSignal): Promise<void> {
    if (this.#owner !== undefined) await this.#remove({ owners: [this.#options.asker.nonce] }, signal)
  }

  /** Infrastructure code may have removed our tags; but one who has overslept, or whose rollout others have ended, stops. */
  async #reclaim(entries: Entries, signal: AbortSignal): Promise<void> {
    const { clock, rolloutId, emit } = this.#options
    const due = this.#owner?.due ?? 0
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
    const owner = this.#newOwner(due - clock.now())
    const ledgers = this.#hasTouched ? { ledgers: this.#ledgers } : {}
    const { list: out } = this.#outstanding
    await this.#write({ owner, ...(out === undefined ? {} : { out }), ...ledgers }, signal)
    await clock.sleep(STALE_MS, signal)
    const after = await this.#read(signal)
    const other = after.owners.find((found) => !this.#isOurs(found))
    if (other !== undefined) throw new Ousted(`${describeOwner(other)} has taken over`)
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

  #livingIn({ owners }: Entries): Owner | undefined {
    const { asker, clock } = this.#options
    return owners.find((owner) => !this.#isOurs(owner) && !isGone(owner, asker, clock.now()))
  }

  #isOurs(owner: Owner): boolean {
    return owner.nonce === this.#options.asker.nonce
  }

  #newOwner(holdForMs: number): Owner {
    const { asker, rolloutId, clock } = this.#options
    const { nonce, mode, job } = asker
    this.#owner = {
      rolloutId,
      nonce,
      mode,
      due: clock.now() + holdForMs,
      ...(job === undefined ? {} : { job }),
    }
    return this.#owner
  }

  /** Drawn from the nonce, another part for each try, so that two processes wait differently long. */
  #backoffMs(tries: number): number {
    const part = this.#options.asker.nonce.slice(tries - 1, tries + 3)
    return Number.parseInt(part, 16) % LONGEST_BACKOFF_MS
  }

  #read(signal: AbortSignal): Promise<Entries> {
    return this.#store.read(this.#options.groupArns, signal)
  }

  #write(entries: Parameters<JournalStore['write']>[1], signal: AbortSignal): Promise<void> {
    return this.#store.write(this.#options.groupArns, entries, signal)
  }

  #remove(entries: Parameters<JournalStore['remove']>[1], signal: AbortSignal): Promise<void> {
    return this.#store.remove(this.#options.groupArns, entries, signal)
  }
}

export function describeOwner({ rolloutId, mode, job }: Owner): string {
  const where =
    job === undefined ? '' : ` (workflow run ${job.runId}, attempt ${job.attempt}, job ${job.job})`
  return `${mode} ${rolloutId}${where}`
}
