import type { Account } from '../account/account.ts'
import type { Listener } from '../account/listener.ts'
import { validationError } from '../aws-error.ts'
import { operation } from './operation.ts'
import { pageOf, paging } from './page.ts'
import { list, structure, text } from './shape.ts'

export const DescribeListeners = operation({
  bucket: 'non-mutating',
  input: structure({}, { ...paging, LoadBalancerArn: text, ListenerArns: list(text) }),
  run(account, input) {
    const page = pageOf(chosen(account, input), { ...input, most: account.behaviour.pageSize })
    const time = account.ruleReadTime()
    return { Listeners: page.items.map((each) => shownListener(each, { account, time })), ...page.next }
  },
})

function chosen(
  account: Account,
  {
    LoadBalancerArn,
    ListenerArns,
  }: { readonly LoadBalancerArn?: string; readonly ListenerArns?: readonly string[] },
): Listener[] {
  if ((LoadBalancerArn === undefined) === (ListenerArns === undefined)) {
    throw validationError('You must specify either listener ARNs or a load balancer ARN')
  }
  if (ListenerArns) return ListenerArns.map((arn) => account.listener(arn))
  const { arn } = account.loadBalancer(LoadBalancerArn ?? '')
  return [...account.routing.listeners.values()].filter((listener) => listener.loadBalancerArn === arn)
}

/** As it was at `time`. */
export function shownListener(
  listener: Listener,
  { account, time }: { account: Account; time: number },
): object {
  const defaultRule = account.routing.rulesAt(time).get(account.routing.defaultRule(listener.arn).arn)
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: listener.loadBalancerArn,
    ...structuredClone(listener.settingsAt(time)),
    DefaultActions: structuredClone(defaultRule?.actions),
  }
}
