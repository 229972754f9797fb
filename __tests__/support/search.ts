const RUNS = Number(process.env.PROPERTY_RUNS ?? 1500)
const SEED = process.env.PROPERTY_SEED ?? '1'

/**
 * How a property is searched: its share of the runs of all. A suite that plays other scenarios each time would fail on
 * changes that are innocent; `PROPERTY_SEED=random`, or a number, plays others, and PROPERTY_RUNS more of them.
 */
export const search = (share: number): { readonly numRuns: number; readonly seed?: number } => ({
  numRuns: Math.ceil(RUNS * share),
  ...(SEED === 'random' ? {} : { seed: Number(SEED) }),
})
