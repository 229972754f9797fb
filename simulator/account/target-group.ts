import { senderError } from '../aws-error.ts'
import { checkAttribute, initialAttributes } from './attribute-rules.ts'
import { groupAttributeRules, type TargetType } from './group-attributes.ts'
import { type Health, REGISTERING } from './health.ts'
import { type HealthCheck, healthCheckWith } from './health-check.ts'
import { type KnownTarget, Lifecycle } from './lifecycle.ts'
import type { Surroundings } from './surroundings.ts'
import { Target, type TargetDescription, targetKey } from './target.ts'

/** "Targets per target group": quotas for Application Load Balancers. */
const MOST_TARGETS = 1000

const DELAY = 'deregistration_delay.timeout_seconds'
const UNHEALTHY = 'target_health_state.unhealthy'

export interface TargetGroupSettings {
  readonly arn: string
  readonly name: string
  readonly targetType: TargetType
  readonly protocol: string
  readonly port: number
  readonly vpcId: string
  readonly healthCheck: Partial<HealthCheck>
}

export class TargetGroup {
  readonly settings: TargetGroupSettings
  readonly arn: string
  readonly healthCheck: HealthCheck
  readonly attributes: Map<string, string>
  readonly targets = new Map<string, Target>()
  /** Deregistered and no longer shown, but new connections may still reach them. */
  readonly lingering = new Map<string, Target>()
  /** The load balancers whose listeners or rules forward to it; with none it is not in use. */
  loadBalancerArns: readonly string[] = []
  /** Goes up with every change that may alter where requests go. */
  version = 0
  readonly #surroundings: Surroundings
  readonly #lifecycle: Lifecycle

  constructor(settings: TargetGroupSettings, surroundings: Surroundings) {
    this.settings = settings
    this.arn = settings.arn
    const { targetType, protocol } = settings
    this.healthCheck = healthCheckWith(
      { enabled: targetType !== 'lambda', ...settings.healthCheck },
      protocol,
    )
    this.attributes = initialAttributes(groupAttributeRules(settings))
    this.#surroundings = surroundings
    this.#lifecycle = new Lifecycle(this, surroundings)
  }

  get isInUse(): boolean {
    return this.loadBalancerArns.length > 0
  }

  get deregistrationDelayMs(): number {
    return Number(this.attributes.get(DELAY) ?? 0) * 1000
  }

  /** Of a Network Load Balancer: neither HTTP nor Geneve. */
  get isNetwork(): boolean {
    return !['HTTP', 'HTTPS', 'GENEVE'].includes(this.settings.protocol)
  }

  /** For how long after its deregistration a target still gets new requests, or connections. */
  get deregistrationLagMs(): number {
    const { networkDeregistrationLagMs, deregistrationLagMs } = this.#surroundings.behaviour
    return this.isNetwork ? networkDeregistrationLagMs : deregistrationLagMs
  }

  /** For how long an unhealthy target keeps the connections that it has; 0: they are closed. */
  get unhealthyDrainMs(): number {
    if (this.attributes.get(`${UNHEALTHY}.connection_termination.enabled`) !== 'false') return 0
    return Number(this.attributes.get(`${UNHEALTHY}.draining_interval_seconds`) ?? 0) * 1000
  }

  /** Whether connections that outlive the deregistration of their target are closed. */
  get closesConnections(): boolean {
    return this.attributes.get('deregistration_delay.connection_termination.enabled') !== 'false'
  }

  /** The key of a target as a request names it: the port is the group's unless it is overridden. */
  keyOf(target: TargetDescription): string {
    return targetKey(target.Id, this.portOf(target))
  }

  portOf(target: TargetDescription): number {
    return this.settings.targetType === 'lambda' ? 0 : (target.Port ?? this.settings.port)
  }

