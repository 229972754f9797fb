import { explain, isTransient } from '../domain/errors.ts'
import type { Clock } from '../domain/ports.ts'
import { within } from '../domain/within.ts'
import type { RunCommand } from './ssm-calls.ts'
import { Ending } from './ssm-ending.ts'
import { isThrottled } from './ssm-failure.ts'
import type { Invocation } from './ssm-mapping.ts'
import { noAnswer, type Pace } from './ssm-time.ts'
import { isOver, isWaiting, type Verdict, verdictOn } from './ssm-verdict.ts'

export interface Watching {
  readonly ssm: RunCommand
  readonly clock: Clock
  readonly pace: Pace
  readonly signal: AbortSignal
  /** Told once for each server, when no more will be known of it. */
  onEnd(end: End): Promise<void>
}

export interface End {
  readonly commandId: string
  readonly server: string
  readonly verdict: Verdict
  readonly invocation?: Invocation
}

export interface Watched {
  readonly commandId: string
  /** At most 50. */
  readonly servers: readonly string[]
  /** Why the command is to be ended now on a server, if it is. */
  whyEnd(server: Progress): string | undefined
  /** Called before every look, as long as a server has not begun. */
  onWaiting?(): Promise<void>
  readonly timeoutMs?: number
  /** Nobody knows what has been before. */
  readonly mayHaveBegun?: true
}

/** `unseen`: what it does is not known, or no longer. `forMs`: since it has begun, and before that since it was sent. */
export interface Progress {
  readonly stage: 'unseen' | 'waiting' | 'begun'
  readonly forMs: number
}

const LOOK_AFTER_CANCEL_MS = 1_000
/** Of the few seconds that an abort leaves. */
const CALL_ON_ABORT_MS = 1_500
/** A command may be unknown at first, so an answer that says no counts only when it is all there is for so long. */
const REFUSED_FOR_MS = 30_000
/** Invocations that have not appeared by then may never. */
const MISSING_FOR_MS = 15_000

interface Track {
  seen?: Invocation
  /** When it was first seen to be more than waiting. */
  begunAt?: number
  /** Since its end is wanted. */
  ending?: Ending
}

/** Follows one command until nothing of it runs any more, as far as that can be known. */
export class Watch {
  readonly #watching: Watching
  readonly #watched: Watched
  readonly #open: Map<string, Track>
  readonly #startedAt: number
  #isUpToDate = false
  #refused: { readonly since: number; readonly why: string } | undefined

  constructor(watching: Watching, watched: Watched) {
    this.#watching = watching
    this.#watched = watched
    this.#startedAt = watching.clock.now()
    this.#open = new Map(watched.servers.map((server) => [server, {}]))
  }

  async run(): Promise<void> {
    const { pace } = this.#watching
    pace.begin()
    while (this.#open.size > 0) {
      await this.#endWhatMust()
      await this.#pause()
      // To end it is more urgent than to know how it goes.
      if (this.#mustEnd.length > 0) continue
      await this.#look()
      await this.#giveUp()
    }
    pace.end()
  }

  get #ageMs(): number {
    return this.#since(this.#startedAt)
  }

