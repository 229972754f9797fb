import type { Probe } from './account/health-check.ts'
import type { Clock } from './clock.ts'
import type { Duration } from './random.ts'

export interface SimulatorOptions {
  readonly clock: Clock
  readonly region?: string
  readonly accountId?: string
  /** Seeds ARNs, phases of health checks, injected faults, weighted choices and lags of rules. */
  readonly seed?: number
  /** How a health check sees a target. */
  readonly probe: Probe
  readonly behaviour?: Partial<Behaviour>
  readonly faults?: Partial<Faults>
}

/** How the load balancer behaves where AWS documents no number, or nothing at all. */
export interface Behaviour {
  /** From `Elb.RegistrationInProgress` to `Elb.InitialHealthChecking`. */
  registrationLagMs: Duration
  /** The same of a Network Load Balancer. */
  networkRegistrationLagMs: Duration
  /**
   * RegisterTargets on a draining target: `initial` again, InvalidTarget, a 200 that changes nothing, or a 200 after which it
   * drains to the end and is `initial` then.
   */
  reregisterWhileDraining: 'accept' | 'reject' | 'ignore' | 'defer'
  /** Failed checks that turn `initial` into `unhealthy`; undefined: UnhealthyThresholdCount. */
  failedChecksThatEndInitial: number | undefined
  /** Whether a changed deregistration delay moves the end of drains under way. */
  delayChangeWhileDraining: 'ignored' | 'applied'
  /** Deregistering from a group that is not in use: gone at once, or through `draining`. */
  deregisterWhenNotInUse: 'gone' | 'draining'
  /** DescribeTargetHealth with an empty `Targets`. */
  emptyTargetsMean: 'all' | 'none'
  /** What ModifyTargetGroupAttributes answers. */
  modifyAttributesAnswers: 'sent' | 'all'
  /** Largest page, and the default one. */
  pageSize: number
  /** The data plane goes on with the rules before a change for that long; drawn anew for each change. */
  ruleLagMs: Duration
  /** The data plane goes on sending new requests to a target for that long after its deregistration. */
  deregistrationLagMs: number
  /** The same of a Network Load Balancer. */
  networkDeregistrationLagMs: number
  /** Whether a target of a Network Load Balancer shows `draining` while that lasts, or for the delay alone. */
  networkDrains: 'while-lagging' | 'for-the-delay'
  /** Connections to a target that drains, once nothing is in flight on them. */
  idleConnectionsOfDraining: 'kept' | 'closed'
  /** A request whose cookie names a group that has weight 0 by now: goes there, or is sent elsewhere. */
  stickyAtWeightZero: 'kept' | 'moved'
  /** Whether each answer brings a new cookie of group stickiness, or the first one has to do until it expires. */
  stickyCookie: 'renewed' | 'kept'
  /** UseExistingClientSecret in a listener's default actions; the documentation speaks of rules. */
  existingSecretOnListener: 'accepted' | 'rejected'
}

export const DEFAULT_BEHAVIOUR: Behaviour = {
  registrationLagMs: 500,
  networkRegistrationLagMs: [180_000, 300_000],
  reregisterWhileDraining: 'accept',
  failedChecksThatEndInitial: undefined,
  delayChangeWhileDraining: 'ignored',
  deregisterWhenNotInUse: 'gone',
  emptyTargetsMean: 'all',
  modifyAttributesAnswers: 'sent',
  pageSize: 400,
  ruleLagMs: 0,
  deregistrationLagMs: 0,
  networkDeregistrationLagMs: 150_000,
  networkDrains: 'while-lagging',
  idleConnectionsOfDraining: 'kept',
  stickyAtWeightZero: 'kept',
  stickyCookie: 'renewed',
  existingSecretOnListener: 'accepted',
}

/** What goes wrong. Shares are 0 to 1 and drawn from the seed. */
export interface Faults {
  /** Calls answered with Throttling, HTTP 400. */
  throttleShare: number
  /** Calls answered with ServiceUnavailable (503) or InternalFailure (500), in turn by chance. */
  errorShare: number
  /** Connections reset before the call takes effect. */
  resetShare: number
  /** Connections reset after the call took effect, instead of the answer. */
  lostReplyShare: number
  /** From the request to the reply; the call takes effect half-way. */
  latencyMs: Duration
  /** Reads of target health and tags answer what was true that long ago. */
  staleReadsMs: number
  /** Reads of listeners and rules answer what was true that long ago. */
  staleRulesMs: number
  /** Operations answered with AccessDenied, HTTP 403. */
  deny: readonly string[]
  /** Whether the published token buckets throttle. */
  buckets: boolean
  /**
   * Sees each call (n from 1, at the clock's `now`) before anything else happens. `reject-before`: the connection is reset and nothing was
   * done. `reject-after`: it was done, and the connection is reset instead of the answer.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks answers nothing
  onCall: ((n: number, action: string, now: number) => void | 'reject-before' | 'reject-after') | undefined
}

export const NO_FAULTS: Faults = {
  throttleShare: 0,
  errorShare: 0,
  resetShare: 0,
  lostReplyShare: 0,
  latencyMs: 0,
  staleReadsMs: 0,
  staleRulesMs: 0,
  deny: [],
  buckets: false,
  onCall: undefined,
}
