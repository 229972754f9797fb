import { senderError, validationError } from '../aws-error.ts'
import type { Account } from './account.ts'
import { type Action, normalised, weightedGroups } from './action.ts'
import { checkActions } from './action-rules.ts'
import { clientSecrets, usesExistingSecret } from './client-secrets.ts'
import { type Condition, normalisedCondition } from './condition.ts'
import { Listener, type ListenerSettings } from './listener.ts'
import { Past } from './past.ts'
import { byPriority, type Rule, type Transform } from './rule.ts'
import type { Surroundings } from './surroundings.ts'

export interface NewListener {
  readonly loadBalancerArn: string
  readonly settings: ListenerSettings
  readonly actions: readonly Action[]
}

export interface NewRule {
  readonly listenerArn: string
  readonly priority: number
  readonly conditions: readonly Condition[]
  readonly actions: readonly Action[]
  readonly transforms?: readonly Transform[]
}

/** What is given takes the place of what was there, whole lists at a time; the rest stays. */
export interface RuleChange {
  readonly conditions?: readonly Condition[]
  readonly actions?: readonly Action[]
  readonly transforms?: readonly Transform[]
}

/** Listeners and their rules, and the one place where they come and change. */
export class RoutingTable {
  readonly listeners = new Map<string, Listener>()
  readonly rules = new Map<string, Rule>()
  readonly #past = new Past<Rule>()
  readonly #account: Account
  readonly #surroundings: Surroundings

  constructor(account: Account, surroundings: Surroundings) {
    this.#account = account
    this.#surroundings = surroundings
  }

  /** As if it had been there for ever, like everything that is set up and not changed through the API. */
  addListener({ loadBalancerArn, settings, actions }: NewListener): Listener {
    const { arns } = this.#account
    const loadBalancer = this.#account.loadBalancer(loadBalancerArn)
    const kept = this.#checked(actions, { loadBalancerArn })
    const listener = new Listener({ arn: arns.listener(loadBalancer.arn), loadBalancerArn, settings })
    this.listeners.set(listener.arn, listener)
    const place = { arn: arns.rule(listener.arn), listenerArn: listener.arn, priority: 'default' } as const
    this.#add({ ...place, conditions: [], transforms: [], ...kept })
    return listener
  }

  addRule({ listenerArn, priority, transforms = [], ...given }: NewRule): Rule {
    const listener = this.#account.listener(listenerArn)
    const kept = this.#checked(given.actions, listener)
    if (this.rulesOf(listenerArn).some((rule) => rule.priority === priority)) {
      throw senderError('PriorityInUse', `Priority '${priority}' is currently in use`)
    }
    const conditions = structuredClone(given.conditions).map(normalisedCondition)
    const arn = this.#account.arns.rule(listenerArn)
    const rule = { arn, listenerArn, priority, conditions, transforms: structuredClone(transforms), ...kept }
    this.#add(rule)
    return rule
  }

  /** All of the change or, when something is wrong with it, nothing. */
  changeRule(arn: string, { conditions, actions, transforms }: RuleChange): Rule {
    const before = this.#account.rule(arn)
    const listener = this.#account.listener(before.listenerArn)
    const after: Rule = {
      ...before,
      ...(conditions ? { conditions: structuredClone(conditions).map(normalisedCondition) } : {}),
      ...(transforms ? { transforms: structuredClone(transforms) } : {}),
      ...(actions ? this.#checked(actions, listener, before) : {}),
    }
    const now = this.#account.now()
    this.#past.changed(now, arn, before)
    this.#put(after, { at: now + this.#surroundings.ruleLagMs() })
    if (actions) this.#announce(after)
    this.#updateUses()
    return after
  }

  rulesOf(listenerArn: string): Rule[] {
    return byPriority([...this.rules.values()].filter((rule) => rule.listenerArn === listenerArn))
  }

  /** The default actions of a listener are those of its default rule. */
  defaultRule(listenerArn: string): Rule {
    return this.rulesOf(listenerArn).at(-1) as Rule
  }

  /** The rules as they were at `time`, by ARN. */
  rulesAt(time: number): Map<string, Rule> {
    return this.#past.asOf(time, new Map(this.rules))
  }

  #checked(
    actions: readonly Action[],
    place: { loadBalancerArn: string },
    before?: Rule,
  ): Pick<Rule, 'actions' | 'secrets'> {
    const loadBalancer = this.#account.loadBalancer(place.loadBalancerArn)
    checkActions(actions, { loadBalancer, targetGroups: this.#account.targetGroups })
    const { existingSecretOnListener } = this.#account.behaviour
    const isDefault = before?.priority === 'default'
    if (isDefault && existingSecretOnListener === 'rejected' && usesExistingSecret(actions)) {
      throw validationError('UseExistingClientSecret can only be specified when modifying a rule')
    }
    return {
      actions: normalised(structuredClone(actions)),
      secrets: clientSecrets(actions, before?.secrets ?? []),
    }
  }

  #add(rule: Rule): void {
    this.#put(rule, { at: Number.NEGATIVE_INFINITY })
    this.#announce(rule)
    this.#updateUses()
  }

  #put(rule: Rule, { at }: { at: number }): void {
    this.rules.set(rule.arn, rule)
    const listener = this.#account.listener(rule.listenerArn)
    listener.publish(this.rulesOf(rule.listenerArn), { at, now: this.#account.now() })
  }

  #announce({ arn, listenerArn, priority, actions }: Rule): void {
    this.#surroundings.actionsChanged({
      arn: priority === 'default' ? listenerArn : arn,
      listenerArn,
      actions,
    })
  }

  /** A group is in use when a listener or a rule forwards to it, also at weight 0. */
  #updateUses(): void {
    const uses = new Map<string, Set<string>>()
    for (const rule of this.rules.values()) {
      const { loadBalancerArn } = this.#account.listener(rule.listenerArn)
      for (const { TargetGroupArn } of rule.actions.flatMap(weightedGroups)) {
        uses.set(TargetGroupArn, (uses.get(TargetGroupArn) ?? new Set()).add(loadBalancerArn))
      }
    }
    for (const group of this.#account.targetGroups.values()) {
      group.setLoadBalancers([...(uses.get(group.arn) ?? [])])
    }
  }
}
