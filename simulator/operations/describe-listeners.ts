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
    return { Listeners: page.items.map(describe), ...page.next }
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
  return [...account.listeners.values()].filter((listener) => listener.loadBalancerArn === arn)
}

function describe(listener: Listener): object {
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: listener.loadBalancerArn,
    Port: listener.port,
    Protocol: listener.protocol,
    DefaultActions: structuredClone(listener.defaultRule.actions),
  }
}
