const WINDOW_MS = 1_000

/** How fast a count has grown in the last second. */
export class Rate {
  #samples: { readonly at: number; readonly count: number }[] = []

  perSecond(count: number): number {
    const at = performance.now()
    this.#samples.push({ at, count })
    const begin = this.#samples.findLastIndex((sample) => at - sample.at >= WINDOW_MS)
    if (begin > 0) this.#samples = this.#samples.slice(begin)
    const [first] = this.#samples
    if (first === undefined || at === first.at) return 0
    return Math.round(((count - first.count) * 1000) / (at - first.at))
  }
}
