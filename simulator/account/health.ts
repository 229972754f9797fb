export type State =
  | 'initial'
  | 'healthy'
  | 'unhealthy'
  | 'unhealthy.draining'
  | 'unused'
  | 'draining'
  | 'unavailable'

/** TargetHealth as DescribeTargetHealth answers it; `healthy` has neither reason nor description. */
export interface Health {
  readonly state: State
  readonly reason?: string
  readonly description?: string
}

// States, reason codes and texts: "Health checks for Application Load Balancer target groups", target health status.
export const REGISTERING: Health = {
  state: 'initial',
  reason: 'Elb.RegistrationInProgress',
  description: 'Target registration is in progress',
}
export const CHECKING: Health = {
  state: 'initial',
  reason: 'Elb.InitialHealthChecking',
  description: 'Initial health checks in progress',
}
export const HEALTHY: Health = { state: 'healthy' }
export const TIMED_OUT: Health = {
  state: 'unhealthy',
  reason: 'Target.Timeout',
  description: 'Request timed out',
}
export const FAILED: Health = {
  state: 'unhealthy',
  reason: 'Target.FailedHealthChecks',
  description: 'Health checks failed',
}
/** Of a Network Load Balancer: no new connections, those that are open stay. */
export const UNHEALTHY_DRAINING: Health = { ...FAILED, state: 'unhealthy.draining' }
export const NOT_REGISTERED: Health = {
  state: 'unused',
  reason: 'Target.NotRegistered',
  description: 'Target is not registered to the target group',
}
export const NOT_IN_USE: Health = {
  state: 'unused',
  reason: 'Target.NotInUse',
  description: 'Target group is not configured to receive traffic from the load balancer',
}
export const DRAINING: Health = {
  state: 'draining',
  reason: 'Target.DeregistrationInProgress',
  description: 'Target deregistration is in progress',
}
export const NOT_CHECKED: Health = {
  state: 'unavailable',
  reason: 'Target.HealthCheckDisabled',
  description: 'Health checks are not enabled for this target',
}

/** Its health checks have failed, whatever becomes of its connections. */
export const isUnhealthy = (state: State): boolean => state === 'unhealthy' || state === 'unhealthy.draining'

export function mismatch(status: number): Health {
  return {
    state: 'unhealthy',
    reason: 'Target.ResponseCodeMismatch',
    description: `Health checks failed with these codes: [${status}]`,
  }
}

export function notRunning(instanceState: 'stopped' | 'terminated'): Health {
  return {
    state: 'unused',
    reason: 'Target.InvalidState',
    description: `Target is in the ${instanceState} state`,
  }
}
