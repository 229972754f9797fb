/** Stale reads look back seconds; what is older than this can be forgotten. */
const REMEMBERED_MS = 600_000
const FORGET_AT = 4096

interface Change<V> {
  readonly at: number
  readonly key: string
  readonly before: V | undefined
}

/** Remembers what a map held before each change, so that a read can answer what was true some time ago. */
export class Past<V> {
  #changes: Change<V>[] = []

  changed(at: number, key: string, before: V | undefined): void {
    this.#changes.push({ at, key, before })
    if (this.#changes.length >= FORGET_AT) {
      const kept = this.#changes.filter((change) => change.at > at - REMEMBERED_MS)
      this.#changes = kept.length < FORGET_AT ? kept : kept.slice(FORGET_AT / 2)
    }
  }

  /** What the map held at `time`, given what it holds now. Takes `now` over: the caller hands in a copy. */
  asOf(time: number, now: Map<string, V>): Map<string, V> {
    for (let index = this.#changes.length - 1; index >= 0; index--) {
      const change = this.#changes[index] as Change<V>
      if (change.at <= time) break
      if (change.before === undefined) now.delete(change.key)
      else now.set(change.key, change.before)
    }
    return now
  }
}
