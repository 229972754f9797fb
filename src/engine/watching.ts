import type { Stop } from '../domain/outcome.ts'
import type { Verdict, Watch } from '../domain/ports.ts'
import type { Scene } from './scene.ts'

/** AWS judges alarms once in some seconds at most; all of them are one call a look. */
const LOOK_EVERY_MS = 15_000

/**
 * Goes forward while alarms and the like are looked at; one that objects stops it. They are looked at once more when it has
 * come to its end: what turned red in the last seconds counts too.
 */
export async function whileWatched(
  scene: Scene,
  go: (objection: AbortSignal) => Promise<Stop | undefined>,
): Promise<Stop | undefined> {
  const { watches } = scene.ports
  const asksNobody = watches.length === 0 || scene.settings.mode === 'rollback'
  if (asksNobody) return go(new AbortController().signal)
  const objection = new AbortController()
  const over = new AbortController()
  const guard = new Guard(scene, watches)
  const watching = guard.untilObjection(over.signal).then(
    (stop) => objection.abort(stop),
    () => {},
  )
  try {
    return (await go(objection.signal)) ?? (await guard.look(scene.cancel))
  } finally {
    over.abort(new Error('no longer needed'))
    await watching
    guard.tell()
  }
}

class Guard {
  readonly #scene: Scene
  readonly #watches: readonly Watch[]
  readonly #last = new Map<Watch, Verdict>()
  readonly #hasJudged = new Set<Watch>()

  constructor(scene: Scene, watches: readonly Watch[]) {
    this.#scene = scene
    this.#watches = watches
  }

  async untilObjection(signal: AbortSignal): Promise<Stop> {
    while (true) {
      await this.#scene.ports.clock.sleep(LOOK_EVERY_MS, signal)
      const stop = await this.look(signal)
      if (stop !== undefined) return stop
    }
  }

  /** A cancel is not an objection: whoever goes forward hears of it too. */
  async look(signal: AbortSignal): Promise<Stop | undefined> {
    try {
      const verdicts = await Promise.all(this.#watches.map((watch) => this.#ask(watch, signal)))
      return verdicts.find((stop) => stop !== undefined)
    } catch (error) {
      if (!signal.aborted) throw error
      return signal === this.#scene.cancel ? (signal.reason as Stop) : undefined
    }
  }

  async #ask(watch: Watch, signal: AbortSignal): Promise<Stop | undefined> {
    const verdict = await watch.check(signal)
    this.#last.set(watch, verdict)
    if (verdict.verdict !== 'unknown') this.#hasJudged.add(watch)
    if (verdict.verdict !== 'fail') return undefined
    this.#judged(watch, verdict)
    return { cause: 'failure', reason: `${watch.name}: ${verdict.evidence}` }
  }

  /** One that has never judged has not guarded anything. */
  tell(): void {
    for (const watch of this.#watches) {
      const last = this.#last.get(watch)
      if (last === undefined || last.verdict === 'fail') continue
      if (this.#hasJudged.has(watch)) this.#judged(watch, last)
      else this.#scene.emit({ type: 'warned', text: `${watch.name} never judged: ${last.evidence}` })
    }
  }

  #judged({ name }: Watch, verdict: Verdict): void {
    this.#scene.emit({ type: 'judged', gate: name, scope: 'watch', ...verdict })
  }
}
