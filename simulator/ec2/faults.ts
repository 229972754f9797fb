import { AwsError, connectionReset, senderError } from '../aws-error.ts'
import type { Faults } from '../options.ts'
import type { Random } from '../random.ts'

/** As those of the load balancer. */
export type Ec2Faults = Pick<
  Faults,
  'throttleShare' | 'errorShare' | 'resetShare' | 'latencyMs' | 'deny' | 'onCall'
>

export const NO_EC2_FAULTS: Ec2Faults = {
  throttleShare: 0,
  errorShare: 0,
  resetShare: 0,
  latencyMs: 0,
  deny: [],
  onCall: undefined,
}

/** Throws what keeps a call from being answered, if anything does. */
export function failing(faults: Ec2Faults, action: string, random: Random): void {
  const happens = (share: number): boolean => share > 0 && random() < share
  if (happens(faults.resetShare)) throw connectionReset()
  if (happens(faults.throttleShare)) throw throttled()
  if (faults.deny.includes(action)) throw denied(action)
  if (happens(faults.errorShare)) throw unavailable()
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
const throttled = (): AwsError => serverError('RequestLimitExceeded', 'Request limit exceeded.')
const unavailable = (): AwsError => serverError('Unavailable', 'The service is unavailable.')

const serverError = (code: string, message: string): AwsError =>
  new AwsError({ code, message, status: 503, type: 'Receiver' })

function denied(action: string): AwsError {
  const { code, message, type } = senderError(
    'UnauthorizedOperation',
    `You are not authorized to perform this operation. User: arn:aws:sts::123456789012:assumed-role/deployer/ci is not authorized to perform: ec2:${action} because no identity-based policy allows the ec2:${action} action`,
  )
  return new AwsError({ code, message, type, status: 403 })
}
