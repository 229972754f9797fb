import type { SSMClient } from '@aws-sdk/client-ssm'
import { chunksOf } from '../domain/chunks.ts'
import { messageOf } from '../domain/errors.ts'
import type { Server } from '../domain/fleet.ts'
import type { Clock, Drain, DrainListener, DrainProbe } from '../domain/ports.ts'
import { SERVERS_A_COMMAND } from '../domain/run-command.ts'
import { createRunCommand, type NewCommand, type RunCommand } from './ssm-calls.ts'
import { drainCommentFor } from './ssm-comment.ts'
import { deliver } from './ssm-deliver.ts'
import { DRAIN_EXIT, drainScriptFor } from './ssm-drain-script.ts'
import type { Step } from './ssm-mapping.ts'
import { SHELL_DOCUMENT } from './ssm-parameters.ts'
import { ssmObstacles } from './ssm-problems.ts'
import { Pace } from './ssm-time.ts'
import { timesFor, whyEnd } from './ssm-times.ts'
import { type End, Watch } from './ssm-watch.ts'

export interface ConnectionProbeOptions {
  readonly client: SSMClient
  readonly clock: Clock
  readonly rolloutId: string
}

/** The least that AWS takes: what is delivered later than that is of little use. */
const DELIVERY_SECONDS = 30
/** The script ends by itself; this is for one that hangs. */
const OVERTIME_SECONDS = 15
const LONGEST_LINE = 200

/**
 * Asks the servers themselves, by Run Command, for connections that are established on their registered ports: one command
 * for up to 50 servers and a whole drain, which waits there. Servers must be instances that run Linux.
 */
export function createConnectionProbe(options: ConnectionProbeOptions): DrainProbe {
  const ssm = createRunCommand(options.client)
  return {
    by: 'connections',
    async watch(drain, listener, signal) {
      const pace = new Pace(options.clock)
      const chunks = chunksOf(drain.servers, SERVERS_A_COMMAND)
      await Promise.all(
        chunks.map((servers) => watchChunk({ ssm, options, drain, listener, signal, pace }, servers)),
      )
    },
    doubts: (servers, signal) => {
      const { client, clock } = options
      return ssmObstacles({ client, clock, servers, parameters: { commands: ['true'] } }, signal).catch(
        (error: unknown) => [messageOf(error)],
      )
    },
  }
}

interface Watched {
  readonly ssm: RunCommand
  readonly options: ConnectionProbeOptions
  readonly drain: Drain
  readonly listener: DrainListener
  readonly signal: AbortSignal
  readonly pace: Pace
}

async function watchChunk(watched: Watched, chunk: readonly Server[]): Promise<void> {
  const { ssm, options, listener, signal } = watched
  const delivery = {
    ...{ ssm, clock: options.clock, signal },
    mayBegin: async () => {},
    commandFor: (servers: readonly Server[]) => commandFor(watched, servers),
    onOffline: (ids: readonly string[]) => listener.unknown(ids, 'the SSM agent is not online'),
  }
  const { servers, ...delivered } = await deliver(delivery, chunk)
  const ids = servers.map(({ id }) => id)
  if ('commandId' in delivered) return follow(watched, ids, delivered.commandId)
  if (!signal.aborted) listener.unknown(ids, delivered.reason)
}

function commandFor({ options, drain }: Watched, servers: readonly Server[]): NewCommand {
  const seconds = Math.max(0, Math.floor(drain.forMs / 1_000))
  return {
    document: SHELL_DOCUMENT,
    parameters: {
      commands: drainScriptFor(servers, seconds),
      executionTimeout: [String(seconds + OVERTIME_SECONDS)],
    },
    servers: servers.map(({ id }) => id),
    concurrency: servers.length,
    comment: drainCommentFor(options.rolloutId),
    deliverySeconds: DELIVERY_SECONDS,
  }
}

async function follow(
  { ssm, options, drain, listener, signal, pace }: Watched,
  servers: readonly string[],
  commandId: string,
): Promise<void> {
  const { clock } = options
  const timeoutMs = drain.forMs + OVERTIME_SECONDS * 1_000
  const times = timesFor({ timeoutMs, servers: servers.length, concurrency: servers.length })
  const watch = new Watch(
    { ssm, clock, pace, signal, onEnd: async (end) => tell(listener, end) },
    {
      commandId,
      servers,
      timeoutMs,
      whyEnd: (progress) => (signal.aborted ? 'the drain is over' : whyEnd(times, progress)),
    },
  )
  await watch.run()
}

function tell(listener: DrainListener, { server, verdict, invocation }: End): void {
  if (verdict.ok) listener.drained(server)
  else listener.unknown([server], whatItSaid(invocation?.step) ?? verdict.reason)
}

/** The script's own words. */
function whatItSaid({ exitCode, output }: Partial<Step> = {}): string | undefined {
  if (exitCode !== DRAIN_EXIT.busy && exitCode !== DRAIN_EXIT.cannotSee) return undefined
  const [line = ''] = (output ?? '').trim().split('\n')
  return line === '' ? undefined : line.slice(0, LONGEST_LINE)
}
