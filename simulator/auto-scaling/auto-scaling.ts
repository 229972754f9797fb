import { AwsError, connectionReset, senderError } from '../aws-error.ts'
import type { CallEvent } from '../events.ts'
import { drawDuration, type Random, seededRandom } from '../random.ts'
import { AutoScalingAccount } from './account.ts'
import { AutoScalingFaultInjector } from './faults.ts'
import { Fleet } from './fleet.ts'
import type { Activity, AutoScalingGroup, AutoScalingGroupSettings, Instance, Process } from './group.ts'
import { operations } from './operations/index.ts'
import {
  type AutoScalingFaults,
  type AutoScalingOptions,
  DEFAULT_AUTO_SCALING_BEHAVIOUR,
  NO_AUTO_SCALING_FAULTS,
} from './options.ts'

type Interruption = undefined | 'reject-before' | 'reject-after'

/** Groups of instances behind a simulated load balancer, which look after themselves on its clock, and the API over them. */
export class AutoScaling {
  readonly #account: AutoScalingAccount
  readonly #fleet: Fleet
  readonly #options: AutoScalingOptions
  readonly #random: Random
  readonly #injector: AutoScalingFaultInjector
  readonly #observers = new Set<(event: CallEvent) => void>()
  #faults: AutoScalingFaults
  #count = 0

  constructor(options: AutoScalingOptions) {
    const { clock, region = 'us-east-1', accountId = '123456789012' } = options
    const behaviour = { ...DEFAULT_AUTO_SCALING_BEHAVIOUR, ...options.behaviour }
    this.#options = options
    this.#random = seededRandom(options.seed ?? 1)
    this.#injector = new AutoScalingFaultInjector(this.#random)
    this.#faults = { ...NO_AUTO_SCALING_FAULTS, ...options.faults }
    this.#account = new AutoScalingAccount(clock, behaviour, `${region}:${accountId}`)
    this.#fleet = new Fleet({ ...options, behaviour, random: this.#random })
  }

  /** Replaces the faults: what is not given does not go wrong. */
  set faults(faults: Partial<AutoScalingFaults>) {
    this.#faults = { ...NO_AUTO_SCALING_FAULTS, ...faults }
  }

  /** Its instances have long been in service; whether they are registered is not its business. */
  addGroup(settings: AutoScalingGroupSettings): void {
    const group = this.#account.add(settings)
    for (const id of settings.instances) this.#fleet.adopt(group, id)
    this.#fleet.watch(group)
  }

  removeGroup(name: string): void {
    this.#account.groups.delete(name)
  }

  /** An alarm, a schedule or a person wants more: `by` is the process that a suspension would have stopped. */
  scaleOut(name: string, { count = 1, by }: { count?: number; by?: Process } = {}): void {
    const group = this.#account.group(name)
    if (by !== undefined && !group.runs(by)) return
    for (let launched = 0; launched < count && group.runs('Launch'); launched++) {
      group.desired++
      this.#fleet.launch(group)
    }
  }

  /** The same for fewer; of the instances in service the first ones go, unless one is named. */
  scaleIn(name: string, { id, by }: { id?: string; by?: Process } = {}): void {
    const group = this.#account.group(name)
    if ((by !== undefined && !group.runs(by)) || !group.runs('Terminate')) return
    const instance = group.inState('InService').find((one) => id === undefined || one.id === id)
    if (instance === undefined) return
    group.desired--
    this.#fleet.terminate(group, instance, 'scale-in')
  }

  /** A zone has too many: an instance is launched elsewhere, and one is terminated. */
  rebalance(name: string): void {
    const group = this.#account.group(name)
    if (!group.runs('AZRebalance')) return
    this.#fleet.launch(group)
    const [first] = group.inState('InService')
    if (first !== undefined && group.runs('Terminate')) this.#fleet.terminate(group, first, 'rebalance')
  }

  /** Spot, a failed host, or a person in EC2: no suspension stops that. The group finds out at its next look. */
  lose(id: string): void {
    const { loadBalancing, onTerminate } = this.#options
    loadBalancing.setInstanceState(id, 'terminated')
    onTerminate?.(id, this.#of(id)?.group.name ?? '')
  }

  startInstanceRefresh(name: string): void {
    const group = this.#account.group(name)
    group.refreshes.push({ id: `refresh-${group.refreshes.length + 1}`, status: 'InProgress' })
  }

  /** As SetInstanceHealth, EnterStandby and the like would. */
  setInstance(id: string, change: Partial<Pick<Instance, 'lifecycle' | 'health'>>): void {
    const found = this.#of(id)
    if (found !== undefined) Object.assign(found.instance, change)
  }

  /** What is suspended now, whatever the API would answer. */
  suspended(name: string): Process[] {
    return [...this.#account.group(name).suspended.keys()].sort()
  }

  /** As an operator does. */
  suspend(name: string, processes: readonly Process[]): void {
    for (const process of processes) this.#account.group(name).suspended.set(process, 'User suspended')
  }

  /** What it has terminated, in order. */
  activities(name: string): readonly Activity[] {
    return [...this.#account.group(name).activities]
  }

  instances(name: string): Instance[] {
    return [...this.#account.group(name).instances.values()].map((instance) => ({ ...instance }))
  }

  /** Shows each call when it has taken effect, or has failed. */
  observe(observer: (event: CallEvent) => void): () => void {
    this.#observers.add(observer)
    return () => this.#observers.delete(observer)
  }

  /** The API without HTTP: same validation, errors, faults and latency. */
  async call(action: string, input: object): Promise<object> {
    const { clock } = this.#options
    const interruption = this.#faults.onCall?.(++this.#count, action, clock.now())
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
      if (operation === undefined)
        throw senderError('InvalidAction', `The action ${action} is not valid for this web service`)
      this.#injector.beforeEffect(this.#faults, action)
      this.#account.overlooked = this.#faults.overlooks?.(this.#count) ?? []
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

  #of(id: string): { group: AutoScalingGroup; instance: Instance } | undefined {
    for (const group of this.#account.groups.values()) {
      const instance = group.instances.get(id)
      if (instance !== undefined) return { group, instance }
    }
    return undefined
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
