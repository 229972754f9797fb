import type { Clock } from '../clock.ts'
import type { RequestEnd, RequestMeter } from '../data/meter.ts'
import { type GroupTraffic, publishTraffic } from './load-balancer-metrics.ts'
import type { Metrics } from './metrics.ts'

export interface LoadBalancerMeterOptions {
  readonly metrics: Metrics
  /** That of the metrics: their minutes are its. */
  readonly clock: Clock
  readonly loadBalancerArn: string
}

/** Publishes what goes through the listeners of an Application Load Balancer, each request in the minute of its end. */
export function loadBalancerMeter({
  metrics,
  clock,
  loadBalancerArn,
}: LoadBalancerMeterOptions): RequestMeter {
  const loadBalancer = loadBalancerArn.split(':loadbalancer/')[1] ?? ''
  const publish = (group: string | undefined, traffic: Partial<GroupTraffic>) =>
    publishTraffic(metrics, { loadBalancer, group, at: clock.now(), ...traffic })
  return {
    rejected: () => publish(undefined, { rejected: 1 }),
    sent(groupArn) {
      const startedAt = clock.now()
      const group = groupArn.slice(groupArn.lastIndexOf(':') + 1)
      return (end) => publish(group, trafficOf(end, (clock.now() - startedAt) / 1_000))
    },
  }
}

function trafficOf(end: RequestEnd, seconds: number): Partial<GroupTraffic> {
  if (end.type !== 'answered') return { [end.type]: 1 }
  return { answers: { [Math.floor(end.status / 100)]: 1 }, latencies: [seconds] }
}
