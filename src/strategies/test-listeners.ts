import type { Snapshot } from '../domain/fleet.ts'
import type { Pair } from '../domain/routing.ts'
import { weightOf } from '../domain/routing.ts'
import type { Settings } from '../domain/settings.ts'

/** A listener that shows green to testers, or should. */
export interface TestListener {
  /** As people know it: `HTTPS:8443`. */
  readonly name: string
  readonly showsGreen: boolean
  /** Whether the smoke test's URL leads to it: ports of a load balancer's listeners are all different. */
  readonly isAsked: boolean
}

export function testListeners(
  { smoke, testListenerArns }: Settings,
  { routing }: Snapshot,
  { blue, green }: Pair,
): TestListener[] {
  const port = portOf(smoke?.url ?? '')
  const { listeners = [], routes = [] } = routing ?? {}
  return listeners
    .filter(({ arn }) => testListenerArns.includes(arn))
    .map((listener) => {
      const own = routes.filter(({ arn }) => arn === listener.arn)
      return {
        name: `${listener.protocol}:${listener.port}`,
        showsGreen: own.some((route) => weightOf(route, green) > 0 && weightOf(route, blue) === 0),
        isAsked: listener.port === port,
      }
    })
}

function portOf(url: string): number | undefined {
  const [, scheme, port] = /^(https?):\/\/[^/?#]*?(?::(\d+))?(?:[/?#]|$)/i.exec(url) ?? []
  if (scheme === undefined) return undefined
  if (port !== undefined) return Number(port)
  return scheme.toLowerCase() === 'https' ? 443 : 80
}

/** Those that name nothing on the load balancer. */
export function unknownTestListeners({ testListenerArns }: Settings, { routing }: Snapshot): string[] {
  const known = new Set(routing?.listeners.map(({ arn }) => arn))
  return testListenerArns
    .filter((arn) => !known.has(arn))
    .map((arn) => `test-listener-arns: there is no listener ${arn} on the load balancer of the target groups`)
}

/** After a rollout that went well it still shows the group that is live now: nobody but its owner changes it. */
export const notGreen = ({ name }: TestListener, green: string): string =>
  `the test listener ${name} does not show ${green}, the group that is to carry the traffic: let it forward to that one alone`
