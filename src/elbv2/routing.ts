import {
  DescribeListenersCommand,
  DescribeRulesCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { options } from '../aws/call.ts'
import { allMarkedPages } from '../aws/pages.ts'
import type { Routing } from '../domain/ports.ts'
import type { Route } from '../domain/routing.ts'
import { named } from './call.ts'
import type { Elbv2Client } from './load-balancer.ts'
import { fromActions, toActions, toListener, toRoutes } from './route-mapping.ts'

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeRules.html */
const LARGEST_PAGE = 400

export function createRouting(client: Elbv2Client): Routing {
  return {
    async describeListeners(loadBalancerArn, signal) {
      const asked = { LoadBalancerArn: loadBalancerArn, PageSize: LARGEST_PAGE }
      const pages = await allMarkedPages((from) => {
        const command = new DescribeListenersCommand({ ...asked, ...from })
        return named('DescribeListeners', client.send(command, options(signal)))
      })
      return pages.flatMap(({ Listeners = [] }) => Listeners.map(toListener))
    },

    async describeRoutes(listener, signal) {
      const asked = { ListenerArn: listener.arn, PageSize: LARGEST_PAGE }
      const pages = await allMarkedPages((from) => {
        const command = new DescribeRulesCommand({ ...asked, ...from })
        return named('DescribeRules', client.send(command, options(signal)))
      })
      return toRoutes(
        listener,
        pages.flatMap(({ Rules = [] }) => Rules),
      )
    },

    modifyRoute(route, signal) {
      return route.arn === route.listenerArn
        ? modifyDefault(client, route, signal)
        : modifyRule(client, route, signal)
    },
  }
}

// What is not sent stays: certificates and policies of a listener, conditions and transforms of a rule.

async function modifyDefault(client: Elbv2Client, route: Route, signal?: AbortSignal): Promise<Route> {
  const command = new ModifyListenerCommand({
    ListenerArn: route.arn,
    DefaultActions: fromActions(route.actions),
  })
  const answer = await named('ModifyListener', client.send(command, options(signal)))
  return { ...route, actions: toActions(answer.Listeners?.[0]?.DefaultActions) }
}

async function modifyRule(client: Elbv2Client, route: Route, signal?: AbortSignal): Promise<Route> {
  const command = new ModifyRuleCommand({ RuleArn: route.arn, Actions: fromActions(route.actions) })
  const answer = await named('ModifyRule', client.send(command, options(signal)))
  return { ...route, actions: toActions(answer.Rules?.[0]?.Actions) }
}
