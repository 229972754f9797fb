import type { Clock } from '../clock.ts'
import type { Faults } from '../options.ts'
import type { Run } from './course.ts'

export interface SsmOptions {
  readonly clock: Clock
  readonly region?: string
  readonly accountId?: string
  /** Seeds ids and injected faults. */
  readonly seed?: number
  /** How a command goes on a node. */
  readonly run: Run
  readonly behaviour?: Partial<SsmBehaviour>
  readonly faults?: Partial<SsmFaults>
}

/** What AWS does not document, or documents in two ways. */
export interface SsmBehaviour {
  /** A command is not seen by the operations that read for that long after SendCommand. */
  visibleAfterMs: number
  /** A node without a connection: SendCommand answers InvalidInstanceId, or takes the command and cannot deliver it. */
  lostNodes: 'refused' | 'accepted'
  /** What must pass for `Delivery Timed Out`: TimeoutSeconds (API reference), or that and the execution timeout (guide). */
  deliveryTimesOutAfter: 'delivery' | 'total'
  /** How StatusDetails of two words are written: as in the reference, or as the API has been seen to. */
  details: 'Two Words' | 'OneWord'
  /** Commands that would make more invocations pending are taken, and end as Rate Exceeded without any. */
  pendingLimit: number
}

export const DEFAULT_SSM_BEHAVIOUR: SsmBehaviour = {
  visibleAfterMs: 200,
  lostNodes: 'refused',
  deliveryTimesOutAfter: 'delivery',
  details: 'OneWord',
  pendingLimit: Number.POSITIVE_INFINITY,
}

/** As those of the load balancer. `buckets`: limits that are assumed, since AWS publishes none. */
export type SsmFaults = Pick<
  Faults,
  | 'throttleShare'
  | 'errorShare'
  | 'resetShare'
  | 'lostReplyShare'
  | 'latencyMs'
  | 'deny'
  | 'buckets'
  | 'onCall'
>

export const NO_SSM_FAULTS: SsmFaults = {
  throttleShare: 0,
  errorShare: 0,
  resetShare: 0,
  lostReplyShare: 0,
  latencyMs: 0,
  deny: [],
  buckets: false,
  onCall: undefined,
}
