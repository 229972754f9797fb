import { AwsError, connectionReset, senderError } from '../aws-error.ts'
import type { Clock } from '../clock.ts'
import type { CallEvent } from '../events.ts'
import { drawDuration, type Random, seededRandom } from '../random.ts'
import { describeInstances } from './describe-instances.ts'
import { type Ec2Faults, failing, NO_EC2_FAULTS } from './faults.ts'
import type { Instance } from './instance.ts'

export interface Ec2Options {
  readonly clock: Clock
  /** Seeds injected faults. */
  readonly seed?: number
  readonly faults?: Partial<Ec2Faults>
}

/** Instances, and where they are. */
export class Ec2 {
  readonly #clock: Clock
  readonly #random: Random
  readonly #instances = new Map<string, Instance>()
  readonly #observers = new Set<(event: CallEvent) => void>()
  #faults: Ec2Faults
  #count = 0

  constructor({ clock, seed = 1, faults }: Ec2Options) {
    this.#clock = clock
    this.#random = seededRandom(seed)
    this.#faults = { ...NO_EC2_FAULTS, ...faults }
  }

  /** Replaces the faults: what is not given does not go wrong. */
  set faults(faults: Partial<Ec2Faults>) {
    this.#faults = { ...NO_EC2_FAULTS, ...faults }
  }

  /** Adds an instance, or changes what is known of it. */
  addInstance(instanceId: string, facts: Omit<Instance, 'instanceId' | 'state'> & Partial<Instance>): void {
    this.#instances.set(instanceId, { state: 'running', ...facts, instanceId })
  }

  /** Shows each call when it has been answered, or has failed. */
  observe(observer: (event: CallEvent) => void): () => void {
    this.#observers.add(observer)
    return () => this.#observers.delete(observer)
  }

  /** The API without HTTP, in the shapes of the AWS SDK: same validation, errors, faults and latency. */
  async call(action: string, input: object): Promise<object> {
    const interruption = this.#faults.onCall?.(++this.#count, action, this.#clock.now())
    const latencyMs = drawDuration(this.#faults.latencyMs, this.#random)
    if (latencyMs > 0) await this.#pass(latencyMs)
    try {
      if (interruption !== undefined) throw connectionReset()
      if (action !== 'DescribeInstances')
        throw senderError('InvalidAction', `The action ${action} is not valid for this web service.`)
      failing(this.#faults, action, this.#random)
      const output = describeInstances(this.#instances, input)
      this.#emit({ action, input })
      return output
    } catch (error) {
      if (error instanceof AwsError) this.#emit({ action, input, error: error.code })
      throw error
    }
  }

  #emit(event: Omit<CallEvent, 'at' | 'type'>): void {
    for (const observer of this.#observers) observer({ at: this.#clock.now(), type: 'call', ...event })
  }

  #pass(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.schedule(this.#clock.now() + ms, resolve)
    })
  }
}
