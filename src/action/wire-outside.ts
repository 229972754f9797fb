import type { Credentials } from '../aws/client.ts'
import type {
  AutoScaling,
  Clock,
  DrainProbe,
  Instances,
  LeftUpdates,
  LoadBalancer,
  TrafficGate,
  Updater,
  Watch,
} from '../domain/ports.ts'
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
  const { createSsmClient, createSsmUpdater, ssmProblems, unreachableAgents } = await import(
    '../updaters/ssm.ts'
  )
  const client = createSsmClient(region, credentials)
  const updater = createSsmUpdater({
    ...{ ...ssm, client, region, clock, facts, timeoutMs: updateTimeoutMs },
    ...(updateConcurrency === undefined ? {} : { concurrency: updateConcurrency }),
  })
  return {
    ...updater,
    problems: (servers, signal) => ssmProblems({ ...ssm, client, clock, servers }, signal),
    unreachable: (servers, signal) => unreachableAgents({ client, clock, servers }, signal),
  }
}

/**
 * Commands of Run Command that dead processes have left running. Whatever this run updates by: those whose list it finds may
 * have used it. `commands`: by server, as main has saved them for its post step.
 */
export function leftUpdates(
  { settings, credentials, clock }: Outside,
  commands: ReadonlyMap<string, string>,
): LeftUpdates {
  return {
    async end({ marks: rolloutIds, servers }, signal) {
      const { createSsmClient, endSsmCommands } = await import('../updaters/ssm.ts')
      const client = createSsmClient(settings.region, credentials)
      return endSsmCommands({ client, clock, rolloutIds, commands, servers }, signal)
    },
  }
}

/** Connections on the servers, by Run Command. Where updates go the same way, they have asked for all that it needs. */
export async function connectionProbe(
  { settings, credentials, clock }: Outside,
  rolloutId: string,
): Promise<DrainProbe | undefined> {
  if (settings.drainedCheck === undefined) return undefined
  const { createSsmClient, createConnectionProbe, isShellDocument, SHELL_DOCUMENT } = await import(
    '../updaters/ssm.ts'
  )
  const client = createSsmClient(settings.region, credentials)
  const { doubts, ...probe } = createConnectionProbe({ client, clock, rolloutId })
  const { ssm } = settings
  const isAsked = ssm !== undefined && isShellDocument({ name: ssm.document ?? SHELL_DOCUMENT })
  return isAsked || doubts === undefined ? probe : { ...probe, doubts }
}

/** Ends the checks of drains that a dead process has left running; that one cannot be ended is no matter. */
export async function endChecks(
  { settings, credentials, clock }: Outside,
  rolloutId: string,
  signal: AbortSignal,
): Promise<void> {
  if (settings.drainedCheck === undefined) return
  const { createSsmClient, endDrainChecks } = await import('../updaters/ssm.ts')
  const client = createSsmClient(settings.region, credentials)
  await endDrainChecks({ client, clock, rolloutId }, signal).catch(() => {})
}

/** Instances; the client is loaded when they are asked for, which is known only when the groups have been seen. */
export function instancesFrom({ settings, credentials }: Outside): Instances {
  return {
    async describePlaces(ids, signal) {
      const { createEc2Client, createInstances } = await import('../ec2/ec2.ts')
      return createInstances(createEc2Client(settings.region, credentials)).describePlaces(ids, signal)
    },
  }
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