  #since(at: number): number {
    return this.#watching.clock.now() - at
  }

  get #tracks(): Track[] {
    return [...this.#open.values()]
  }

  get #mustEnd(): { readonly track: Track; readonly why: string }[] {
    return this.#tracks.flatMap((track) => {
      if (track.ending !== undefined) return []
      const why = this.#watched.whyEnd(this.#progressOf(track)) ?? this.#whyRefused
      return why === undefined ? [] : [{ track, why }]
    })
  }

  #progressOf({ begunAt, seen }: Track): Progress {
    if (begunAt !== undefined) return { stage: 'begun', forMs: this.#since(begunAt) }
    const stage = this.#isUpToDate && seen !== undefined ? 'waiting' : 'unseen'
    return { stage, forMs: this.#ageMs }
  }

  get #whyRefused(): string | undefined {
    if (this.#refused === undefined) return undefined
    const { since, why } = this.#refused
    return this.#since(since) > REFUSED_FOR_MS ? `cannot be followed: ${why}` : undefined
  }

  async #endWhatMust(): Promise<void> {
    const { clock, signal } = this.#watching
    for (const { track, why } of this.#mustEnd) track.ending = new Ending(why, clock, signal)
    const endings = [...this.#open].flatMap(([server, { ending }]) => (ending ? [{ server, ending }] : []))
    const due = endings.filter(({ ending }) => !ending.isOver && ending.isToBeAsked)
    if (due.length > 0) await this.#cancel(due)
  }

  async #cancel(due: readonly { readonly server: string; readonly ending: Ending }[]): Promise<void> {
    const { ssm } = this.#watching
    const servers = due.map(({ server }) => server)
    try {
      await this.#call((signal) => ssm.cancel(this.#watched.commandId, servers, signal))
      for (const { ending } of due) ending.asked()
    } catch (error) {
      for (const { ending } of due) ending.failed(error)
    }
  }

  async #look(): Promise<void> {
    const { ssm, pace, clock } = this.#watching
    const { commandId } = this.#watched
    if (this.#tracks.some(({ begunAt }) => begunAt === undefined)) await this.#watched.onWaiting?.()
    try {
      const invocations = await this.#call((signal) => ssm.invocations(commandId, signal))
      pace.faster()
      this.#refused = undefined
      this.#isUpToDate = true
      for (const invocation of invocations) await this.#note(invocation)
      if (this.#ageMs > MISSING_FOR_MS && this.#tracks.some(({ seen }) => seen === undefined))
        await this.#lookAtWhole()
    } catch (error) {
      this.#isUpToDate = false
      if (isThrottled(error)) pace.slower()
      if (!isTransient(error)) this.#refused ??= { since: clock.now(), why: explain(error) }
    }
  }

  /** A command may end without invocations: then only the command itself tells. */
  async #lookAtWhole(): Promise<void> {
    const { commandId } = this.#watched
    const [command] = await this.#call((signal) => this.#watching.ssm.commands({ commandId }, signal))
    if (command === undefined || !isOver(command.state)) return
    const missing = [...this.#open].filter(([, { seen }]) => seen === undefined)
    for (const [server] of missing) await this.#note({ server, state: command.state })
  }

  async #note(invocation: Invocation): Promise<void> {
    const { server } = invocation
    const track = this.#open.get(server)
    if (track === undefined) return
    track.seen = invocation
    const { timeoutMs, mayHaveBegun = track.begunAt !== undefined } = this.#watched
    const verdict = verdictOn(invocation, {
      mayHaveBegun,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(track.ending === undefined ? {} : { cancelled: track.ending.why }),
    })
    if (verdict !== undefined) await this.#close(server, verdict)
    else if (!isWaiting(invocation)) track.begunAt ??= this.#watching.clock.now()
  }

  async #giveUp(): Promise<void> {
    for (const [server, { ending }] of [...this.#open]) {
      if (!ending?.isOver) continue
      const { why = '' } = this.#refused ?? {}
      const more = ending.reason.includes(why) ? '' : `: ${why}`
      await this.#close(server, { ok: false, reason: `${ending.reason}${more}`, ended: false })
    }
  }

  async #close(server: string, verdict: Verdict): Promise<void> {
    const invocation = this.#open.get(server)?.seen
    this.#open.delete(server)
    const { commandId } = this.#watched
    const end = { commandId, server, verdict, ...(invocation === undefined ? {} : { invocation }) }
    await this.#watching.onEnd(end)
  }

  async #pause(): Promise<void> {
    const { clock, pace, signal } = this.#watching
    const isEnding = this.#tracks.some(({ ending }) => ending !== undefined)
    const ms = isEnding ? LOOK_AFTER_CANCEL_MS : pace.pauseMs(this.#ageMs)
    await clock.sleep(ms, signal.aborted ? undefined : signal).catch(() => {})
  }

  #call<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, signal } = this.#watching
    return signal.aborted ? within(clock, { ms: CALL_ON_ABORT_MS, reason: noAnswer() }, call) : call(signal)
  }
}
