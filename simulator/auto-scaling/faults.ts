import { AwsError, connectionReset, senderError } from '../aws-error.ts'
import type { Random } from '../random.ts'
import type { AutoScalingFaults } from './options.ts'

/** Decides what goes wrong with a call. Chances are drawn only for faults that are switched on. */
export class AutoScalingFaultInjector {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  /** Throws what keeps a call from taking effect, if anything does. */
  beforeEffect(faults: AutoScalingFaults, operation: string): void {
    if (this.happens(faults.resetShare)) throw connectionReset()
    if (this.happens(faults.throttleShare)) throw senderError('Throttling', 'Rate exceeded')
    if (faults.deny.includes(operation)) throw denied(operation)
    if (this.happens(faults.errorShare)) throw this.happens(0.5) ? contention() : unavailable()
  }

  happens(share: number): boolean {
    return share > 0 && this.#random() < share
  }
}

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SuspendProcesses.html: with HTTP status 500. */
const contention = (): AwsError =>
  new AwsError({
    code: 'ResourceContention',
    message: 'You already have a pending update to an Amazon EC2 Auto Scaling resource',
    status: 500,
    type: 'Receiver',
  })

const unavailable = (): AwsError =>
  new AwsError({
    code: 'ServiceUnavailable',
    message: 'Service is unavailable',
    status: 503,
    type: 'Receiver',
  })

function denied(operation: string): AwsError {
  const who = 'arn:aws:sts::123456789012:assumed-role/deployer/ci'
  return new AwsError({
    code: 'AccessDenied',
    message:
      `User: ${who} is not authorized to perform: autoscaling:${operation} ` +
      `because no identity-based policy allows the autoscaling:${operation} action`,
    status: 403,
    type: 'Sender',
  })
}
