import type { Outcome } from '../domain/outcome.ts'
import type { Direction, PhaseKind } from '../domain/plan.ts'
import type { PlannedPhase, ServerReport, TrafficReport } from '../domain/report.ts'

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
  /** Absent outside of GitHub Actions. */
  readonly run?: { readonly actor: string; readonly commit: string; readonly url: string } | undefined
  readonly targetGroups: readonly JsonGroup[]
  /** Absent in-place. */
  readonly traffic?: JsonTraffic | undefined
  readonly planned: readonly JsonPlannedPhase[]
  readonly phases: readonly JsonPhase[]
  readonly serversUpdated: number
  readonly failedStep?: string | undefined
  /** Why it was refused. */
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

export interface JsonGroup {
  readonly name: string
  /** Of those that the inputs name. */
  readonly arn?: string | undefined
}

export interface JsonTraffic extends Pick<TrafficReport, 'blue' | 'green' | 'live' | 'routes'> {
  readonly greenPercent: number
}

export interface JsonPlannedPhase extends Pick<PlannedPhase, 'kind' | 'servers'> {
  readonly greenPercent?: number | undefined
  readonly holdSeconds: number
}

export interface JsonPhase {
  readonly kind: PhaseKind
  readonly direction: Direction
  readonly version: string
  readonly batch: number
  readonly greenPercent?: number | undefined
  readonly startedAt: string
  /** Absent when it did not come to its end. */
  readonly endedAt?: string | undefined
  readonly durationSeconds?: number | undefined
  readonly failure?: string | undefined
  readonly servers: readonly JsonServer[]
}

export interface JsonServer extends Pick<ServerReport, 'id' | 'drainedBy'> {
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
