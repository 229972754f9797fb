import type { Pair } from '../domain/routing.ts'
import type { Place } from './canary-queries.ts'

export type LoadBalancerOf = (groupArn: string, signal: AbortSignal) => Promise<string | undefined>

/** Finds where the metrics of a pair are; once. Rejects when there are none, or as `loadBalancerOf` does. */
export function placeFinder(
  loadBalancerOf: LoadBalancerOf,
): (pair: Pair, signal: AbortSignal) => Promise<Place> {
  let known: Promise<string> | undefined
  const find = async ({ blue, green }: Pair, signal: AbortSignal): Promise<string> => {
    const arn = (await loadBalancerOf(green, signal)) ?? (await loadBalancerOf(blue, signal))
    if (arn === undefined) throw new Error('neither target group is attached to a load balancer')
    const name = arn.split(':loadbalancer/')[1] ?? ''
    if (!name.startsWith('app/'))
      throw new Error('only Application Load Balancers have metrics of requests, so use alarm-names instead')
    return name
  }
  return async (pair, signal) => {
    known ??= find(pair, signal)
    const asked = known
    try {
      return { loadBalancer: await asked, green: groupIn(pair.green), blue: groupIn(pair.blue) }
    } catch (error) {
      if (known === asked) known = undefined
      throw error
    }
  }
}

/** `targetgroup/green/73e2d6bc24d8a067`, the end of its ARN. */
const groupIn = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1)
