import { type DrainLooks, probeByLooks } from '../domain/drain-looks.ts'
import { messageOf } from '../domain/errors.ts'
import type { Server } from '../domain/fleet.ts'
import type {
  Clock,
  DrainProbe,
  ServerContext,
  UpdateListener,
  UpdateResult,
  Updater,
} from '../domain/ports.ts'
import { type CommandEnd, NotStarted, runCommand } from './command.ts'
import type { Graces } from './ending.ts'
import { environmentFor, type RolloutFacts } from './environment.ts'
import { failureOf } from './reason.ts'
import { Slots } from './slots.ts'
import { Tail } from './tail.ts'

/** A bash script that is run here, once for each server. */
export interface ShellOptions {
  readonly script: string
  readonly workingDirectory: string
  /** Holds the script while it runs: the job's, so that not even a `kill -9` leaves it behind. */
  readonly tempDirectory: string
  readonly facts: RolloutFacts
  readonly clock: Clock
  readonly graces?: Partial<Graces>
}

export interface ShellUpdaterOptions extends ShellOptions {
  /** Of each server. */
  readonly timeoutMs: number
  /** Commands at once; absent: the whole batch. */
  readonly concurrency?: number
}

const PROBE_TIMEOUT_MS = 30_000
/** All servers of a batch are asked every few seconds. */
const PROBES_AT_ONCE = 50

/** Runs `update-command`. */
export function createShellUpdater(options: ShellUpdaterOptions): Updater {
  return {
    async update(servers, context, listener, signal) {
      const queue = servers.values()
      let objection: unknown
      const lane = async () => {
        let isFirst = true
        // All lanes draw from one queue.
        for (const server of queue) {
          if (!isFirst) await listener.mayBegin().catch((error) => (objection ??= error))
          isFirst = false
          if (signal.aborted || objection !== undefined) return
          await updateServer(options, { server, context, listener }, signal)
        }
      }
      const lanes = Math.min(options.concurrency ?? servers.length, servers.length)
      await Promise.all(Array.from({ length: lanes }, lane))
      if (objection !== undefined) throw objection
    },
  }
}

/** Runs `drained-command`, every two seconds. */
export const createDrainProbe = (options: ShellOptions): DrainProbe =>
  probeByLooks(createDrainLooks(options), options.clock)

/** Runs `drained-command`: exit code 0 means that the server has no more requests. */
export function createDrainLooks(options: ShellOptions): DrainLooks {
  const slots = new Slots(PROBES_AT_ONCE)
  return {
    isDrained: (server, context, signal) =>
      slots.use(async () => {
        signal.throwIfAborted()
        const run = { server, context, timeoutMs: PROBE_TIMEOUT_MS, onLine: () => {} }
        const isDrained = await runScript(options, run, signal).then(
          (end) => failureOf(end, PROBE_TIMEOUT_MS) === undefined,
          () => false,
        )
        signal.throwIfAborted()
        return isDrained
      }),
  }
}

interface ServerUpdate {
  readonly server: Server
  readonly context: ServerContext
  readonly listener: UpdateListener
}

async function updateServer(options: ShellUpdaterOptions, update: ServerUpdate, signal: AbortSignal) {
  const { server, context, listener } = update
  const tail = new Tail()
  const onLine = (line: string) => {
    tail.push(line)
    listener.output(server.id, line)
  }
  const onStart = (leader: number) => listener.started(server.id, `${leader}`)
  const run = { server, context, timeoutMs: options.timeoutMs, onLine, onStart }
  const result = await runScript(options, run, signal).then(
    (end) => resultOf(end, run.timeoutMs, tail),
    // Only what has never run is known to have ended.
    (error) => failed(messageOf(error), { tail, ended: error instanceof NotStarted }),
  )
  listener.ended(server.id, result)
}

interface Run {
  readonly server: Server
  readonly context: ServerContext
  readonly timeoutMs: number
  readonly onLine: (line: string) => void
  readonly onStart?: (leader: number) => void
}

function runScript(options: ShellOptions, run: Run, signal: AbortSignal): Promise<CommandEnd> {
  const { script, workingDirectory, tempDirectory, clock, graces, facts } = options
  const environment = environmentFor(run.server, run.context, facts)
  const { timeoutMs, onLine, onStart } = run
  const command = { script, workingDirectory, tempDirectory, clock, graces, environment, timeoutMs, onLine }
  return runCommand(onStart === undefined ? command : { ...command, onStart }, signal)
}

function resultOf(end: CommandEnd, timeoutMs: number, tail: Tail): UpdateResult {
  const reason = failureOf(end, timeoutMs)
  return reason === undefined ? { ok: true } : failed(reason, { tail, ended: end.ended })
}

function failed(reason: string, { tail, ended }: { tail: Tail; ended: boolean }): UpdateResult {
  return { ok: false, reason, tail: tail.lines(), ended }
}
