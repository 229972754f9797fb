import { AwsError, connectionReset, senderError } from '../aws-error.ts'
import type { Random } from '../random.ts'
import type { SsmFaults } from './options.ts'

/** AWS publishes no rates for these; those that read most are known to be throttled first. */
const ASSUMED = { size: 20, perSecond: 5 }

/** Decides what goes wrong with a call. Chances are drawn only for faults that are switched on. */
export class SsmFaultInjector {
  readonly #random: Random
  readonly #buckets = new Map<string, { tokens: number; at: number }>()

  constructor(random: Random) {
    this.#random = random
  }

  /** Throws what keeps a call from taking effect, if anything does. */
  beforeEffect(faults: SsmFaults, operation: string, now: number): void {
    if (this.happens(faults.resetShare)) throw connectionReset()
    if (this.happens(faults.throttleShare) || (faults.buckets && !this.#admits(operation, now)))
      throw senderError('ThrottlingException', 'Rate exceeded')
    if (faults.deny.includes(operation)) throw denied(operation)
    if (this.happens(faults.errorShare)) throw serverError()
  }

  happens(share: number): boolean {
    return share > 0 && this.#random() < share
  }

  #admits(operation: string, now: number): boolean {
    const { tokens, at } = this.#buckets.get(operation) ?? { tokens: ASSUMED.size, at: now }
    const held = Math.min(ASSUMED.size, tokens + ((now - at) / 1_000) * ASSUMED.perSecond)
    this.#buckets.set(operation, { tokens: held >= 1 ? held - 1 : held, at: now })
    return held >= 1
  }
}

const serverError = (): AwsError =>
  new AwsError({
    code: 'InternalServerError',
    message: 'An error occurred on the server side.',
    status: 500,
    type: 'Receiver',
  })

/** In JSON it has status 400. */
function denied(operation: string): AwsError {
  const who = 'arn:aws:sts::123456789012:assumed-role/deployer/ci'
  return senderError(
    'AccessDeniedException',
    `User: ${who} is not authorized to perform: ssm:${operation} on resource: * ` +
      `because no identity-based policy allows the ssm:${operation} action`,
  )
}
