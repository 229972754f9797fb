import type { Account } from '../account/account.ts'
import { byPriority, type Rule } from '../account/rule.ts'
import { validationError } from '../aws-error.ts'
import { operation } from './operation.ts'
import { pageOf, paging } from './page.ts'
import { list, structure, text } from './shape.ts'

export const DescribeRules = operation({
  bucket: 'non-mutating',
  input: structure({}, { ...paging, ListenerArn: text, RuleArns: list(text) }),
  run(account, input) {
    const page = pageOf(chosen(account, input), { ...input, most: account.behaviour.pageSize })
    return { Rules: page.items.map(shownRule), ...page.next }
  },
})

function chosen(
  account: Account,
  { ListenerArn, RuleArns }: { readonly ListenerArn?: string; readonly RuleArns?: readonly string[] },
): readonly Rule[] {
  if ((ListenerArn === undefined) === (RuleArns === undefined)) {
    throw validationError('You must specify either listener rule ARNs or a listener ARN')
  }
  const rules = account.routing.rulesAt(account.ruleReadTime())
  if (RuleArns) return RuleArns.map((arn) => rules.get(arn) ?? account.rule(arn))
  const { arn } = account.listener(ListenerArn ?? '')
  return byPriority([...rules.values()].filter((rule) => rule.listenerArn === arn))
}

export function shownRule(rule: Rule): object {
  return {
    RuleArn: rule.arn,
    Priority: String(rule.priority),
    Conditions: structuredClone(rule.conditions),
    Actions: structuredClone(rule.actions),
    IsDefault: rule.priority === 'default',
    Transforms: structuredClone(rule.transforms),
  }
}
