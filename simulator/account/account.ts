import { senderError, validationError } from '../aws-error.ts'
import type { Behaviour } from '../options.ts'
import { type ArnMaker, type ResourceKind, resourceKind } from './arn.ts'
import type { Listener } from './listener.ts'
import type { LoadBalancer } from './load-balancer.ts'
import { RoutingTable } from './routing-table.ts'
import type { Rule } from './rule.ts'
import type { Surroundings } from './surroundings.ts'
import { Tags } from './tags.ts'
import { TargetGroup, type TargetGroupSettings } from './target-group.ts'

const NAMES: Record<ResourceKind, { code: string; name: string }> = {
  loadbalancer: { code: 'LoadBalancerNotFound', name: 'load balancers' },
  targetgroup: { code: 'TargetGroupNotFound', name: 'target groups' },
  listener: { code: 'ListenerNotFound', name: 'listeners' },
  'listener-rule': { code: 'RuleNotFound', name: 'rules' },
}

const CROSS_ZONE = 'load_balancing.cross_zone.enabled'

/** Everything in one account and region, by ARN. */
export class Account {
  readonly loadBalancers = new Map<string, LoadBalancer>()
  readonly targetGroups = new Map<string, TargetGroup>()
  readonly routing: RoutingTable
  readonly tags: Tags
  readonly arns: ArnMaker
  /** How long ago the reads of health and tags look. */
  staleReadsMs = 0
  /** How long ago the reads of listeners and rules look. */
  staleRulesMs = 0
  readonly #surroundings: Surroundings

  constructor(surroundings: Surroundings, arns: ArnMaker) {
    this.#surroundings = surroundings
    this.arns = arns
    this.tags = new Tags(() => this.now())
    this.routing = new RoutingTable(this, surroundings)
  }

  now(): number {
    return this.#surroundings.clock.now()
  }

  get behaviour(): Behaviour {
    return this.#surroundings.behaviour
  }

  get notRunning(): Surroundings['notRunning'] {
    return this.#surroundings.notRunning
  }

  /** What the reads that may be stale answer from. */
  readTime(): number {
    return this.now() - this.staleReadsMs
  }

  /** The same for the reads of listeners and rules. */
  ruleReadTime(): number {
    return this.now() - this.staleRulesMs
  }

  addTargetGroup(settings: TargetGroupSettings): TargetGroup {
    const group = new TargetGroup(settings, this.#surroundings)
    this.targetGroups.set(group.arn, group)
    return group
  }

  /** Whether each entrance of the load balancer sends to the group's targets in all zones; the group's word comes first. */
  crossesZones(groupArn: string): boolean {
    const group = this.targetGroup(groupArn)
    const own = group.attributes.get(CROSS_ZONE)
    if (own === 'true' || own === 'false') return own === 'true'
    return group.loadBalancerArns.every(
      (arn) => this.loadBalancer(arn).attributes.get(CROSS_ZONE) !== 'false',
    )
  }

  loadBalancer(arn: string): LoadBalancer {
    return this.#find(this.loadBalancers, arn, 'loadbalancer')
  }

  targetGroup(arn: string): TargetGroup {
    return this.#find(this.targetGroups, arn, 'targetgroup')
  }

  listener(arn: string): Listener {
    return this.#find(this.routing.listeners, arn, 'listener')
  }

  rule(arn: string): Rule {
    return this.#find(this.routing.rules, arn, 'listener-rule')
  }

  /** The rule with this ARN, or the default rule of the listener with this ARN. */
  ruleOrDefault(arn: string): Rule {
    return this.routing.listeners.has(arn) ? this.routing.defaultRule(arn) : this.rule(arn)
  }

  /** Fails unless there is a resource of any kind with this ARN. */
  check(arn: string): void {
    const kind = resourceKind(arn)
    if (!kind) throw validationError(`'${arn}' is not a valid ARN`)
    const resources = {
      loadbalancer: this.loadBalancers,
      targetgroup: this.targetGroups,
      listener: this.routing.listeners,
      'listener-rule': this.routing.rules,
    }
    this.#find<unknown>(resources[kind], arn, kind)
  }

  #find<R>(resources: ReadonlyMap<string, R>, arn: string, kind: ResourceKind): R {
    const { code, name } = NAMES[kind]
    const found = resources.get(arn)
    if (found !== undefined) return found
    if (resourceKind(arn) !== kind) throw validationError(`'${arn}' is not a valid ARN of ${name}`)
    throw senderError(code, `One or more ${name} not found`)
  }
}
