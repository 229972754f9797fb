import type { Credentials } from '../aws/client.ts'
import type { AutoScaling, Clock, LoadBalancer, TrafficGate, Updater, Watch } from '../domain/ports.ts'
import type { Settings } from '../domain/settings.ts'
import type { RolloutFacts } from '../updaters/environment.ts'

/** What is asked of services other than the load balancer's. Each client is loaded only where the settings need it. */
export interface Outside {
  readonly settings: Settings
  readonly credentials?: Credentials
  readonly clock: Clock
}

/** Run Command; none: servers are updated by `update-command`, or by others. */
export async function ssmUpdater(
  { settings, credentials, clock }: Outside,
  facts: Omit<RolloutFacts, 'processEnv'>,
): Promise<Updater | undefined> {
  const { ssm, region, updateTimeoutMs, updateConcurrency } = settings
  if (ssm === undefined) return undefined
  const { createSsmClient, createSsmUpdater, ssmProblems } = await import('../updaters/ssm.ts')
  const client = createSsmClient(region, credentials)
  const { update } = createSsmUpdater({
    ...{ ...ssm, client, region, clock, facts, timeoutMs: updateTimeoutMs },
    ...(updateConcurrency === undefined ? {} : { concurrency: updateConcurrency }),
  })
  return { update, problems: (servers, signal) => ssmProblems({ ...ssm, client, clock, servers }, signal) }
}

/**
 * Ends the commands of Run Command that a dead process has left running, `commands` by server; answers the servers on which
 * one may still run.
 */
export async function endSsm(
  { settings, credentials, clock }: Outside,
  { rolloutId, commands }: { readonly rolloutId: string; readonly commands: ReadonlyMap<string, string> },
  signal: AbortSignal,
): Promise<string[]> {
  const { createSsmClient, endSsmCommands } = await import('../updaters/ssm.ts')
  const client = createSsmClient(settings.region, credentials)
  // Nobody can say then that they have ended: no server of theirs may be touched.
  const unknown = () => [...commands.keys()]
  return endSsmCommands({ client, clock, rolloutId, commands }, signal).catch(unknown)
}

/** Its SDK is loaded when it is asked for the first time: only fleets of instances need it. */
export function lazyAutoScaling({ settings, credentials }: Outside): AutoScaling {
  let loaded: Promise<AutoScaling> | undefined
  const load = async () => {
    const { createAutoScaling } = await import('../auto-scaling/auto-scaling.ts')
    const { createAutoScalingClient } = await import('../auto-scaling/client.ts')
    return createAutoScaling(createAutoScalingClient(settings.region, credentials))
  }
  const real = () => {
    loaded ??= load()
    return loaded
  }
  return {
    describeMembers: async (ids, signal) => (await real()).describeMembers(ids, signal),
    describeGroups: async (names, signal) => (await real()).describeGroups(names, signal),
    refreshUnderWay: async (group, signal) => (await real()).refreshUnderWay(group, signal),
    suspend: async (group, processes, signal) => (await real()).suspend(group, processes, signal),
    resume: async (group, processes, signal) => (await real()).resume(group, processes, signal),
  }
}

/** Alarms and metrics. */
export async function watchers(
  { settings, credentials, clock }: Outside,
  loadBalancer: LoadBalancer,
): Promise<{ readonly watches: Watch[]; readonly trafficGates: TrafficGate[] }> {
  const { alarms, canary, region, traffic } = settings
  if (alarms === undefined && canary === undefined) return { watches: [], trafficGates: [] }
  const cloudwatch = await import('../gates/cloudwatch-gates.ts')
  const client = cloudwatch.createCloudWatchClient(region, credentials)
  const watches = alarms === undefined ? [] : [alarmWatch(alarms)]
  const trafficGates = canary === undefined ? [] : [canaryGate(canary)]
  return { watches, trafficGates }

  function alarmWatch({ names, ignoredAtStart }: NonNullable<Settings['alarms']>): Watch {
    return cloudwatch.createAlarmWatch({ client, names, ignoreAtStart: ignoredAtStart })
  }

  function canaryGate(limits: NonNullable<Settings['canary']>): TrafficGate {
    return cloudwatch.createCanaryGate({
      ...{ client, clock, limits },
      // A hold after each step, and the bake.
      holds: traffic.length + 1,
      loadBalancerOf: async (arn, signal) =>
        (await loadBalancer.describeGroups([arn], signal))[0]?.loadBalancerArns[0],
    })
  }
}
