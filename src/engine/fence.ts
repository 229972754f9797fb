import { isRefusal } from '../domain/errors.ts'
import type { Asker } from '../domain/holder.ts'
import { isGone } from '../domain/holder.ts'
import type { Entries, JournalStore, Owner, Writing } from '../domain/journal.ts'
import type { Clock } from '../domain/ports.ts'

/** The oldest that a read may be. */
const STALE_MS = 3_000
/** One that has met another sees it after one such time, and its withdrawal is seen after a second one. */
const WITHDRAWN_AFTER_MS = 2 * STALE_MS + 1_000
/** Two that claimed at once both withdraw, and try again at different times. */
const MOST_TRIES = 5
const LONGEST_BACKOFF_MS = 12_000

/** Somebody else may change things now, or has since: this process must change nothing more. */
export class Ousted extends Error {}

export interface FenceOptions {
  readonly store: JournalStore
  readonly clock: Clock
  readonly groupArns: readonly string[]
  readonly rolloutId: string
  readonly asker: Asker
  /** Told what is there when it has claimed. */
  remember(entries: Entries): void
}

/**
 * Keeps two processes from changing things at once.
 *
 * Tags have no compare-and-set. Each process claims under a key of its own, waits for as long as a read may be old, and
 * reads: of two that claim at once the later one sees the earlier one, always, and withdraws. Before every change it looks
 * whether somebody else has come.
 */
export class Fence {
  readonly #options: FenceOptions
  #owner: Owner | undefined

  constructor(options: FenceOptions) {
    this.#options = options
  }

  /** Something of ours may be written. */
  get isHeld(): boolean {
    return this.#owner !== undefined
  }

  /** By when our next entry must come; undefined: nothing is claimed. */
  get due(): number | undefined {
    return this.#owner?.due
  }

  /** Answers who is in the way; nobody: it is ours. `holdForMs`: how long until our next entry, at the longest. */
  async claim(holdForMs: number, signal: AbortSignal): Promise<Owner | undefined> {
    for (let tries = 1; ; tries++) {
      const before = await this.read(signal)
      if (this.#livingIn(before) !== undefined) {
        // It may be the one that we have just met, and about to withdraw as we did.
        if (tries > 1) await this.#options.clock.sleep(WITHDRAWN_AFTER_MS, signal)
        const holder = this.#livingIn(tries > 1 ? await this.read(signal) : before)
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
    this.#options.remember(before)
    await this.#writeFirst(holdForMs, signal)
    await this.#options.clock.sleep(STALE_MS, signal)
    const after = await this.read(signal)
    const seen = new Map(before.owners.map((owner) => [owner.nonce, owner.due]))
    // Also one that was believed to be gone, and has written since.
    const isNew = (owner: Owner) => owner.due > (seen.get(owner.nonce) ?? Number.NEGATIVE_INFINITY)
    const rival = after.owners.find((owner) => !this.#isOurs(owner) && isNew(owner))
    if (rival !== undefined) {
      await this.remove({ owners: [this.#options.asker.nonce] }, signal)
      this.#owner = undefined
      return rival
    }
    this.#options.remember(after)
    const gone = after.owners.filter((owner) => !this.#isOurs(owner)).map((owner) => owner.nonce)
    if (gone.length > 0) await this.remove({ owners: gone }, signal)
    return undefined
  }

  /** One call for all groups: when it is refused, nothing is written anywhere. */
  async #writeFirst(holdForMs: number, signal: AbortSignal): Promise<void> {
    try {
      await this.write({ owner: this.renewed(holdForMs) }, signal)
    } catch (error) {
      if (isRefusal(error)) this.#owner = undefined
      throw error
    }
  }

  /** Throws when somebody else has come. `reclaim`: what to do when nobody is written there, with what is. */
  async confirm(reclaim: (entries: Entries) => Promise<void>, signal: AbortSignal): Promise<void> {
    const entries = await this.read(signal)
    if (entries.owners.every((owner) => this.#isOurs(owner)) && entries.owners.length > 0) return
    if (entries.owners.length === 0) return reclaim(entries)
    await this.#options.clock.sleep(WITHDRAWN_AFTER_MS, signal)
    const again = await this.read(signal)
    this.#throwIfTaken(again)
    if (again.owners.length === 0) await reclaim(again)
  }

  /** Writes us down again, with what else there was of ours. */
  async rewrite(rest: Omit<Writing, 'owner'>, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    const owner = this.renewed((this.due ?? 0) - clock.now())
    await this.write({ owner, ...rest }, signal)
    await clock.sleep(STALE_MS, signal)
    this.#throwIfTaken(await this.read(signal))
  }

  /** Leaves to others what is written about servers. */
  async release(signal: AbortSignal): Promise<void> {
    if (this.#owner !== undefined) await this.remove({ owners: [this.#options.asker.nonce] }, signal)
  }

  /** Ends it, and the list with it where none is left. */
  async end({ out }: { readonly out?: true }, signal: AbortSignal): Promise<void> {
    const owners = [this.#options.asker.nonce]
    await this.remove(out === undefined ? { owners } : { owners, out }, signal)
    this.#owner = undefined
  }

  /** To be written with the next entry. */
  renewed(holdForMs: number): Owner {
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

  read(signal: AbortSignal): Promise<Entries> {
    return this.#options.store.read(this.#options.groupArns, signal)
  }

  write(entries: Writing, signal: AbortSignal): Promise<void> {
    return this.#options.store.write(this.#options.groupArns, entries, signal)
  }

  remove(entries: Parameters<JournalStore['remove']>[1], signal: AbortSignal): Promise<void> {
    return this.#options.store.remove(this.#options.groupArns, entries, signal)
  }

  #throwIfTaken({ owners }: Entries): void {
    const other = owners.find((owner) => !this.#isOurs(owner))
    if (other !== undefined) throw new Ousted(`${describeOwner(other)} has taken over`)
  }

  #livingIn({ owners }: Entries): Owner | undefined {
    const { asker, clock } = this.#options
    return owners.find((owner) => !this.#isOurs(owner) && !isGone(owner, asker, clock.now()))
  }

  #isOurs(owner: Owner): boolean {
    return owner.nonce === this.#options.asker.nonce
  }

  /** Drawn from the nonce, another part for each try, so that two processes wait differently long. */
  #backoffMs(tries: number): number {
    const part = this.#options.asker.nonce.slice(tries - 1, tries + 3)
    return Number.parseInt(part, 16) % LONGEST_BACKOFF_MS
  }
}

export function describeOwner({ rolloutId, mode, job }: Owner): string {
  const where =
    job === undefined ? '' : ` (workflow run ${job.runId}, attempt ${job.attempt}, job ${job.job})`
  return `${mode} ${rolloutId}${where}`
}
