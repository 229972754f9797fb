import type { DrainedBy, Event } from './events.ts'
import type { Conclusion } from './outcome.ts'
import type { Direction, Phase, PhaseKind } from './plan.ts'
import { Progress } from './progress.ts'
import type { Share } from './traffic.ts'
import { WHOLE } from './traffic.ts'

/** What is known before the first event. */
export interface ReportFacts {
  readonly rolloutId: string
  /** `deploy`, `rollback`, `promote`, `recover`. */
  readonly mode: string
  readonly strategy: string
  readonly version: string
  readonly previousVersion?: string
  readonly targetGroupArns: readonly string[]
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** The run of the workflow; absent outside of GitHub Actions. */
  readonly workflow?: WorkflowFacts
}

export interface WorkflowFacts {
  readonly actor: string
  readonly sha: string
  readonly runUrl: string
}

/** The story of a run, told by its events alone; the summary, the outputs and the JSON file are views of it. */
export interface Report {
  readonly facts: ReportFacts
  /** Absent while the run is under way. */
  readonly conclusion?: Conclusion
  readonly endedAt: number
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
  readonly planned: readonly PlannedPhase[]
  readonly phases: readonly PhaseReport[]
  /** Names of the target groups. */
  readonly groups: readonly string[]
  /** Blue-green: who carries the traffic, as far as it is known. */
  readonly traffic?: TrafficReport
  readonly failedStep?: string
  /** Servers that this run brought to the version, and left there. */
  readonly serversUpdated: number
}

export interface PlannedPhase {
  readonly kind: PhaseKind
  /** As `PhaseReport` has it. */
  readonly share?: Share
  /** How long the traffic stays so at least. */
  readonly holdMs: number
  readonly servers: readonly string[]
}

export interface TrafficReport {
  /** Names of the target groups. */
  readonly blue: string
  readonly green: string
  /** Green's. */
  readonly share: Share
  /** Name of the group that carries the traffic, or most of it. */
  readonly live: string
  readonly routes: number
}

export interface PhaseReport {
  readonly kind: PhaseKind
  /** Green's share of the traffic when it has ended; only where the traffic moves. */
  readonly share?: Share
  readonly direction: Direction
  readonly version: string
  /** 1-based in its direction. */
  readonly batch: number
  readonly startedAt: number
  readonly endedAt?: number
  /** Why it was the last one on its way. */
  readonly failure?: string
  readonly servers: readonly ServerReport[]
}

/** What one server went through in one phase; a part that did not happen is absent. Durations in milliseconds. */
export interface ServerReport {
  readonly id: string
  readonly drainMs?: number
  readonly drainedBy?: DrainedBy
  readonly updateMs?: number
  readonly smoke?: string
  /** From its return to the first healthy look. */
  readonly healthMs?: number
  /** From then until it counted. */
  readonly heldMs?: number
  readonly isInService: boolean
  readonly failure?: string
  readonly tail?: readonly string[]
  readonly remark?: string
}

export function reportOf(facts: ReportFacts, events: readonly Event[]): Report {
  const last = events.at(-1)
  const ended = events.findLast((event) => event.type === 'ended')
  const planned = events.find((event) => event.type === 'planned')
  const observed = events.findLast((event) => event.type === 'observed')
  const failed = events.find((event) => event.type === 'step-failed')
  return {
    facts: { ...facts, ...(planned === undefined ? {} : learnt(planned)) },
    endedAt: last?.at ?? facts.startedAt,
    ...(ended === undefined ? {} : { conclusion: { outcome: ended.outcome, reason: ended.reason } }),
    problems: events.flatMap((event) => (event.type === 'refused' ? event.problems : [])),
    warnings: events.flatMap((event) => (event.type === 'warned' ? [event.text] : [])),
    planned: planned?.plan.phases.map(plannedPhase) ?? [],
    groups: observed?.groups.map((group) => group.name) ?? [],
    ...trafficOf(events),
    phases: phasesOf(events),
    // One that others had spoilt, and that was made again.
    ...(failed === undefined || ended?.outcome === 'succeeded' ? {} : { failedStep: failed.step }),
    serversUpdated: updatedIn(events, planned?.plan.version ?? facts.version),
  }
}

function plannedPhase({ kind, share, servers, steps }: Phase): PlannedPhase {
  const holdMs = steps.reduce((sum, step) => sum + (step.kind === 'hold' ? step.forMs : 0), 0)
  return { kind, ...(share === undefined ? {} : { share }), holdMs, servers }
}

