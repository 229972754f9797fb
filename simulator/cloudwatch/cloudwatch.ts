import { AwsError, connectionReset, senderError } from '../aws-error.ts'
import type { Clock } from '../clock.ts'
import { Alarms } from './alarms.ts'
import { describeAlarms } from './describe-alarms.ts'
import { getMetricData } from './get-metric-data.ts'
import { Metrics } from './metrics.ts'

export type CloudWatchFault = 'deny' | 'throttle' | 'error' | 'reset'

/** What goes wrong with call n, counted from 1; nothing when it answers nothing. */
export type OnCloudWatchCall = (n: number, operation: string) => CloudWatchFault | undefined

export interface CloudWatchOptions {
  readonly clock: Clock
  readonly region?: string
  readonly accountId?: string
  /** How long after its end a minute can be read. AWS does not say; by default 30 s. */
  readonly publicationDelayMs?: number
  /** Smaller than AWS's, to see more pages. */
  readonly pageSize?: { readonly alarms?: number; readonly points?: number }
}

/** DescribeAlarms and GetMetricData, and nothing else of CloudWatch. */
export class CloudWatch {
  readonly alarms: Alarms
  readonly metrics: Metrics
  /** May be replaced at any time. */
  onCall: OnCloudWatchCall | undefined
  readonly #options: CloudWatchOptions
  readonly #calls: Record<string, number> = {}
  #count = 0

  constructor(options: CloudWatchOptions) {
    const { clock, region = 'us-east-1', accountId = '123456789012', publicationDelayMs = 30_000 } = options
    this.#options = options
    this.alarms = new Alarms(clock, `${region}:${accountId}`)
    this.metrics = new Metrics(clock, publicationDelayMs)
  }

  /** How many calls came in, by operation. */
  calls(): Record<string, number> {
    return { ...this.#calls }
  }

  /** The API without HTTP; times as JSON has them, in seconds since the epoch. Throws AwsError. */
  call(operation: string, input: object): object {
    this.#calls[operation] = (this.#calls[operation] ?? 0) + 1
    const fault = this.onCall?.(++this.#count, operation)
    if (fault !== undefined) throw FAULTS[fault](operation)
    const { alarms = 50, points = 100_800 } = this.#options.pageSize ?? {}
    if (operation === 'DescribeAlarms') return describeAlarms(this.alarms, input, alarms)
    if (operation === 'GetMetricData') return getMetricData(this.metrics, input, points)
    throw senderError('UnknownOperationException', '')
  }
}

const FAULTS: Readonly<Record<CloudWatchFault, (operation: string) => AwsError>> = {
  deny: (operation) =>
    new AwsError({
      code: 'AccessDenied',
      message: `User: arn:aws:sts::123456789012:assumed-role/deploy/x1 is not authorized to perform: cloudwatch:${operation} because no identity-based policy allows the cloudwatch:${operation} action`,
      status: 403,
      type: 'Sender',
    }),
  throttle: () => senderError('Throttling', 'Rate exceeded'),
  error: () =>
    new AwsError({ code: 'InternalFailure', message: 'Internal failure', status: 500, type: 'Receiver' }),
  reset: connectionReset,
}