  /** All or nothing: one wrong attribute, and none is set. */
  setAttributes(attributes: readonly (readonly [key: string, value: string])[]): void {
    const rules = groupAttributeRules(this.settings)
    for (const [key, value] of attributes) checkAttribute(rules, key, value)
    for (const [key, value] of attributes) this.attributes.set(key, value)
    this.version++
    const moves = this.#surroundings.behaviour.delayChangeWhileDraining === 'applied'
    if (moves && attributes.some(([key]) => key === DELAY)) this.#moveEndsOfDrains()
  }

  setLoadBalancers(arns: readonly string[]): void {
    const wasInUse = this.isInUse
    this.loadBalancerArns = arns
    if (wasInUse !== this.isInUse) this.#startAgain(() => true)
  }

  /** The instance with this id has started or stopped. */
  instanceChanged(id: string): void {
    this.#startAgain((target) => target.id === id)
  }

  /** Shifts traffic away from the targets in a zone, or in all of them, or ends that. */
  shift(zonalShift: Target['zonalShift'], zone: string | undefined): void {
    for (const target of this.targets.values()) {
      if (zone === undefined || target.zone === zone) target.zonalShift = zonalShift
    }
    this.version++
  }

  /** All or nothing. A target that is already registered stays as it is. */
  register(descriptions: readonly TargetDescription[]): void {
    const fresh = new Map<string, TargetDescription>()
    for (const description of descriptions) {
      const key = this.keyOf(description)
      if (!this.targets.has(key)) fresh.set(key, description)
    }
    if (this.targets.size + fresh.size > MOST_TARGETS) {
      throw senderError('TooManyTargets', `A target group can have at most ${MOST_TARGETS} targets`)
    }
    this.#registerDraining(descriptions)
    for (const description of fresh.values()) this.#lifecycle.start(this.#newTarget(description))
  }

  /** A target that is not registered, also for naming another port, is passed over (DeregisterTargets). */
  deregister(descriptions: readonly TargetDescription[]): void {
    for (const description of descriptions) {
      const target = this.targets.get(this.keyOf(description))
      if (target?.state === 'draining') target.afterDraining = 'gone'
      else if (target) this.#lifecycle.drain(target)
    }
  }

  /** Adds targets that have long been in this state. */
  addSettled(descriptions: readonly TargetDescription[], health: Health): void {
    for (const description of descriptions) this.#lifecycle.settle(this.#newTarget(description), health)
  }

  /** What DescribeTargetHealth knew at `time`, by key. */
  healthAt(time: number): Map<string, KnownTarget> {
    return this.#lifecycle.asOf(time)
  }

  /** The guide forbids registering an IP address that is draining; what the API does then is not documented. */
  #registerDraining(descriptions: readonly TargetDescription[]): void {
    const mode = this.#surroundings.behaviour.reregisterWhileDraining
    if (mode === 'ignore') return
    const draining = descriptions.flatMap((description) => {
      const target = this.targets.get(this.keyOf(description))
      return target?.state === 'draining' ? [target] : []
    })
    if (mode === 'reject' && draining.length > 0) {
      const ids = draining.map((target) => `'${target.id}'`).join(', ')
      throw senderError(
        'InvalidTarget',
        `The following targets are being deregistered and cannot be registered: ${ids}`,
      )
    }
    for (const target of draining) {
      if (mode === 'defer') target.afterDraining = 'registered'
      else this.#lifecycle.start(target)
    }
  }

  #startAgain(concerns: (target: Target) => boolean): void {
    for (const target of this.targets.values()) {
      if (target.state !== 'draining' && concerns(target)) this.#lifecycle.start(target)
    }
  }

  #moveEndsOfDrains(): void {
    for (const target of [...this.targets.values()]) {
      if (target.state === 'draining') this.#lifecycle.scheduleEndOfDrain(target)
    }
  }

  #newTarget(description: TargetDescription): Target {
    const zone = this.#surroundings.zoneOf(description)
    return new Target({ id: description.Id, port: this.portOf(description), zone }, REGISTERING)
  }
}
