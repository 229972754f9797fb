import type { Event } from './events.ts'
import type { Conclusion } from './outcome.ts'
import type { Phase, PhaseKind } from './plan.ts'
import { progressOf } from './progress.ts'
import type { ReportFacts } from './report-facts.ts'
import { fleetsOf } from './report-fleet.ts'
import type { PhaseReport } from './report-phases.ts'
import { phasesOf } from './report-phases.ts'
import { type PlanReport, planReport } from './report-plan.ts'
import type { FleetReport } from './report-standing.ts'
import type { TimeByCause } from './report-time.ts'
import { timeByCause } from './report-time.ts'
import type { TrafficReport } from './report-traffic.ts'
import { trafficOf } from './report-traffic.ts'
import type { VerdictReport } from './report-verdicts.ts'
import { verdictsOf } from './report-verdicts.ts'
import type { Share } from './traffic.ts'

export type { InputFacts, ReportFacts, WorkflowFacts } from './report-facts.ts'
export type { PhaseReport, StepReport } from './report-phases.ts'
export type { ServerReport } from './report-servers.ts'
export type { FleetReport, GroupReport, ServerStanding } from './report-standing.ts'
export type { TimeByCause, TimeCause } from './report-time.ts'
export type { TrafficReport } from './report-traffic.ts'
export type { VerdictReport } from './report-verdicts.ts'

/** The story of a run, told by its events alone; the summary, the outputs and the JSON file are views of it. */
export interface Report {
  readonly facts: ReportFacts
  /** Absent while the run is under way. */
  readonly conclusion?: Conclusion
  readonly endedAt: number
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
  readonly planned: readonly PlannedPhase[]
  /** Absent: nothing was planned. */
  readonly plan?: PlanReport
  readonly phases: readonly PhaseReport[]
  /** Names of the target groups. */
  readonly groups: readonly string[]
  /** What stood behind the load balancers at first; absent: it was not seen. */
  readonly before?: FleetReport
  /** And what stands there now, as far as the events tell; absent: nothing was changed. */
  readonly after?: FleetReport
  /** Whether a rollout that had not come to its end may have left servers on different versions, by what is written. */
  readonly isMixed: boolean
  /** A rollout that had not come to its end, and that this run has found. */
  readonly unfinished?: UnfinishedReport
  /** Blue-green: who carries the traffic, as far as it is known. */
  readonly traffic?: TrafficReport
  /** What the gates have said, in that order. */
  readonly verdicts: readonly VerdictReport[]
  readonly time: TimeByCause
  readonly failedStep?: string
  /** Servers that this run brought to the version, and left there. */
  readonly serversUpdated: number
}

export interface UnfinishedReport {
  readonly rolloutId: string
  readonly version: string
}

export interface PlannedPhase {
  readonly kind: PhaseKind
  /** As `PhaseReport` has it. */
  readonly share?: Share
  /** How long the traffic stays so at least. */
  readonly holdMs: number
  readonly servers: readonly string[]
}

export function reportOf(given: ReportFacts, events: readonly Event[]): Report {
  const last = events.at(-1)
  const ended = events.findLast((event) => event.type === 'ended')
  const planned = events.find((event) => event.type === 'planned')
  const plan = planReport(events)
  const observed = events.findLast((event) => event.type === 'observed')
  const failed = events.find((event) => event.type === 'step-failed')
  const facts = { ...given, ...(planned === undefined ? {} : learnt(planned)) }
  const progress = progressOf(events)
  const { traffic } = trafficOf(events, progress)
  return {
    facts,
    endedAt: last?.at ?? facts.startedAt,
    ...(ended === undefined ? {} : { conclusion: { outcome: ended.outcome, reason: ended.reason } }),
    problems: events.flatMap((event) => (event.type === 'refused' ? event.problems : [])),
    warnings: events.flatMap((event) => (event.type === 'warned' ? [event.text] : [])),
    planned: planned?.plan.phases.map(plannedPhase) ?? [],
    ...(plan === undefined ? {} : { plan }),
    groups: observed?.groups.map((group) => group.name) ?? [],
    ...fleetsOf(events, { traffic, progress, previousVersion: undefined, ...facts }),
    isMixed: observed?.groups.some(({ isMixed }) => isMixed === true) ?? false,
    ...unfinishedIn(events),
    ...(traffic === undefined ? {} : { traffic }),
    phases: phasesOf(events),
    verdicts: verdictsOf(events),
    time: timeByCause(events, facts.startedAt),
    // One that others had spoilt was made again.
    ...(failed === undefined || ended?.outcome === 'succeeded' ? {} : { failedStep: failed.step }),
    serversUpdated: progress.where(({ version }) => version === facts.version).length,
  }
}

function plannedPhase({ kind, share, servers, steps }: Phase): PlannedPhase {
  const holdMs = steps.reduce((sum, step) => sum + (step.kind === 'hold' ? step.forMs : 0), 0)
  return { kind, ...(share === undefined ? {} : { share }), holdMs, servers }
}

function unfinishedIn(events: readonly Event[]): { readonly unfinished?: UnfinishedReport } {
  const found = events.find(({ type }) => type === 'unfinished-found' || type === 'unfinished-shift-found')
  if (found === undefined || !('rolloutId' in found) || !('version' in found)) return {}
  return { unfinished: { rolloutId: found.rolloutId, version: found.version } }
}

type Planned = Extract<Event, { type: 'planned' }>

/** What only a deploy says in its inputs, the others learn from the journal. */
const learnt = ({ rolloutId, plan }: Planned): Partial<ReportFacts> => ({
  rolloutId,
  version: plan.version,
  strategy: plan.shift === undefined ? 'in-place' : 'blue-green',
  ...(plan.leaves === undefined ? {} : { previousVersion: plan.leaves }),
})
