import type { TargetGroup } from './fleet.ts'

/** What holds for network load balancers only, which take minutes for what an application one does at once. */

/**
 * For so long after its deregistration a target must be ready for new connections, whatever its state says by then: about
 * two minutes were observed, with a margin here; AWS recommends a deregistration delay of at least 120 s.
 * https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2366
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#deregistration-delay
 */
export const NETWORK_LAG_MS = 180_000

/**
 * How long a registration takes at least; "a few minutes" (AWS), three to five (its support).
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html
 * https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/1834
 */
export const NETWORK_REGISTRATION_MS = { least: 180_000, most: 300_000 } as const

/** Beyond the delay itself, for the load balancer to notice that it is over. */
const OVERDUE_MS = { application: 120_000, network: 300_000 } as const

const OTHERS: ReadonlySet<string> = new Set(['HTTP', 'HTTPS', 'GENEVE'])

/** Whether a group is one for network load balancers, as its protocol tells; lambda groups have none. */
export const isNetwork = ({ protocol }: TargetGroup): boolean => protocol !== '' && !OTHERS.has(protocol)

/** From the call on until nothing new arrives, and the delay is over. */
export const drainMs = (group: TargetGroup): number =>
  Math.max(group.deregistrationDelayMs, isNetwork(group) ? NETWORK_LAG_MS : 0)

/** For so long nothing that says that a server has drained counts. */
export const lagMs = (groups: readonly TargetGroup[]): number => (groups.some(isNetwork) ? NETWORK_LAG_MS : 0)

/** When a drain that is not over is a failure. */
export const longestDrainMs = (group: TargetGroup): number =>
  drainMs(group) + OVERDUE_MS[isNetwork(group) ? 'network' : 'application']

export const longest = (groups: readonly TargetGroup[], timeOf: (group: TargetGroup) => number): number =>
  Math.max(0, ...groups.map(timeOf))
