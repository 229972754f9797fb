import { senderError, validationError } from '../aws-error.ts'
import type { Behaviour } from '../options.ts'
import { type Action, normalised, weightedGroups } from './action.ts'
import { checkActions } from './action-rules.ts'
import { type ArnMaker, type ResourceKind, resourceKind } from './arn.ts'
import { type Condition, normalisedCondition } from './condition.ts'
import { Listener, type Rule } from './listener.ts'
import type { LoadBalancer } from './load-balancer.ts'
import type { Surroundings } from './surroundings.ts'
import { Tags } from './tags.ts'
import { TargetGroup, type TargetGroupSettings } from './target-group.ts'

const NAMES: Record<ResourceKind, { code: string; name: string }> = {
  loadbalancer: { code: 'LoadBalancerNotFound', name: 'load balancers' },
  targetgroup: { code: 'TargetGroupNotFound', name: 'target groups' },
  listener: { code: 'ListenerNotFound', name: 'listeners' },
  'listener-rule': { code: 'RuleNotFound', name: 'rules' },
}

/** Everything in one account and region, by ARN. */
export class Account {
  readonly loadBalancers = new Map<string, LoadBalancer>()
  readonly targetGroups = new Map<string, TargetGroup>()
  readonly listeners = new Map<string, Listener>()
  readonly rules = new Map<string, Rule>()
  readonly tags: Tags
  readonly arns: ArnMaker
  /** How long ago the reads of health and tags look. */
  staleReadsMs = 0
  readonly #surroundings: Surroundings

  constructor(surroundings: Surroundings, arns: ArnMaker) {
    this.#surroundings = surroundings
    this.arns = arns
    this.tags = new Tags(() => this.now())
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

  addTargetGroup(settings: TargetGroupSettings): TargetGroup {
    const group = new TargetGroup(settings, this.#surroundings)
    this.targetGroups.set(group.arn, group)
    return group
  }

  addListener(options: {
    loadBalancerArn: string
    port: number
    protocol: string
    actions: readonly Action[]
  }): Listener {
    const loadBalancer = this.loadBalancer(options.loadBalancerArn)
    checkActions(options.actions, { loadBalancer, targetGroups: this.targetGroups })
    const listener = new Listener({ ...options, arn: this.arns.listener(loadBalancer.arn) })
    this.listeners.set(listener.arn, listener)
    this.#addRule(listener, { priority: 'default', conditions: [], actions: options.actions })
    return listener
  }

  addRule(options: {
    listenerArn: string
    priority: number
    conditions: readonly Condition[]
    actions: readonly Action[]
  }): Rule {
    const listener = this.listener(options.listenerArn)
    this.#checkActions(listener, options.actions)
    if (listener.rules.some((rule) => rule.priority === options.priority)) {
      throw senderError('PriorityInUse', `Priority '${options.priority}' is currently in use`)
    }
    return this.#addRule(listener, options)
  }

  /** Replaces all the actions of a rule; the default actions of a listener are those of its default rule. */
  setActions(arn: string, actions: readonly Action[]): void {
    const rule = this.listeners.get(arn)?.defaultRule ?? this.rule(arn)
    const listener = this.listener(rule.listenerArn)
    this.#checkActions(listener, actions)
    rule.actions = normalised(structuredClone(actions))
    listener.publish(this.now())
    this.#updateUses()
  }

  loadBalancer(arn: string): LoadBalancer {
    return this.#find(this.loadBalancers, arn, 'loadbalancer')
  }

  targetGroup(arn: string): TargetGroup {
    return this.#find(this.targetGroups, arn, 'targetgroup')
  }

  listener(arn: string): Listener {
    return this.#find(this.listeners, arn, 'listener')
  }

  rule(arn: string): Rule {
    return this.#find(this.rules, arn, 'listener-rule')
  }

  /** Fails unless there is a resource of any kind with this ARN. */
  check(arn: string): void {
    const kind = resourceKind(arn)
    if (!kind) throw validationError(`'${arn}' is not a valid ARN`)
    const resources = {
      loadbalancer: this.loadBalancers,
      targetgroup: this.targetGroups,
      listener: this.listeners,
      'listener-rule': this.rules,
    }
    this.#find<unknown>(resources[kind], arn, kind)
  }

  #addRule(
    listener: Listener,
    options: { priority: number | 'default'; conditions: readonly Condition[]; actions: readonly Action[] },
  ): Rule {
    const rule: Rule = {
      arn: this.arns.rule(listener.arn),
      listenerArn: listener.arn,
      priority: options.priority,
      conditions: structuredClone(options.conditions).map(normalisedCondition),
      actions: normalised(structuredClone(options.actions)),
    }
    this.rules.set(rule.arn, rule)
    listener.add(rule)
    listener.publish(Number.NEGATIVE_INFINITY)
    this.#updateUses()
    return rule
  }

  #checkActions(listener: Listener, actions: readonly Action[]): void {
    const loadBalancer = this.loadBalancer(listener.loadBalancerArn)
    checkActions(actions, { loadBalancer, targetGroups: this.targetGroups })
  }

  /** A group is in use when a listener or a rule forwards to it, also at weight 0. */
  #updateUses(): void {
    const uses = new Map<string, Set<string>>()
    for (const rule of this.rules.values()) {
      const { loadBalancerArn } = this.listener(rule.listenerArn)
      for (const { TargetGroupArn } of rule.actions.flatMap(weightedGroups)) {
        uses.set(TargetGroupArn, (uses.get(TargetGroupArn) ?? new Set()).add(loadBalancerArn))
      }
    }
    for (const group of this.targetGroups.values()) group.setLoadBalancers([...(uses.get(group.arn) ?? [])])
  }

  #find<R>(resources: ReadonlyMap<string, R>, arn: string, kind: ResourceKind): R {
    const { code, name } = NAMES[kind]
    const found = resources.get(arn)
    if (found !== undefined) return found
    if (resourceKind(arn) !== kind) throw validationError(`'${arn}' is not a valid ARN of ${name}`)
    throw senderError(code, `One or more ${name} not found`)
  }
}
