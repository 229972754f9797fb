/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html */
export const PROCESSES = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
] as const

export type Process = (typeof PROCESSES)[number]

export type Lifecycle =
  | 'Pending'
  | 'InService'
  | 'EnteringStandby'
  | 'Standby'
  | 'Detaching'
  | 'Terminating'
  | 'Terminated'

export interface Instance {
  readonly id: string
  readonly zone: string
  lifecycle: Lifecycle
  /** Once Unhealthy it stays so until somebody sets it, as with AWS. */
  health: 'Healthy' | 'Unhealthy'
}

export interface Registration {
  readonly groupArn: string
  /** Absent: the target group's. */
  readonly port?: number
}

export interface AutoScalingGroupSettings {
  readonly name: string
  readonly instances: readonly string[]
  /** Where instances are registered when they are launched. */
  readonly targetGroups: readonly Registration[]
  readonly healthCheckType?: 'ELB' | 'EC2'
  readonly launchTemplate?: { readonly name: string; readonly version: string }
  /** Instead of a template. */
  readonly launchConfiguration?: string
  readonly suspended?: readonly Process[]
}

export interface InstanceRefresh {
  readonly id: string
  status: 'Pending' | 'InProgress' | 'Successful' | 'Cancelled'
}

/** What a group has done by itself. */
export interface Activity {
  readonly at: number
  readonly instance: string
  readonly cause: 'unhealthy' | 'scale-in' | 'rebalance'
}

export class AutoScalingGroup {
  readonly settings: AutoScalingGroupSettings
  readonly instances = new Map<string, Instance>()
  /** Why, by process. */
  readonly suspended = new Map<Process, string>()
  readonly refreshes: InstanceRefresh[] = []
  /** Terminations, in order. */
  readonly activities: Activity[] = []
  desired: number

  constructor(settings: AutoScalingGroupSettings, now: string) {
    this.settings = settings
    this.desired = settings.instances.length
    for (const process of settings.suspended ?? []) this.suspended.set(process, `User suspended at ${now}`)
  }

  get name(): string {
    return this.settings.name
  }

  get healthCheckType(): 'ELB' | 'EC2' {
    return this.settings.healthCheckType ?? 'ELB'
  }

  runs(process: Process): boolean {
    return !this.suspended.has(process)
  }

  inState(...states: readonly Lifecycle[]): Instance[] {
    return [...this.instances.values()].filter(({ lifecycle }) => states.includes(lifecycle))
  }
}
