import type { Event } from './events.ts'
import type { StepKind } from './plan.ts'

/** What the time went into. `calls`: calls of APIs, what is written down, and all that has no other name. */
export type TimeCause = 'drain' | 'update' | 'health' | 'waiting' | 'calls'

/** Milliseconds; their sum is the whole time of the run. */
export type TimeByCause = Readonly<Record<TimeCause, number>>

const OF_STEPS: Readonly<Record<StepKind, TimeCause>> = {
  'reserve-capacity': 'waiting',
  deregister: 'calls',
  'await-drained': 'drain',
  update: 'update',
  check: 'health',
  register: 'calls',
  'await-healthy': 'health',
  'await-ready': 'health',
  'set-weights': 'calls',
  hold: 'waiting',
}

/** Every moment counts once: steps follow one another, and what runs beside them costs no time. */
export function timeByCause(events: readonly Event[], startedAt: number): TimeByCause {
  const time: Record<TimeCause, number> = { drain: 0, update: 0, health: 0, waiting: 0, calls: 0 }
  let state: State = { cause: 'calls', isInStep: false }
  let since = startedAt
  for (const event of events) {
    time[state.cause] += Math.max(0, event.at - since)
    since = Math.max(since, event.at)
    state = after(event, state)
  }
  return time
}

interface State {
  readonly cause: TimeCause
  readonly isInStep: boolean
}

const BETWEEN: State = { cause: 'calls', isInStep: false }

function after(event: Event, before: State): State {
  switch (event.type) {
    case 'step-started':
      return { cause: OF_STEPS[event.step], isInStep: true }
    case 'stage-started':
      // A claim waits until it can be seen whether somebody else has claimed too.
      return event.stage === 'Claim' ? { cause: 'waiting', isInStep: false } : BETWEEN
    case 'waiting':
      return before.isInStep ? before : { cause: 'waiting', isInStep: false }
    case 'step-ended':
    case 'step-failed':
    case 'stopped':
    case 'phase-started':
    case 'phase-ended':
    case 'observed':
    case 'planned':
      return BETWEEN
    default:
      return before
  }
}
