import type { TargetGroup } from '../domain/fleet.ts'
import { longestUpdateMs } from '../domain/run-command.ts'
import type { Settings } from '../domain/settings.ts'

const ENDING_MS = 30_000
/** Two looks, the first of them ten seconds after the servers have left. */
const EARLY_DRAIN_MS = 12_000

/** The least that a drain takes, if not the whole deregistration delay. */
export const leastDrain = ({ drainedCommand, drainedCheck }: Settings): { readonly leastMs?: number } =>
  drainedCommand === undefined && drainedCheck === undefined ? {} : { leastMs: EARLY_DRAIN_MS }

/** Of all of them, when only some may run at once; each may take a while to be ended. */
export function updateWithin({ length }: readonly string[], settings: Settings): number {
  const { updateConcurrency: concurrency = length, updateTimeoutMs, ssm } = settings
  if (length === 0) return 0
  if (ssm !== undefined) return longestUpdateMs({ servers: length, concurrency, timeoutMs: updateTimeoutMs })
  return Math.ceil(length / concurrency) * (updateTimeoutMs + ENDING_MS)
}

/** How long a server must stay healthy to count: a server in slow start carries less than its share. */
export function awaitsHealthFor({ healthyForMs }: Settings, groups: readonly TargetGroup[]): number {
  const oneCheck = groups.map((group) => group.healthCheckIntervalMs + group.healthCheckTimeoutMs)
  return Math.max(healthyForMs ?? Math.max(...oneCheck), ...groups.map((group) => group.slowStartMs))
}

/** The same for servers that were updated where they are: for some checks they may be shown as what they were before. */
export function awaitsHealthAfterUpdate(settings: Settings, group: TargetGroup): number {
  const { healthCheckIntervalMs, healthCheckTimeoutMs, unhealthyThreshold } = group
  const noticedAfterMs = unhealthyThreshold * healthCheckIntervalMs + healthCheckTimeoutMs
  return Math.max(settings.healthyForMs ?? noticedAfterMs, group.slowStartMs)
}
