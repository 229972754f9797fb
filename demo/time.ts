import { type Clock, systemClock } from '../simulator/clock.ts'

export interface TimeOptions {
  /** How many times as fast as real time the load balancer drains and checks; the action goes by real time. */
  readonly speed?: number
  /** In place of `speed`: how many times as fast the action's time goes too, and that of everything at AWS. */
  readonly timeLapse?: number
}

export interface Time {
  readonly loadBalancer: Clock
  /** The action's, and that of the other services. */
  readonly action: Clock
  /** What gives the action its time. */
  readonly environment: Readonly<Record<string, string>>
}

export function timeFor({ speed = 1, timeLapse }: TimeOptions): Time {
  if (timeLapse === undefined)
    return { loadBalancer: systemClock({ speed }), action: systemClock(), environment: {} }
  const from = Date.now()
  const clock = systemClock({ speed: timeLapse, from })
  const environment = {
    NODE_OPTIONS: `--import=${new URL('time-lapse.mjs', import.meta.url)}`,
    DEMO_TIME_LAPSE: String(timeLapse),
    DEMO_TIME_LAPSE_FROM: String(from),
  }
  return { loadBalancer: clock, action: clock, environment }
}
