import type { Clock } from '../clock.ts'

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

export interface Alarm {
  readonly name: string
  readonly type: 'MetricAlarm' | 'CompositeAlarm'
  readonly arn: string
  readonly state: AlarmState
  readonly reason: string
  /** When state or reason last changed. Milliseconds since the epoch. */
  readonly updatedAt: number
  /** When the state last changed. */
  readonly transitionedAt: number
}

export interface AlarmSetting {
  readonly name: string
  readonly type?: Alarm['type']
  readonly state?: AlarmState
  readonly reason?: string
}

/** The alarms of an account, in the states that a test gives them. None is computed from metrics. */
export class Alarms {
  readonly #clock: Clock
  readonly #place: string
  readonly #alarms = new Map<string, Alarm>()

  /** `place`: region and account, as ARNs have them. */
  constructor(clock: Clock, place: string) {
    this.#clock = clock
    this.#place = place
  }

  /** Makes it, or changes what is given of it. */
  set({ name, type, state, reason }: AlarmSetting): void {
    const now = this.#clock.now()
    const before = this.#alarms.get(name)
    const next = {
      state: state ?? before?.state ?? 'INSUFFICIENT_DATA',
      reason: reason ?? before?.reason ?? 'Unchecked: Initial alarm creation',
    }
    const hasTurned = before?.state !== next.state
    const hasChanged = hasTurned || before?.reason !== next.reason
    this.#alarms.set(name, {
      ...next,
      name,
      type: type ?? before?.type ?? 'MetricAlarm',
      arn: `arn:aws:cloudwatch:${this.#place}:alarm:${name}`,
      updatedAt: hasChanged ? now : before.updatedAt,
      transitionedAt: hasTurned ? now : before.transitionedAt,
    })
  }

  delete(name: string): void {
    this.#alarms.delete(name)
  }

  /** By name. */
  list(): Alarm[] {
    return [...this.#alarms.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }
}
