import type { AutoScalingGroup, Member, Process, Suspension } from './auto-scaling.ts'
import type { Event } from './events.ts'
import type { LoadBalancerInfo, Place, Server, Target, TargetGroup, TargetHealth } from './fleet.ts'
import type { OutList } from './journal.ts'
import type { Direction, GateScope } from './plan.ts'
import type { Listener, Pair, Route } from './routing.ts'
import type { Share } from './traffic.ts'

/** All time comes from here. Milliseconds since the epoch. */
export interface Clock {
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The ELBv2 API in our words. Every method rejects with an `ApiError`, or with the signal's reason. */
export interface LoadBalancer {
  /** The groups that exist among `arns`, with their attributes. */
  describeGroups(arns: readonly string[], signal?: AbortSignal): Promise<TargetGroup[]>
  /** Every group that is attached to the load balancer, by name. */
  describeGroupsOf(
    loadBalancerArn: string,
    signal?: AbortSignal,
  ): Promise<{ readonly arn: string; readonly name: string }[]>
  describeLoadBalancers(arns: readonly string[], signal?: AbortSignal): Promise<LoadBalancerInfo[]>
  /** All that is registered or draining in the group, never filtered: a filter would report wrong ports as gone. */
  describeHealth(groupArn: string, signal?: AbortSignal): Promise<TargetHealth[]>
  /** Registering what is registered changes nothing. */
  register(groupArn: string, targets: readonly Target[], signal?: AbortSignal): Promise<void>
  /** Deregistering what is not registered changes nothing, and says nothing. */
  deregister(groupArn: string, targets: readonly Target[], signal?: AbortSignal): Promise<void>
}

/** The instances behind the load balancer. */
export interface Instances {
  /** By id, those that are known. Rejects with an `ApiError`, or with the signal's reason. */
  describePlaces(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Place>>
}

/** Where listeners and rules send requests. Every method rejects with an `ApiError`, or with the signal's reason. */
export interface Routing {
  describeListeners(loadBalancerArn: string, signal?: AbortSignal): Promise<Listener[]>
  /** The rules of a listener by priority, then its default action. */
  describeRoutes(listener: Listener, signal?: AbortSignal): Promise<Route[]>
  /**
   * Replaces all actions of the route by those given, which must hold all that is to stay (client secrets stay by
   * themselves); answers the route as the load balancer has it now. Doing it twice is the same as once.
   */
  modifyRoute(route: Route, signal?: AbortSignal): Promise<Route>
}

/** What a command for one server is told about the rollout. */
export interface ServerContext {
  readonly direction: Direction
  /** The version the server is taken to: in a rollback, the one gone back to. */
  readonly version: string
  /** 1-based. */
  readonly batch: number
  readonly batches: number
  /** The version that the server leaves, where it is known. */
  readonly leaves?: string
}

export type UpdateResult =
  | { readonly ok: true }
  | {
      readonly ok: false
      /** One sentence: `exit code 3`, `no end after 10m, killed`. */
      readonly reason: string
      /** The last lines it printed. */
      readonly tail: readonly string[]
      /** False when it could not be shown that the update has ended: then the server stays out. */
      readonly ended: boolean
    }

/** Told as a batch of updates proceeds. */
export interface UpdateListener {
  /** Asked before an update that had to wait for others begins; when it rejects no more begin, and so does the update. */
  mayBegin(): Promise<void>
  /**
   * Its update runs now. `handle`: by which another process could end it (the id of a session, of a remote command).
   * One that could not even be started is reported as ended only.
   */
  started(serverId: string, handle?: string): void
  output(serverId: string, line: string): void
  ended(serverId: string, result: UpdateResult): void
}

/** Puts a version on servers that carry no traffic. */
export interface Updater {
  /** Its updates go on when this process is gone, and this is what they are found by (`LeftUpdates`); absent: they do not. */
  readonly mark?: string
  /**
   * Updates all `servers`; resolves when every update has ended, each reported to the listener once. A failed update
   * is a result, not a rejection. When the signal is aborted, running updates are ended (and confirmed ended) and those
   * not begun are left alone: they are not reported at all.
   */
  update(
    servers: readonly Server[],
    context: ServerContext,
    listener: UpdateListener,
    signal: AbortSignal,
  ): Promise<void>
  /** What forbids to begin, a sentence each with what to do. `servers`: the ids of all that are to be updated. */
  problems?(servers: readonly string[], signal: AbortSignal): Promise<string[]>
  /** Those that cannot be updated now, with the reason. Never rejects but with the signal's reason. */
  unreachable?(servers: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>
}

/** Updates that were begun by processes which are gone, and go on elsewhere: commands of Systems Manager. */
export interface LeftUpdates {
  /** Ends those that carry these marks; answers where one cannot be shown to have ended. Never rejects. */
  end(left: LeftBehind, signal: AbortSignal): Promise<readonly Doubt[]>
}

export interface LeftBehind {
  readonly marks: readonly string[]
  /** All of them are in doubt when nothing can be known. */
  readonly servers: readonly string[]
}

/** A server on which an update may still be running. */
export interface Doubt {
  readonly server: string
  readonly reason: string
}

/** Servers that have left the load balancer, and drain. */
export interface Drain {
  readonly servers: readonly Server[]
  readonly context: ServerContext
  /** How long it is worth anything to know: after that the load balancer itself is done with them, or almost. */
  readonly forMs: number
}

/** Told as servers drain. */
export interface DrainListener {
  /** It has no more requests: seen twice in a row. */
  drained(serverId: string): void
  /** One sentence, or the end of one: why nothing more will be known of these. */
  unknown(serverIds: readonly string[], reason: string): void
}

/** Knows, better than the load balancer, when a server has no more requests. */
export interface DrainProbe {
  /** What it goes by. */
  readonly by: 'command' | 'connections'
  /**
   * Watches servers that have left, each reported to the listener once or not at all; resolves when there is nothing more
   * to tell. What fails is told, and never rejects. When the signal is aborted whatever it has begun is ended.
   */
  watch(drain: Drain, listener: DrainListener, signal: AbortSignal): Promise<void>
  /** What may keep it from knowing anything, a sentence each: then every drain takes the whole deregistration delay. */
  doubts?(servers: readonly string[], signal: AbortSignal): Promise<readonly string[]>
}

export type Verdict =
  | { readonly verdict: 'pass'; readonly evidence: string }
  | { readonly verdict: 'fail'; readonly evidence: string }
  /** It could not judge, for instance because nothing answers yet. Never aborts by itself. */
  | { readonly verdict: 'unknown'; readonly evidence: string }

/** A check that must pass. */
export interface Gate {
  readonly name: string
  /** `server`: asked for each server before it goes back in; `service`: asked once, after a batch is in. */
  readonly scope: GateScope
  /** One judgement, now; repeating it is the engine's business. `server` is given when the scope is `server`. */
  check(
    subject: { readonly version: string; readonly server?: Server },
    signal: AbortSignal,
  ): Promise<Verdict>
}

/** Something outside that must not object while a rollout is under way, such as an alarm. */
export interface Watch {
  readonly name: string
  /** What forbids to begin, a sentence each with what to do; what does not exist, what objects already. */
  problems(signal: AbortSignal): Promise<string[]>
  /** One judgement, now. Never rejects but with the signal's reason: what cannot be asked is `unknown`. */
  check(signal: AbortSignal): Promise<Verdict>
}

/** Judges green against blue by what the load balancer has measured. */
export interface TrafficGate {
  readonly name: string
  /** How long a share must stay for a verdict to be possible. */
  readonly leastHoldMs: number
  /** One judgement of the traffic from `since` to `now`. Never rejects but with the signal's reason. */
  judge(question: TrafficQuestion, signal: AbortSignal): Promise<Verdict>
  /** What forbids to begin, a sentence each with what to do. */
  problems?(pair: Pair, signal: AbortSignal): Promise<string[]>
}

export interface TrafficQuestion extends Pair {
  /** When the share had reached all of the load balancer. Milliseconds since the epoch. */
  readonly since: number
  readonly now: number
  /** Green's. */
  readonly share: Share
}

/**
 * The groups that launch and terminate instances. Every method rejects with an `ApiError`, or with the signal's reason;
 * doing one twice is the same as doing it once.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SuspendProcesses.html
 */
export interface AutoScaling {
  /** By id; those that belong to no group are absent. */
  describeMembers(instanceIds: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Member>>
  /** Those that exist among the names. */
  describeGroups(names: readonly string[], signal?: AbortSignal): Promise<AutoScalingGroup[]>
  /** The state of an instance refresh that is under way (`InProgress`), if one is. */
  refreshUnderWay(group: string, signal?: AbortSignal): Promise<string | undefined>
  suspend(group: string, processes: readonly Process[], signal?: AbortSignal): Promise<void>
  resume(group: string, processes: readonly Process[], signal?: AbortSignal): Promise<void>
}

/** Tags of one resource, by key. */
export type Tags = ReadonlyMap<string, string>

/**
 * The tags of resources, as the API has them. Every method rejects with an `ApiError`, or with the signal's reason.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddTags.html
 */
export interface TagCalls {
  /** By ARN. */
  describe(arns: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Tags>>
  /** Adds or overwrites, on every resource. */
  add(arns: readonly string[], tags: Tags, signal?: AbortSignal): Promise<void>
  /** Removing what is not there changes nothing. */
  remove(arns: readonly string[], keys: readonly string[], signal?: AbortSignal): Promise<void>
}

/** What GitHub knows of workflow runs. */
export interface Runs {
  /** False also when it is not known. Never rejects. */
  hasCompleted(runId: string, cancel: AbortSignal): Promise<boolean>
}

/** What is out, written down before it leaves; and the look whether we still may change things. DESIGN §5. */
export interface Journal {
  /** Called before every change: rejects when somebody else may change things now. */
  confirm(signal: AbortSignal): Promise<void>
  /** Written before the servers leave, or a weight is changed. */
  recordOut(entry: JournalEntry, signal: AbortSignal): Promise<void>
  /**
   * Written before the processes are suspended, beside those that are written already. `entry`: about whom; its servers are
   * not out yet.
   */
  recordSuspended(entry: JournalEntry, suspended: readonly Suspension[], signal: AbortSignal): Promise<void>
  /** Written after they are back and healthy. */
  recordIn(servers: readonly string[], signal: AbortSignal): Promise<void>
  /** Says, where it is not said yet, that the next entry may be this long in coming. */
  extend(holdForMs: number, signal: AbortSignal): Promise<void>
}

export interface JournalEntry extends Omit<OutList, 'sequence' | 'rolloutId' | 'inDoubt' | 'autoScaling'> {
  /** ARNs of the groups whose version nobody knows from here on until it has ended well. */
  readonly touches: readonly string[]
  /** How long until the next entry, at the longest. */
  readonly holdForMs: number
}

export type Emit = (event: Event) => void
