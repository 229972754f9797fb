import type { Datum, Metrics } from './metrics.ts'

/** A minute of requests that were sent to one target group of an Application Load Balancer. */
export interface GroupTraffic {
  /** `app/web/50dc6c495c0c9188`. */
  readonly loadBalancer: string
  /** `targetgroup/blue/73e2d6bc24d8a067`; undefined: no group had a target to send them to. */
  readonly group: string | undefined
  /** Any moment of the minute. */
  readonly at: number
  /** Answers of targets, by the first digit of their status. */
  readonly answers?: { readonly [hundreds in 2 | 3 | 4 | 5]?: number }
  /** Requests whose target took no connection: the load balancer answers 502. */
  readonly refused?: number
  /** Requests whose target broke off or was too late: the load balancer answers 502 or 504. */
  readonly unanswered?: number
  /** Requests whose client did not wait for the answer: the load balancer notes 460. */
  readonly abandoned?: number
  /** Without a group: requests that the load balancer answered 503. */
  readonly rejected?: number
  /** Seconds to the answer, one for each that there was. */
  readonly latencies?: readonly number[]
  readonly publishedAt?: number
}

const NAMESPACE = 'AWS/ApplicationELB'

/**
 * Publishes what an Application Load Balancer would: what is zero is not published, and what the load balancer answers
 * itself is published for the load balancer only.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export function publishTraffic(metrics: Metrics, traffic: GroupTraffic): void {
  const { loadBalancer, group, answers = {}, refused = 0, unanswered = 0 } = traffic
  const { abandoned = 0, rejected = 0 } = traffic
  const answered = Object.values(answers).reduce((sum, count) => sum + count, 0)
  const balancer = { LoadBalancer: loadBalancer }
  const places = group === undefined ? [balancer] : [balancer, { ...balancer, TargetGroup: group }]
  const moment = {
    at: traffic.at,
    ...(traffic.publishedAt === undefined ? {} : { publishedAt: traffic.publishedAt }),
  }
  const put = (name: string, dimensions: Record<string, string>, data: Omit<Datum, 'at'>): void => {
    if (data.samples?.length || data.count)
      metrics.put({ namespace: NAMESPACE, name, dimensions }, { ...moment, ...data })
  }
  for (const place of places) {
    put('RequestCount', place, { count: answered + refused + unanswered + abandoned })
    put('TargetConnectionErrorCount', place, { count: refused })
    put('TargetResponseTime', place, { samples: traffic.latencies ?? [] })
    for (const [hundreds, count] of Object.entries(answers))
      put(`HTTPCode_Target_${hundreds}XX_Count`, place, { count })
  }
  put('HTTPCode_ELB_4XX_Count', balancer, { count: abandoned })
  put('HTTPCode_ELB_5XX_Count', balancer, { count: refused + unanswered + rejected })
}
