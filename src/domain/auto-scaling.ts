/** What Auto Scaling does to the servers of a fleet, in its own words. */

/**
 * What would take a server away, or count it as broken, while it is out. All of them go on once it is over; launching is
 * left alone, so that a group may still grow. https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
 */
export const INTERFERING = [
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'Terminate',
] as const

export type Process = (typeof INTERFERING)[number]

/** An instance that belongs to a group. */
export interface Member {
  readonly id: string
  /** Name of the group. */
  readonly group: string
  /** `InService`, `Standby`, `Terminating:Wait`; see AutoScalingInstanceDetails. */
  readonly lifecycle: string
  /** What the group believes; once unhealthy, it replaces the instance as soon as it may. */
  readonly isHealthy: boolean
}

export interface AutoScalingGroup {
  readonly name: string
  /** Every process that is suspended, by whom ever. */
  readonly suspended: readonly string[]
  /** What new instances are started from: `launch template web, version 7`. */
  readonly launches: string
}

/** Processes of one group that a rollout has suspended, or is about to. */
export interface Suspension {
  readonly group: string
  readonly processes: readonly Process[]
}

/** What a snapshot knows. */
export interface AutoScalingSnapshot {
  readonly groups: readonly AutoScalingGroup[]
  /** By id; instances that belong to no group are absent. */
  readonly members: ReadonlyMap<string, Member>
  /** Of the groups, by name: the state of an instance refresh that is under way. */
  readonly refreshes: ReadonlyMap<string, string>
}

const LEAVING = /^(Terminating|Terminated|Detaching|Detached|Warmed:)/

/** Its group has done with it: it will not come back. */
export const hasLeft = (member: Member | undefined): boolean =>
  member === undefined || LEAVING.test(member.lifecycle)

/** Both, each process once. */
export function together(a: readonly Suspension[], b: readonly Suspension[]): Suspension[] {
  const processes = new Map<string, Set<Process>>()
  for (const suspension of [...a, ...b]) {
    const known = processes.get(suspension.group) ?? new Set()
    for (const process of suspension.processes) known.add(process)
    processes.set(suspension.group, known)
  }
  return [...processes].map(([group, known]) => ({
    group,
    processes: INTERFERING.filter((process) => known.has(process)),
  }))
}
