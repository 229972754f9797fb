import { duration } from '../domain/wording.ts'
import type { Tally } from './canary-statistics.ts'

/** `11,003`. */
export const count = (number: number): string =>
  Math.round(number)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',')

/** `4.1%`, `0.012%`. */
export function percent(rate: number): string {
  if (rate > 0 && rate < 0.000_01) return '< 0.001%'
  const digits = rate >= 0.1 ? 3 : 2
  return `${Number((rate * 100).toPrecision(digits))}%`
}

/** `4.1% of 1,240`. */
export const rateOf = ({ errors, requests }: Tally): string =>
  `${percent(requests === 0 ? 0 : errors / requests)} of ${count(requests)}`

/** `p < 0.001`. */
export const chance = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${Number(p.toPrecision(1))}`)

/** `640 ms`, `1.25 s`: finer than other durations. */
export const latency = (ms: number): string =>
  ms >= 1_000 && ms < 60_000 ? `${Number((ms / 1_000).toPrecision(3))} s` : duration(ms)
