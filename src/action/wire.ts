import type { Credentials } from '../aws/client.ts'
import { assumeRole, sessionNameFor } from '../credentials/assume-role.ts'
import type { Gate } from '../domain/ports.ts'
import type { Settings } from '../domain/settings.ts'
import { createClient } from '../elbv2/client.ts'
import { createLoadBalancer } from '../elbv2/load-balancer.ts'
import { createRouting } from '../elbv2/routing.ts'
import { createTagCalls } from '../elbv2/tags.ts'
import { deploy } from '../engine/deploy.ts'
import { promote } from '../engine/promote.ts'
import { recover } from '../engine/recover.ts'
import { rollBack } from '../engine/roll-back.ts'
import type { Ports } from '../engine/run.ts'
import { createSmokeGate } from '../gates/http-smoke.ts'
import { createJournalStore } from '../journal/store.ts'
import { blueGreen } from '../strategies/blue-green.ts'
import { inPlace } from '../strategies/in-place.ts'
import { endOrphans, endProcess } from '../updaters/orphan.ts'
import { createDrainProbe, createShellUpdater } from '../updaters/shell.ts'
import { idTokens } from './id-token.ts'
import { workflowRuns } from './runs.ts'
import type { SavedState } from './state.ts'
import { systemClock } from './system-clock.ts'
import {
  connectionProbe,
  endChecks,
  instancesFrom,
  lazyAutoScaling,
  leftUpdates,
  type Outside,
  ssmUpdater,
  watchers,
} from './wire-outside.ts'

export const strategies = { 'in-place': inPlace, 'blue-green': blueGreen } as const

export const modes = { deploy, rollback: rollBack, promote, recover } as const

export interface Wiring {
  readonly rolloutId: string
  /** For scripts while they run. */
  readonly tempDirectory: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Of main, by server, for its post step. */
  readonly remoteCommands?: ReadonlyMap<string, string>
  /** Keeps a secret out of the log from here on. */
  mask(secret: string): void
}

/** The outside world, as the settings want it. */
export async function wire(outside: Outside, wiring: Wiring): Promise<Ports> {
  const { settings } = outside
  const { rolloutId, tempDirectory, environment } = wiring
  const { updateCommand = '', drainedCommand, workingDirectory, updateConcurrency, smoke } = settings
  const clock = systemClock
  const groups = settings.targetGroupArns.map((arn) => ({ arn, name: nameIn(arn) }))
  const facts = { ...settings, rolloutId, groups, processEnv: environment }
  const commands = { workingDirectory, tempDirectory, facts, clock }
  const client = createClient(settings.region, outside.credentials)
  const loadBalancer = createLoadBalancer(client)
  const runs = workflowRuns(settings.githubToken ?? '', environment)
  const gates: Gate[] = smoke === undefined ? [] : [createSmokeGate(smoke, { clock })]
  const drainProbe =
    drainedCommand === undefined
      ? await connectionProbe(outside, rolloutId)
      : createDrainProbe({ ...commands, script: drainedCommand })
  return {
    clock,
    gates,
    loadBalancer,
    ...(await watchers(outside, loadBalancer)),
    leftUpdates: leftUpdates(outside, wiring.remoteCommands ?? new Map()),
    instances: instancesFrom(outside),
    routing: createRouting(client),
    autoScaling: lazyAutoScaling(outside),
    store: createJournalStore(createTagCalls(client)),
    updater:
      (await ssmUpdater(outside, facts)) ??
      createShellUpdater({
        ...commands,
        script: updateCommand,
        timeoutMs: settings.updateTimeoutMs,
        ...(updateConcurrency === undefined ? {} : { concurrency: updateConcurrency }),
      }),
    ...(runs === undefined ? {} : { runs }),
    ...(drainProbe === undefined ? {} : { drainProbe }),
  }
}

/** One for a process: it fetches credentials of its own, where `role-to-assume` is given. */
export function outsideOf(settings: Settings, wiring: Wiring): Outside {
  const credentials = credentialsFor(settings, wiring)
  return { settings, clock: systemClock, ...(credentials === undefined ? {} : { credentials }) }
}

/** None: those of the environment. */
function credentialsFor({ roleToAssume, region }: Settings, wiring: Wiring): Credentials | undefined {
  if (roleToAssume === undefined) return undefined
  const { rolloutId, environment, mask } = wiring
  const getIdToken = idTokens({ environment, mask })
  return assumeRole({
    ...{ roleArn: roleToAssume, region, getIdToken, mask },
    sessionName: sessionNameFor(rolloutId),
  })
}

/** `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/73e2d6bc24d8a067` is named web. */
const nameIn = (arn: string): string => arn.split('/')[1] ?? arn

/**
 * Ends main, should it live, and the commands that it has left running on this machine; answers the servers whose command may
 * still run.
 */
export async function endMain(
  { rolloutId, pid, commands }: SavedState,
  { outside, environment }: Pick<Wiring, 'environment'> & { readonly outside: Outside },
  signal: AbortSignal,
): Promise<string[]> {
  const job = environment.RUNNER_TRACKING_ID
  await endProcess(pid, { script: '/entries/main.js', job, clock: systemClock })
  // Beside all else: nobody waits for what changes nothing.
  void endChecks(outside, rolloutId, signal)
  if (outside.settings.ssm === undefined) {
    const sessions = new Map(Object.entries(commands).map(([server, handle]) => [Number(handle), server]))
    return endOrphans({ rolloutId, sessions, clock: systemClock })
  }
  // What the runner has begun is at most looks at drains, which change nothing; an agent here may run updates.
  if (job !== undefined) await endOrphans({ rolloutId, sessions: new Map(), clock: systemClock, job })
  return []
}
