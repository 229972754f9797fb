import type { Health, State } from './health.ts'

export interface TargetDescription {
  readonly Id: string
  readonly Port?: number
  readonly AvailabilityZone?: string
}

/** Identity is Id and Port together: the same instance may be registered with several ports (RegisterTargets). */
export function targetKey(id: string, port: number): string {
  return `${id}:${port}`
}

/** One registration and what the load balancer knows about it. */
export class Target {
  readonly id: string
  /** 0 for a Lambda function, which has none. */
  readonly port: number
  readonly key: string
  readonly zone: string
  health: Health
  zonalShift: 'off' | 'active' = 'off'
  passes = 0
  failures = 0
  /** Counts the times checking began, so that the answer to a check of an earlier time is not taken for this one's. */
  checking = 0
  drainingSince = Number.NEGATIVE_INFINITY
  /** Its state when it was deregistered: until that has propagated, the data plane goes by it. */
  stateBeforeDraining: State | undefined
  /** What follows when it has drained. */
  afterDraining: 'gone' | 'registered' = 'gone'
  cancelTimer: (() => void) | undefined

  constructor(identity: { id: string; port: number; zone: string }, health: Health) {
    this.id = identity.id
    this.port = identity.port
    this.key = targetKey(identity.id, identity.port)
    this.zone = identity.zone
    this.health = health
  }

  get state(): State {
    return this.health.state
  }

  stopTimer(): void {
    this.cancelTimer?.()
    this.cancelTimer = undefined
  }
}
