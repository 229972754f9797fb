import type { Account } from './account/account.ts'
import { AwsError, connectionReset, senderError } from './aws-error.ts'
import type { Clock } from './clock.ts'
import type { SimulatorEvent } from './events.ts'
import { FaultInjector } from './faults.ts'
import { operations } from './operations/index.ts'
import type { Faults } from './options.ts'
import { drawDuration, type Random } from './random.ts'

interface CallsOptions {
  readonly clock: Clock
  readonly random: Random
  readonly faults: Faults
  readonly accountId: string
  emit(event: SimulatorEvent): void
}

type Interruption = undefined | 'reject-before' | 'reject-after'

/** One way in for every call, in process or over HTTP: latency, faults, validation, the operation, the event. */
export class Calls {
  readonly #account: Account
  readonly #options: CallsOptions
  readonly #injector: FaultInjector
  #count = 0

  constructor(account: Account, options: CallsOptions) {
    this.#account = account
    this.#options = options
    this.#injector = new FaultInjector(options.faults, options.random, options)
    this.faults = options.faults
  }

  get faults(): Faults {
    return this.#injector.faults
  }

  set faults(faults: Faults) {
    this.#injector.faults = faults
    this.#account.staleReadsMs = faults.staleReadsMs
    this.#account.staleRulesMs = faults.staleRulesMs
  }

  async call(action: string, input: object): Promise<object> {
    const interruption = this.faults.onCall?.(++this.#count, action, this.#options.clock.now()) || undefined
    const latencyMs = drawDuration(this.faults.latencyMs, this.#options.random)
    if (latencyMs > 0) await this.#pass(latencyMs / 2)
    try {
      return this.#perform(action, input, interruption)
    } finally {
      if (latencyMs > 0) await this.#pass(latencyMs / 2)
    }
  }

  #perform(action: string, given: object, interruption: Interruption): object {
    let input = given
    let output: object
    try {
      if (interruption === 'reject-before') throw connectionReset()
      const operation = operations.get(action)
      if (!operation) throw unknownAction(action)
      this.#injector.beforeEffect({ action, operation, input, now: this.#options.clock.now() })
      input = operation.read(given)
      output = operation.run(this.#account, input)
    } catch (error) {
      if (error instanceof AwsError) this.#emit({ action, input, error: error.code })
      throw error
    }
    const replyLost = interruption === 'reject-after' || this.#injector.losesReply()
    this.#emit({ action, input, ...(replyLost ? { replyLost } : {}) })
    if (replyLost) throw connectionReset()
    return output
  }

  #emit(event: { action: string; input: object; error?: string; replyLost?: true }): void {
    this.#options.emit({ at: this.#options.clock.now(), type: 'call', ...event })
  }

  #pass(ms: number): Promise<void> {
    const { clock } = this.#options
    return new Promise((resolve) => {
      clock.schedule(clock.now() + ms, resolve)
    })
  }
}

function unknownAction(action: string): AwsError {
  return senderError('InvalidAction', `The action ${action} is not valid for this web service`)
}