function trafficOf(events: readonly Event[]): Pick<Report, 'traffic'> {
  const found = events.findLast((event) => event.type === 'routes-found')
  if (found === undefined) return {}
  const { blue, green, routes } = found
  const share = events.findLast((event) => event.type === 'shifted')?.share ?? found.share ?? 0
  return { traffic: { blue, green, share, live: share === WHOLE ? green : blue, routes: routes.length } }
}

type Planned = Extract<Event, { type: 'planned' }>

/** What only a deploy says in its inputs, the others learn from the journal. */
const learnt = ({ rolloutId, plan }: Planned): Partial<ReportFacts> => ({
  rolloutId,
  version: plan.version,
  strategy: plan.shift === undefined ? 'in-place' : 'blue-green',
  ...(plan.leaves === undefined ? {} : { previousVersion: plan.leaves }),
})

function updatedIn(events: readonly Event[], version: string): number {
  const progress = new Progress()
  for (const event of events) progress.note(event)
  return progress.where((server) => server.version === version).length
}

function phasesOf(events: readonly Event[]): PhaseReport[] {
  const phases: PhaseReport[] = []
  for (const [index, event] of events.entries()) {
    if (event.type !== 'phase-started') continue
    const next = events.findIndex((other, at) => at > index && other.type === 'phase-started')
    phases.push(phaseOf(event, events.slice(index + 1, next === -1 ? events.length : next)))
  }
  return phases
}

function phaseOf(start: Extract<Event, { type: 'phase-started' }>, events: readonly Event[]): PhaseReport {
  const ended = events.find((event) => event.type === 'phase-ended')
  const failed = events.find((event) => event.type === 'step-failed')
  const stories = storiesOf(events)
  const later = new Set(events.flatMap((event) => (event.type === 'batch-cut' ? event.later : [])))
  return {
    kind: start.phase,
    ...(start.share === undefined ? {} : { share: start.share }),
    direction: start.direction,
    version: start.version,
    batch: start.batch,
    startedAt: start.at,
    ...(ended === undefined ? {} : { endedAt: ended.at }),
    ...(failed === undefined ? {} : { failure: failed.reason }),
    servers: start.servers.filter((id) => !later.has(id)).map((id) => serverOf(id, stories.get(id) ?? [])),
  }
}

/** The events of each server, in their order. */
function storiesOf(events: readonly Event[]): Map<string, Event[]> {
  const stories = new Map<string, Event[]>()
  for (const event of events) {
    for (const id of concerned(event)) {
      const story = stories.get(id)
      if (story === undefined) stories.set(id, [event])
      else story.push(event)
    }
  }
  return stories
}

function concerned(event: Event): readonly string[] {
  if ('server' in event) return event.server === undefined ? [] : [event.server]
  return 'servers' in event ? event.servers : []
}

function serverOf(id: string, story: readonly Event[]): ServerReport {
  const since = new Map<string, number>()
  return Object.assign({ id, isInService: false }, ...story.map((event) => told(event, since)))
}

/** What one event adds to the story of a server; `since` holds when its parts began. */
function told(event: Event, since: Map<string, number>): Partial<ServerReport> {
  const started = (part: string) => {
    since.set(part, event.at)
    return {}
  }
  const took = (part: string) => event.at - (since.get(part) ?? event.at)
  switch (event.type) {
    case 'leaving':
      return started('drain')
    case 'drained':
      return since.has('drain') ? { drainMs: took('drain'), drainedBy: event.by } : {}
    case 'update-started':
      return started('update')
    case 'update-succeeded':
      return { updateMs: took('update') }
    case 'update-failed':
      return { updateMs: took('update'), tail: event.tail }
    case 'judged':
      return { smoke: event.verdict === 'pass' ? 'passed' : event.verdict }
    case 'returned':
      return started('health')
    case 'healthy':
      since.set('held', event.at)
      return { healthMs: took('health') }
    case 'in-service':
      return { heldMs: took('held'), isInService: true }
    case 'ready':
      return { isInService: true }
    case 'server-failed':
      return { failure: event.reason }
    case 'server-still-unhealthy':
      return { remark: `unhealthy before, and still so: ${event.reason}` }
    case 'still-out':
      return { remark: 'put back, but not seen in the load balancer yet', isInService: false }
    case 'batch-retreated':
      return { remark: `put back untouched: ${event.reason}` }
    default:
      return {}
  }
}
