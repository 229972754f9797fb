import type { Event } from './events.ts'
import type { Stop } from './outcome.ts'
import type { Direction, PhaseKind, StepKind } from './plan.ts'
import type { ServerReport } from './report-servers.ts'
import { serversOf } from './report-servers.ts'
import type { Share } from './traffic.ts'

export interface PhaseReport {
  readonly kind: PhaseKind
  /** Green's share of the traffic when it has ended; only where the traffic moves. */
  readonly share?: Share
  readonly direction: Direction
  readonly version: string
  /** Its servers appeared while the rollout was under way. */
  readonly areNewcomers?: true
  /** 1-based in its direction. */
  readonly batch: number
  /** How many there were to be, as far as it was known then. */
  readonly batches: number
  /** Milliseconds since the epoch, as all times here. */
  readonly startedAt: number
  readonly endedAt?: number
  /** Why it was the last one on its way. */
  readonly failure?: string
  /** What stopped it: a cancel is no failure. */
  readonly stoppedBy?: Stop['cause']
  readonly steps: readonly StepReport[]
  readonly servers: readonly ServerReport[]
}

export interface StepReport {
  readonly kind: StepKind
  /** How many it was about; 0: it was about the traffic. */
  readonly servers: number
  readonly startedAt: number
  /** Absent: it is under way, or the process was gone before. */
  readonly endedAt?: number
  readonly end?: 'done' | 'failed' | 'cut short'
}

type Start = Extract<Event, { type: 'phase-started' }>

export function phasesOf(events: readonly Event[]): PhaseReport[] {
  const phases: { start: Start; events: Event[] }[] = []
  const newcomers = new Set<string>()
  for (const event of events) {
    if (event.type === 'servers-appeared') for (const id of event.servers) newcomers.add(id)
    if (event.type === 'phase-started') phases.push({ start: event, events: [] })
    else phases.at(-1)?.events.push(event)
  }
  return phases.map(({ start, events }) => {
    const { servers, direction } = start
    const areNew = direction === 'forward' && servers.length > 0 && servers.every((id) => newcomers.has(id))
    return { ...phaseOf(start, events), ...(areNew ? { areNewcomers: true } : {}) }
  })
}

function phaseOf(start: Start, events: readonly Event[]): PhaseReport {
  const ended = events.find((event) => event.type === 'phase-ended')
  const failed = events.find((event) => event.type === 'step-failed')
  const stopped = events.find((event) => event.type === 'stopped')
  const failure = failed?.reason ?? stopped?.stop.reason
  const later = new Set(events.flatMap((event) => (event.type === 'batch-cut' ? event.later : [])))
  const ids = start.servers.filter((id) => !later.has(id))
  return {
    kind: start.phase,
    ...(start.share === undefined ? {} : { share: start.share }),
    direction: start.direction,
    version: start.version,
    batch: start.batch,
    batches: start.batches,
    startedAt: start.at,
    ...(ended === undefined ? {} : { endedAt: ended.at }),
    ...(failure === undefined ? {} : { failure }),
    ...(stopped === undefined ? {} : { stoppedBy: stopped.stop.cause }),
    steps: stepsOf(events),
    servers: serversOf(ids, events),
  }
}

function stepsOf(events: readonly Event[]): StepReport[] {
  const steps: StepReport[] = []
  for (const event of events) {
    if (event.type === 'step-started') {
      steps.push({ kind: event.step, servers: event.servers.length, startedAt: event.at })
      continue
    }
    const end = endOf(event)
    const last = steps.at(-1)
    if (end === undefined || last === undefined || last.end !== undefined) continue
    steps[steps.length - 1] = { ...last, endedAt: event.at, end }
  }
  return steps
}

function endOf(event: Event): StepReport['end'] {
  switch (event.type) {
    case 'step-ended':
      return 'done'
    case 'step-failed':
      return 'failed'
    case 'stopped':
      return event.stop.cause === 'cancel' ? 'cut short' : 'failed'
    // A step that made the batch smaller, or took it back, has no end of its own.
    case 'batch-cut':
      return 'done'
    case 'phase-ended':
    case 'batch-retreated':
      return 'cut short'
    default:
      return undefined
  }
}
