import { Account } from './account/account.ts'
import type { Action } from './account/action.ts'
import { ArnMaker } from './account/arn.ts'
import { FAILED, HEALTHY, type Health, type State } from './account/health.ts'
import type { Probe } from './account/health-check.ts'
import type { StateChange, Surroundings } from './account/surroundings.ts'
import type { TargetDescription } from './account/target.ts'
import { Zones } from './account/zones.ts'
import { Calls } from './calls.ts'
import type { Clock } from './clock.ts'
import type { SimulatorEvent } from './events.ts'
import {
  type Behaviour,
  DEFAULT_BEHAVIOUR,
  type Faults,
  NO_FAULTS,
  type SimulatorOptions,
} from './options.ts'
import { drawDuration, type Random, randomStreams } from './random.ts'
import {
  addListener,
  addLoadBalancer,
  addTargetGroup,
  type ListenerOptions,
  type LoadBalancerOptions,
  type RuleOptions,
  type TargetGroupOptions,
} from './setup.ts'

export interface ShownTarget {
  readonly Id: string
  readonly Port: number
  readonly State: State
  readonly Reason: string | undefined
}

/** An ELBv2 account in memory, on a clock: what it holds is set up here, and changes through `call`. */
export class Simulator {
  readonly clock: Clock
  readonly behaviour: Behaviour
  /** Chooses between weighted groups. */
  readonly random: Random
  /** What the planes work on. */
  readonly account: Account
  readonly #calls: Calls
  readonly #observers = new Set<(event: SimulatorEvent) => void>()
  readonly #notRunning = new Map<string, 'stopped' | 'terminated'>()
  readonly #zones: Zones

  constructor(options: SimulatorOptions) {
    const scope = { region: options.region ?? 'us-east-1', accountId: options.accountId ?? '123456789012' }
    this.clock = options.clock
    this.behaviour = { ...DEFAULT_BEHAVIOUR, ...options.behaviour }
    this.#zones = new Zones(scope.region)
    // A stream for each use, so that more of the one does not change the other.
    const [arns, checks, faults, weights, lags] = randomStreams(options.seed ?? 1)
    this.random = weights
    this.account = new Account(this.#surroundings(options.probe, { checks, lags }), new ArnMaker(scope, arns))
    this.#calls = new Calls(this.account, {
      clock: this.clock,
      random: faults,
      faults: { ...NO_FAULTS, ...options.faults },
      accountId: scope.accountId,
      emit: (event) => this.#emit(event),
    })
  }

  get faults(): Faults {
    return this.#calls.faults
  }

  /** Replaces the faults: what is not given does not go wrong. */
  set faults(faults: Partial<Faults>) {
    this.#calls.faults = { ...NO_FAULTS, ...faults }
  }

  addLoadBalancer(options: LoadBalancerOptions): string {
    return addLoadBalancer(this.account, { zones: this.#zones.all(), ...options })
  }

  addTargetGroup(options: TargetGroupOptions): string {
    return addTargetGroup(this.account, options)
  }

  addListener(options: ListenerOptions): string {
    return addListener(this.account, options)
  }

  addRule(options: RuleOptions): string {
    return this.account.routing.addRule(options).arn
  }

  /** Replaces the actions of a rule, or the default actions of a listener, as a change through the API would. */
  setActions(ruleOrListenerArn: string, actions: readonly Action[]): void {
    this.account.routing.changeRule(this.account.ruleOrDefault(ruleOrListenerArn).arn, { actions })
  }

  /**
   * Registered and already healthy, as in a fleet that has been serving for long. In a group that no listener or rule
   * forwards to yet they are `unused`, and start as new ones when that changes: add the listener first.
   */
  addHealthyTargets(groupArn: string, targets: readonly TargetDescription[]): void {
    this.#addSettled(groupArn, targets, HEALTHY)
  }

  /** As addHealthyTargets, but their health checks have long been failing. */
  addUnhealthyTargets(groupArn: string, targets: readonly TargetDescription[]): void {
    this.#addSettled(groupArn, targets, FAILED)
  }

  /** Stops or starts an instance, in all the groups in which it is registered. */
  setInstanceState(id: string, state: 'running' | 'stopped' | 'terminated'): void {
    if (state === 'running') this.#notRunning.delete(id)
    else this.#notRunning.set(id, state)
    for (const group of this.account.targetGroups.values()) group.instanceChanged(id)
  }

  /** Shifts traffic away from the targets of a group in a zone, or from all of them. */
  startZonalShift(groupArn: string, zone?: string): void {
    this.account.targetGroup(groupArn).shift('active', zone)
  }

  endZonalShift(groupArn: string, zone?: string): void {
    this.account.targetGroup(groupArn).shift('off', zone)
  }

  /**
   * The API in process: the operations, validation, errors, faults, throttling and latency of the one over HTTP. Input
   * and output have the shapes of the AWS SDK. Rejects with AwsError.
   */
  call(action: string, input: object): Promise<object> {
    return this.#calls.call(action, input)
  }

  /** Sees every call and every change of a target's state or of actions when it happens; what it returns ends it. */
  observe(listener: (event: SimulatorEvent) => void): () => void {
    this.#observers.add(listener)
    return () => this.#observers.delete(listener)
  }

  /** What is true now, whatever the API would answer. */
  targets(groupArn: string): ShownTarget[] {
    return Array.from(this.account.targetGroup(groupArn).targets.values(), (target) => ({
      Id: target.id,
      Port: target.port,
      State: target.state,
      Reason: target.health.reason,
    }))
  }

  /** The actions of a rule, or the default actions of a listener, that are there now, whatever the API would answer. */
  actions(ruleOrListenerArn: string): Action[] {
    return structuredClone([...this.account.ruleOrDefault(ruleOrListenerArn).actions])
  }

  /** The client secrets of their authenticate-oidc actions, which the API never answers. */
  clientSecrets(ruleOrListenerArn: string): string[] {
    return this.account.ruleOrDefault(ruleOrListenerArn).secrets.map(({ secret }) => secret)
  }

  /** The tags that are there now, whatever the API would answer. */
  tags(arn: string): Record<string, string> {
    return Object.fromEntries(this.account.tags.of(arn))
  }

  #surroundings(probe: Probe, { checks, lags }: { checks: Random; lags: Random }): Surroundings {
    return {
      clock: this.clock,
      random: checks,
      behaviour: this.behaviour,
      probe,
      stateChanged: (change) => this.#stateChanged(change),
      actionsChanged: (change) => this.#emit({ at: this.clock.now(), type: 'actions', ...change }),
      ruleLagMs: () => drawDuration(this.behaviour.ruleLagMs, lags),
      notRunning: this.#notRunning,
      zoneOf: (target) => this.#zones.of(target, this.account.loadBalancers.values()),
    }
  }

  #addSettled(groupArn: string, targets: readonly TargetDescription[], health: Health): void {
    this.account.targetGroup(groupArn).addSettled(targets, health)
  }

  #stateChanged({ groupArn, target, from, to, health }: StateChange): void {
    if (this.#observers.size === 0) return
    this.#emit({
      at: this.clock.now(),
      type: 'state',
      groupArn,
      target: { Id: target.id, Port: target.port },
      from,
      to,
      reason: health?.reason,
    })
  }

  #emit(event: SimulatorEvent): void {
    for (const observer of this.#observers) observer(event)
  }
}
