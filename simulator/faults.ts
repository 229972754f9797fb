import { AwsError, connectionReset, senderError } from './aws-error.ts'
import type { Operation } from './operations/operation.ts'
import type { Faults } from './options.ts'
import type { Random } from './random.ts'
import { TokenBuckets } from './token-buckets.ts'

interface FaultyCall {
  readonly action: string
  readonly operation: Operation
  readonly input: object
  readonly now: number
}

/** Decides what goes wrong with a call. Chances are drawn only for faults that are switched on. */
export class FaultInjector {
  faults: Faults
  readonly #random: Random
  readonly #scope: { readonly accountId: string }
  #buckets: TokenBuckets | undefined

  constructor(faults: Faults, random: Random, scope: { accountId: string }) {
    this.faults = faults
    this.#random = random
    this.#scope = scope
  }

  /** Throws what keeps a call from taking effect, if anything does. */
  beforeEffect(call: FaultyCall): void {
    const { faults } = this
    if (this.#happens(faults.resetShare)) throw connectionReset()
    if (this.#happens(faults.throttleShare) || this.#isOverLimit(call))
      throw senderError('Throttling', 'Rate exceeded')
    if (faults.deny.includes(call.action)) throw this.#denied(call)
    if (this.#happens(faults.errorShare)) throw this.#serverError()
  }

  losesReply(): boolean {
    return this.#happens(this.faults.lostReplyShare)
  }

  #happens(share: number): boolean {
    return share > 0 && this.#random() < share
  }

  #isOverLimit(call: FaultyCall): boolean {
    if (!this.faults.buckets) return false
    this.#buckets ??= new TokenBuckets(call.now)
    return !this.#buckets.admits(call.operation.bucket, call.now)
  }

  #serverError(): AwsError {
    return this.#random() < 0.5
      ? new AwsError({
          code: 'ServiceUnavailable',
          message: 'Service is unavailable',
          status: 503,
          type: 'Receiver',
        })
      : new AwsError({
          code: 'InternalFailure',
          message: 'An internal error occurred',
          status: 500,
          type: 'Receiver',
        })
  }

  #denied({ action, operation, input }: FaultyCall): AwsError {
    const named = operation.resource ? (input as Record<string, unknown>)[operation.resource] : undefined
    const resource = [named].flat()[0] ?? '*'
    const who = `arn:aws:sts::${this.#scope.accountId}:assumed-role/deployer/ci`
    const permission = `elasticloadbalancing:${action}`
    return new AwsError({
      code: 'AccessDenied',
      message:
        `User: ${who} is not authorized to perform: ${permission} on resource: ${resource} ` +
        `because no identity-based policy allows the ${permission} action`,
      status: 403,
      type: 'Sender',
    })
  }
}
