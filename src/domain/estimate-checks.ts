/** When targets become healthy, as far as anybody can know: every target is checked at a phase of its own. */

/** The chance that it has come by then. Milliseconds from some beginning. */
export type ByThen = (ms: number) => number

/** Several of the same kind. */
export interface Kind {
  readonly byThen: ByThen
  readonly count: number
}

/** The mean, and the standard deviation. Milliseconds. */
export interface Expected {
  readonly ms: number
  readonly deviationMs: number
}

const SLICES = 400

/** When `needed` of all of these have come. None of them comes after `withinMs`. */
export function whenCome(kinds: readonly Kind[], needed: number, withinMs: number): Expected {
  const all = kinds.reduce((sum, { count }) => sum + count, 0)
  const haveCome = needed >= all ? allBy(kinds) : someBy(kinds, needed)
  const slice = withinMs / SLICES
  let ms = 0
  let square = 0
  for (let at = slice / 2; at < withinMs; at += slice) {
    const isMissing = 1 - haveCome(at)
    ms += isMissing * slice
    square += 2 * at * isMissing * slice
  }
  return { ms, deviationMs: Math.sqrt(Math.max(0, square - ms * ms)) }
}

const allBy =
  (kinds: readonly Kind[]): ByThen =>
  (ms) =>
    kinds.reduce((chance, { byThen, count }) => chance * byThen(ms) ** count, 1)

/** By the normal distribution that a sum of many chances comes near to. */
const someBy =
  (kinds: readonly Kind[], needed: number): ByThen =>
  (ms) => {
    let mean = 0
    let variance = 0
    for (const { byThen, count } of kinds) {
      const chance = byThen(ms)
      mean += count * chance
      variance += count * chance * (1 - chance)
    }
    const over = mean - needed + 0.5
    if (variance === 0) return over > 0 ? 1 : 0
    // The logistic curve that is nearest to it.
    return 1 / (1 + Math.exp((-1.702 * over) / Math.sqrt(variance)))
  }

/** A moment between `from` and `from + withinMs`, any as likely as another; plus, if there is one, a second such time. */
export const between =
  (from: number, withinMs: number, andMs = 0): ByThen =>
  (ms) =>
    sumBy(ms - from, Math.min(withinMs, andMs), Math.max(withinMs, andMs))

function sumBy(ms: number, short: number, long: number): number {
  if (ms < 0) return 0
  if (ms >= short + long) return 1
  if (ms < short) return (ms * ms) / (2 * short * long)
  if (ms < long) return (ms - short / 2) / long
  return 1 - (short + long - ms) ** 2 / (2 * short * long)
}
