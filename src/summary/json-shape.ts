import type { Cause } from '../domain/estimate.ts'
import type { LowestHealthy } from '../domain/lowest-healthy.ts'
import type { Outcome, Stop } from '../domain/outcome.ts'
import type { Direction, PhaseKind } from '../domain/plan.ts'
import type {
  FleetReport,
  ServerReport,
  ServerStanding,
  StepReport,
  TimeCause,
  TrafficReport,
  UnfinishedReport,
  VerdictReport,
} from '../domain/report.ts'

/**
 * The file of `report-path`, as `schema/report-v1.schema.json` describes it: for programs, and so with names and units that
 * stay. Times are ISO 8601 in UTC, durations are seconds, shares are percent. What is undefined is not written.
 */
export interface JsonReport {
  readonly $schema: string
  /** Goes up when something that is here goes away or gets another meaning; more may come without. */
  readonly schemaVersion: 1
  readonly rolloutId: string
  /** Absent when the input was wrong. */
  readonly mode?: string | undefined
  readonly strategy?: string | undefined
  readonly outcome: Outcome
  readonly reason: string
  /** Where the servers were to go. */
  readonly version?: string | undefined
  /** What they were to leave. */
  readonly previousVersion?: string | undefined
  readonly startedAt: string
  readonly endedAt: string
  readonly durationSeconds: number
  /** What the time went into; the sum is the whole. */
  readonly secondsByCause: Readonly<Record<TimeCause, number>>
  /** Absent outside of GitHub Actions. */
  readonly run?: JsonRun | undefined
  readonly targetGroups: readonly JsonGroup[]
  /** Absent in-place. */
  readonly traffic?: JsonTraffic | undefined
  /** A rollout that had not come to its end, and was found. */
  readonly unfinished?: UnfinishedReport | undefined
  /** Absent: there was nothing to plan, or it was refused before. */
  readonly plan?: JsonPlan | undefined
  readonly before?: JsonFleet | undefined
  /** Absent: nothing was changed. */
  readonly after?: JsonFleet | undefined
  readonly phases: readonly JsonPhase[]
  readonly verdicts: readonly JsonVerdict[]
  readonly serversUpdated: number
  readonly failedStep?: string | undefined
  /** Why it was refused. */
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

export interface JsonRun {
  readonly actor: string
  readonly commit: string
  readonly url: string
  readonly attempt?: string | undefined
  readonly workflow?: string | undefined
  readonly ref?: string | undefined
}

export interface JsonGroup {
  readonly name: string
  /** Of those that the inputs name. */
  readonly arn?: string | undefined
}

export interface JsonTraffic extends Pick<TrafficReport, 'blue' | 'green' | 'live' | 'isSure'> {
  readonly greenPercent: number
  readonly greenPercentBefore?: number | undefined
  readonly routes: readonly string[]
}

export interface JsonPlan {
  readonly direction: Direction
  readonly maxFailures: number
  readonly estimate: JsonEstimate
  readonly lowestHealthy: readonly LowestHealthy[]
  readonly neededOfGreen?: number | undefined
  readonly wayBack: { readonly text: string; readonly seconds?: number | undefined }
  readonly permissions: readonly string[]
  readonly phases: readonly JsonPlannedPhase[]
}

export interface JsonEstimate {
  readonly seconds: number
  readonly spreadSeconds: number
  readonly includesUpdates: boolean
  readonly parts: readonly { readonly cause: Cause; readonly seconds: number; readonly why: string }[]
}

export interface JsonPlannedPhase {
  readonly kind: PhaseKind
  readonly greenPercent?: number | undefined
  readonly holdSeconds: number
  readonly estimatedSeconds?: number | undefined
  readonly servers: readonly string[]
}

export interface JsonFleet extends Pick<FleetReport, 'loadBalancers'> {
  readonly targetGroups: readonly {
    readonly name: string
    readonly trafficPercent?: number | undefined
    readonly servers: readonly JsonStanding[]
  }[]
}

export interface JsonStanding extends Omit<ServerStanding, 'place'> {
  readonly place: string
}

export interface JsonPhase {
  readonly kind: PhaseKind
  readonly direction: Direction
  readonly version: string
  readonly batch: number
  readonly batches: number
  readonly areNewcomers?: true
  readonly greenPercent?: number | undefined
  readonly startedAt: string
  /** Absent when it did not come to its end. */
  readonly endedAt?: string | undefined
  readonly durationSeconds?: number | undefined
  readonly stoppedBy?: Stop['cause'] | undefined
  readonly failure?: string | undefined
  readonly steps: readonly JsonStep[]
  readonly servers: readonly JsonServer[]
}

export interface JsonStep extends Pick<StepReport, 'kind'> {
  readonly end?: string | undefined
  readonly servers: number
  readonly startedAt: string
  readonly durationSeconds?: number | undefined
}

export interface JsonServer extends Pick<ServerReport, 'id' | 'drainedBy' | 'failedIn'> {
  readonly inService: boolean
  readonly drainSeconds?: number | undefined
  readonly updateSeconds?: number | undefined
  readonly smokeTest?: string | undefined
  readonly healthyAfterSeconds?: number | undefined
  readonly stayedHealthySeconds?: number | undefined
  readonly failure?: string | undefined
  readonly lastLines?: readonly string[] | undefined
  readonly remark?: string | undefined
}

export interface JsonVerdict extends Omit<VerdictReport, 'at'> {
  readonly at: string
}
