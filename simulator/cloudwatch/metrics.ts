import type { Clock } from '../clock.ts'

export const MINUTE_MS = 60_000

/** One of the combinations of dimensions under which a metric is published. */
export interface Metric {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
}

/** What happened to it in one minute; more of the same minute adds up. */
export interface Datum {
  /** Any moment of the minute. Milliseconds since the epoch. */
  readonly at: number
  /** Of a metric that counts: that many samples of 1. */
  readonly count?: number
  readonly samples?: readonly number[]
  /** From when on it can be read; by default the end of its minute and the delay of publication. */
  readonly publishedAt?: number
}

/** Samples of one minute, as they can be read from a moment on. */
interface Parcel {
  readonly minute: number
  readonly publishedAt: number
  count: number
  readonly samples: number[]
}

/** Everything of one period that has been published. */
export interface Published {
  readonly count: number
  readonly samples: readonly number[]
}

/** What is published, by metric. A combination that nobody has published has no data, and that is no error. */
export class Metrics {
  /** After the end of a minute. */
  publicationDelayMs: number
  readonly #clock: Clock
  readonly #parcels = new Map<string, Parcel[]>()

  constructor(clock: Clock, publicationDelayMs: number) {
    this.#clock = clock
    this.publicationDelayMs = publicationDelayMs
  }

  put(metric: Metric, { at, count = 0, samples = [], publishedAt }: Datum): void {
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS
    const parcels = this.#parcels.get(keyOf(metric)) ?? []
    this.#parcels.set(keyOf(metric), parcels)
    const readableAt = publishedAt ?? minute + MINUTE_MS + this.publicationDelayMs
    const last = parcels.at(-1)
    if (last?.minute === minute && last.publishedAt === readableAt) {
      last.count += count
      last.samples.push(...samples)
    } else parcels.push({ minute, count, samples: [...samples], publishedAt: readableAt })
  }

  /** By the start of the period, those that have data; `to` is exclusive. */
  read(metric: Metric, { from, to, periodMs }: { from: number; to: number; periodMs: number }) {
    const now = this.#clock.now()
    const periods = new Map<number, Published>()
    for (const { minute, publishedAt, count, samples } of this.#parcels.get(keyOf(metric)) ?? []) {
      const start = Math.floor(minute / periodMs) * periodMs
      if (publishedAt > now || start < from || start >= to) continue
      const before = periods.get(start) ?? { count: 0, samples: [] }
      periods.set(start, { count: before.count + count, samples: [...before.samples, ...samples] })
    }
    return periods
  }
}

function keyOf({ namespace, name, dimensions }: Metric): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()])
}
