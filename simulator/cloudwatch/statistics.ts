import { validationError } from '../aws-error.ts'
import type { Published } from './metrics.ts'

type Statistic = (data: Published) => number | undefined

const total = ({ count, samples }: Published): number => samples.reduce((sum, sample) => sum + sample, count)

const size = ({ count, samples }: Published): number => count + samples.length

const SIMPLE: Readonly<Record<string, Statistic>> = {
  Sum: total,
  SampleCount: size,
  Average: (data) => total(data) / size(data),
  Minimum: ({ count, samples }) => Math.min(...samples, ...(count > 0 ? [1] : [])),
  Maximum: ({ count, samples }) => Math.max(...samples, ...(count > 0 ? [1] : [])),
}

/**
 * Reads `Sum`, `p99`, `PR(:0.5)` and their like; answers nothing where there is no data for it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function statisticOf(stat: string): Statistic {
  const simple = SIMPLE[stat]
  if (simple !== undefined) return simple
  const percent = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(stat)?.[1]
  if (percent !== undefined && Number(percent) <= 100) return percentile(Number(percent))
  const [, low, high] = /^PR\(([\d.]*):([\d.]*)\)$/.exec(stat) ?? []
  if (low !== undefined && high !== undefined) return rank(low, high)
  throw validationError(`The parameter Stat must be a valid statistic: ${stat}`)
}

const percentile =
  (percent: number): Statistic =>
  ({ samples }) =>
    samples.toSorted((a, b) => a - b)[Math.max(0, Math.ceil((samples.length * percent) / 100) - 1)]

/** In percent; the lower bound is exclusive, the upper inclusive. */
const rank =
  (low: string, high: string): Statistic =>
  ({ samples }) => {
    if (samples.length === 0) return undefined
    const [above, to] = [
      low === '' ? Number.NEGATIVE_INFINITY : Number(low),
      high === '' ? Infinity : Number(high),
    ]
    return (samples.filter((sample) => above < sample && sample <= to).length / samples.length) * 100
  }
