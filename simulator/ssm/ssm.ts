import { AwsError, connectionReset, senderError } from '../aws-error.ts'
import type { CallEvent } from '../events.ts'
import { drawDuration, type Random, seededRandom } from '../random.ts'
import { type Node, SsmAccount } from './account.ts'
import type { Command } from './command.ts'
import type { Run, ScriptEvent } from './course.ts'
import type { Document } from './documents.ts'
import { SsmFaultInjector } from './faults.ts'
import { operations } from './operations/index.ts'
import { DEFAULT_SSM_BEHAVIOUR, NO_SSM_FAULTS, type SsmFaults, type SsmOptions } from './options.ts'

type Interruption = undefined | 'reject-before' | 'reject-after'

/** Run Command of Systems Manager: nodes with agents, commands that go as `run` says, and the API over them. */
export class Ssm {
  readonly #account: SsmAccount
  readonly #options: SsmOptions
  readonly #random: Random
  readonly #injector: SsmFaultInjector
  readonly #observers = new Set<(event: CallEvent) => void>()
  #faults: SsmFaults
  #count = 0

  constructor(options: SsmOptions) {
    this.#options = options
    this.#random = seededRandom(options.seed ?? 1)
    this.#injector = new SsmFaultInjector(this.#random)
    this.#faults = { ...NO_SSM_FAULTS, ...options.faults }
    this.#account = new SsmAccount(options, { ...DEFAULT_SSM_BEHAVIOUR, ...options.behaviour })
  }

  /** Replaces the faults: what is not given does not go wrong. */
  set faults(faults: Partial<SsmFaults>) {
    this.#faults = { ...NO_SSM_FAULTS, ...faults }
  }

  /** How commands go from now on. */
  set run(run: Run) {
    this.#account.run = run
  }

  /** Called with what really happens on the nodes, whoever hears of it. */
  set onScript(observer: (event: ScriptEvent) => void) {
    this.#account.onScript = observer
  }

  /** Every command that was sent, newest first. */
  get commands(): readonly Command[] {
    return this.#account.commands
  }

  /** Adds a node, or changes what is known of it. */
  addNode(instanceId: string, facts: Partial<Omit<Node, 'instanceId'>> = {}): void {
    this.#account.nodes.set(instanceId, { instanceId, ping: 'Online', platform: 'Linux', ...facts })
  }

  removeNode(instanceId: string): void {
    this.#account.nodes.delete(instanceId)
  }

  /** Its machine is terminated: commands that run there are not heard of any more, until their time is up. */
  terminateNode(instanceId: string): void {
    this.removeNode(instanceId)
    const all = this.commands.flatMap(({ invocations }) => invocations)
    for (const invocation of all.filter((one) => one.instanceId === instanceId)) invocation.vanish()
  }

  addDocument(document: Document): void {
    this.#account.documents.set(document.name, document)
  }

  /** Shows each call when it has taken effect, or has failed. */
  observe(observer: (event: CallEvent) => void): () => void {
    this.#observers.add(observer)
    return () => this.#observers.delete(observer)
  }

  /** The API without HTTP: same validation, errors, faults and latency. */
  async call(action: string, input: object): Promise<object> {
    const { clock } = this.#options
    const interruption = this.#faults.onCall?.(++this.#count, action, clock.now()) || undefined
    const latencyMs = drawDuration(this.#faults.latencyMs, this.#random)
    if (latencyMs > 0) await this.#pass(latencyMs / 2)
    try {
      return this.#perform(action, input, interruption)
    } finally {
      if (latencyMs > 0) await this.#pass(latencyMs / 2)
    }
  }

  #perform(action: string, input: object, interruption: Interruption): object {
    let output: object
    try {
      if (interruption === 'reject-before') throw connectionReset()
      const operation = operations.get(action)
      if (operation === undefined) throw senderError('UnknownOperationException', '')
      this.#injector.beforeEffect(this.#faults, action, this.#options.clock.now())
      output = operation.run(this.#account, input)
    } catch (error) {
      if (error instanceof AwsError) this.#emit({ action, input, error: error.code })
      throw error
    }
    const replyLost = interruption === 'reject-after' || this.#injector.happens(this.#faults.lostReplyShare)
    this.#emit({ action, input, ...(replyLost ? { replyLost } : {}) })
    if (replyLost) throw connectionReset()
    return output
  }

  #emit(event: Omit<CallEvent, 'at' | 'type'>): void {
    for (const observer of this.#observers)
      observer({ at: this.#options.clock.now(), type: 'call', ...event })
  }

  #pass(ms: number): Promise<void> {
    const { clock } = this.#options
    return new Promise((resolve) => {
      clock.schedule(clock.now() + ms, resolve)
    })
  }
}
