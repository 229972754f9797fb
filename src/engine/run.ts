import type { Happening } from '../domain/events.ts'
import type { Fleet, Server, TargetGroup } from '../domain/fleet.ts'
import type { JournalStore } from '../domain/journal.ts'
import type { Plan, Step, StepKind } from '../domain/plan.ts'
import type {
  AutoScaling,
  Clock,
  DrainProbe,
  Gate,
  Instances,
  Journal,
  JournalEntry,
  LeftUpdates,
  LoadBalancer,
  Routing,
  Runs,
  TrafficGate,
  Updater,
  Watch,
} from '../domain/ports.ts'
import type { Progress } from '../domain/progress.ts'
import type { Listener, Route } from '../domain/routing.ts'
import type { Pacer } from './pacer.ts'
import type { Patience } from './persist.ts'

export interface Ports {
  readonly loadBalancer: LoadBalancer
  readonly routing: Routing
  /** Absent: where instances are is not asked. */
  readonly instances?: Instances
  readonly updater: Updater
  /** Absent: no update outlives the process that has begun it. */
  readonly leftUpdates?: LeftUpdates
  readonly drainProbe?: DrainProbe
  readonly gates: readonly Gate[]
  /** Asked while a deploy or a promotion goes forward; the way back asks nobody. */
  readonly watches: readonly Watch[]
  readonly trafficGates: readonly TrafficGate[]
  readonly store: JournalStore
  /** Absent: nobody is asked about groups of Auto Scaling. */
  readonly autoScaling?: AutoScaling
  readonly runs?: Runs
  readonly clock: Clock
}

/** One plan being performed. */
export interface Run {
  readonly plan: Plan
  readonly ports: Ports
  /** The servers that the plan is about, and their groups. */
  readonly fleet: Fleet
  /** All groups of the rollout. */
  readonly groups: readonly TargetGroup[]
  readonly journal: Journal
  readonly strategy: string
  /** Ids of the servers that belong to a group of Auto Scaling, as far as it is known. */
  readonly members: ReadonlySet<string>
  /** Healthy before its update; what was not may stay so. */
  readonly wasHealthy: Set<string>
  readonly progress: Progress
  /** Aborted with a `Stop` as its reason. */
  readonly signal: AbortSignal
  readonly emit: (event: Happening) => void
  /** Servers that could not be taken to the plan's version, with the reason. Steps leave them alone from then on. */
  readonly failures: Map<string, string>
  /** Healthy servers of the batch that is out: what the floor has paid for. */
  costing: ReadonlySet<string>
  /** When this run took each server out. */
  readonly leftAt: Map<string, number>
  readonly patience: Patience
  readonly pacer: Pacer
  /** Listeners of the routes that the plan is about. */
  readonly listeners: readonly Listener[]
  /** Routes as they were seen, or set, last; by ARN. */
  readonly routes: Map<string, Route>
  /** What this process has done to routes, by ARN. */
  readonly changedRoutes: Map<string, RouteChange>
  /** Servers of the group that is made ready which are not healthy, and need not be. */
  unready: ReadonlySet<string>
  batch: number
  batches: number
  /** The longest that the phase under way may take. */
  phaseWithinMs: number
}

export interface RouteChange {
  readonly at: number
  /** The route as the load balancer answered; absent: it may have been changed, and we were not told. */
  readonly answer?: Route
}

/** What a step says about the phase it belongs to; nothing means: go on. */
export type StepResult =
  | undefined
  | { readonly cut: readonly string[] }
  | { readonly retreat: string }
  /** `byService`: as `Stop` has it. */
  | { readonly failed: string; readonly byService?: true }

/** Performs one kind of step. An "ensure": doing it twice is the same as doing it once. */
export type Handler<Kind extends StepKind> = (
  run: Run,
  step: Extract<Step, { kind: Kind }>,
) => Promise<StepResult>

export function serversIn(run: Run, ids: readonly string[]): Server[] {
  const wanted = new Set(ids)
  return run.fleet.servers.filter((server) => wanted.has(server.id))
}

/** What the next one who comes must know of updates that go on without this process. */
export function remoteUpdates({ ports }: Run): Pick<JournalEntry, 'remoteUpdates'> {
  const { mark } = ports.updater
  return mark === undefined ? {} : { remoteUpdates: [mark] }
}

export function failServer(run: Run, server: string, reason: string): void {
  run.failures.set(server, reason)
  run.emit({ type: 'server-failed', server, reason })
}
