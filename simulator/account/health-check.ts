import { validationError } from '../aws-error.ts'
import { FAILED, HEALTHY, type Health, isUnhealthy, mismatch, TIMED_OUT } from './health.ts'
import type { Target } from './target.ts'

export interface HealthCheck {
  readonly enabled: boolean
  readonly protocol: string
  /** `traffic-port` or a number. */
  readonly port: string
  readonly path: string
  readonly intervalSeconds: number
  readonly timeoutSeconds: number
  readonly healthyThreshold: number
  readonly unhealthyThreshold: number
  /** `200`, `200,302` or `200-399`. */
  readonly matcher: string
}

export interface ProbedTarget {
  readonly Id: string
  readonly Port: number
  readonly groupArn: string
  readonly healthCheck: HealthCheck
}

export type ProbeResult = { readonly status: number } | 'timeout' | 'refused'

/** How a health check sees a target. A `timeout` counts when the timeout has passed, whenever it is answered. */
export type Probe = (target: ProbedTarget) => ProbeResult | Promise<ProbeResult>

// Defaults and ranges: CreateTargetGroup in the API reference; the timeout's default is the Application guide's.
export function healthCheckWith(options: Partial<HealthCheck>, protocol: string): HealthCheck {
  const tcp = protocol !== 'HTTP' && protocol !== 'HTTPS'
  return {
    enabled: options.enabled ?? true,
    protocol: options.protocol ?? (tcp ? 'TCP' : protocol),
    port: options.port ?? 'traffic-port',
    path: options.path ?? '/',
    intervalSeconds: within(options.intervalSeconds ?? 30, [5, 300], 'HealthCheckIntervalSeconds'),
    timeoutSeconds: within(options.timeoutSeconds ?? 5, [2, 120], 'HealthCheckTimeoutSeconds'),
    healthyThreshold: within(options.healthyThreshold ?? 5, [2, 10], 'HealthyThresholdCount'),
    unhealthyThreshold: within(options.unhealthyThreshold ?? 2, [2, 10], 'UnhealthyThresholdCount'),
    matcher: options.matcher ?? (tcp ? '200-399' : '200'),
  }
}

function within(value: number, [least, most]: readonly [number, number], name: string): number {
  if (value >= least && value <= most) return value
  throw validationError(`${name} '${value}' must be between ${least} and ${most}`)
}

/** The port that is checked, as DescribeTargetHealth shows it: always a number. */
export function checkedPort(check: HealthCheck, target: { readonly port: number }): number {
  return check.port === 'traffic-port' ? target.port : Number(check.port)
}

const matchers = new Map<string, (status: number) => boolean>()

/** A thousand targets are checked often, so a matcher is read once. */
function matcherOf(text: string): (status: number) => boolean {
  const known = matchers.get(text)
  if (known) return known
  const ranges = text.split(',').map((part) => part.split('-').map(Number))
  const matcher = (status: number): boolean =>
    ranges.some(([from = 0, to = from]) => status >= from && status <= to)
  matchers.set(text, matcher)
  return matcher
}

/** The health a check that failed would give, or HEALTHY. */
export function seenAs(result: ProbeResult, check: HealthCheck): Health {
  if (check.protocol === 'TCP') return typeof result === 'object' ? HEALTHY : FAILED
  if (result === 'timeout') return TIMED_OUT
  if (result === 'refused') return FAILED
  return matcherOf(check.matcher)(result.status) ? HEALTHY : mismatch(result.status)
}

interface Thresholds {
  readonly check: HealthCheck
  readonly failuresThatEndInitial: number
}

/**
 * Counts a check's result and answers the health that follows, or undefined when nothing changes.
 *
 * One pass makes a new target healthy, "irrespective of the configured threshold" (Register targets); the thresholds
 * count for every other change (Health checks). How many failures end `initial` is not documented.
 */
export function judge(target: Target, seen: Health, thresholds: Thresholds): Health | undefined {
  const { check, failuresThatEndInitial } = thresholds
  if (seen.state === 'healthy') {
    target.failures = 0
    target.passes++
    if (target.state === 'initial') return seen
    return isUnhealthy(target.state) && target.passes >= check.healthyThreshold ? seen : undefined
  }
  target.passes = 0
  target.failures++
  if (isUnhealthy(target.state)) return sameReason(target.health, seen) ? undefined : seen
  const threshold = target.state === 'initial' ? failuresThatEndInitial : check.unhealthyThreshold
  return target.failures >= threshold ? seen : undefined
}

function sameReason(a: Health, b: Health): boolean {
  return a.reason === b.reason && a.description === b.description
}
