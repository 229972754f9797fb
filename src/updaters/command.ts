import { messageOf } from '../domain/errors.ts'
import type { Clock } from '../domain/ports.ts'
import { type Bash, type Exit, startBash } from './bash.ts'
import { DEFAULT_GRACES, type EndingOptions, endSession, endStrays, type Graces } from './ending.ts'
import type { Environment } from './environment.ts'
import { readOutput } from './output.ts'
import { removeScriptFile, writeScriptFile } from './script-file.ts'

/** A bash script to run, and how. */
export interface Command {
  readonly script: string
  /** Holds the script while it runs. */
  readonly tempDirectory: string
  readonly workingDirectory: string
  readonly environment: Environment
  readonly timeoutMs: number
  readonly clock: Clock
  readonly graces?: Partial<Graces> | undefined
  /** Told as soon as it runs, with the id of its session. */
  readonly onStart?: (leader: number) => void
  /** Told every line of the output, and none once the command has ended. */
  readonly onLine: (line: string) => void
}

/** How a command came to its end. */
export interface CommandEnd {
  /** Of bash itself; absent when bash could not be ended. */
  readonly exit?: Exit
  /** Why it was ended before it ended by itself. */
  readonly cut?: 'timeout' | 'abort'
  /** The last signal sent to end it, or to end what it left running. */
  readonly signalled?: 'SIGTERM' | 'SIGKILL'
  /** False when it, or something it started, may still be running. */
  readonly ended: boolean
}

/** Nothing has run. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted'
}

/**
 * Runs the script, and resolves when all processes of its session have ended, or cannot be ended. One that has left the
 * session on purpose (`setsid`) is not waited for. Rejects with `NotStarted`; an abort is an end like a timeout, not a
 * rejection.
 */
export async function runCommand(command: Command, signal: AbortSignal): Promise<CommandEnd> {
  const { file, bash } = await start(command)
  command.onStart?.(bash.leader)
  const output = readOutput(bash.output, command.onLine)
  try {
    const end = await awaitEnd(bash, command, signal)
    await output.finish(command.clock)
    if (end.cut === undefined && end.signalled !== undefined) command.onLine(strayLine(end))
    return end
  } finally {
    bash.release()
    await removeScriptFile(file)
  }
}

async function start(command: Command): Promise<{ file: string; bash: Bash }> {
  let file: string | undefined
  try {
    file = await writeScriptFile(command.script, command.tempDirectory)
    return { file, bash: await startBash(file, command) }
  } catch (error) {
    if (file !== undefined) await removeScriptFile(file)
    throw new NotStarted(`could not start bash: ${messageOf(error)}`, { cause: error })
  }
}

async function awaitEnd(bash: Bash, command: Command, signal: AbortSignal): Promise<CommandEnd> {
  const graces = { ...DEFAULT_GRACES, ...command.graces }
  const options: EndingOptions = { clock: command.clock, graces, signal }
  const cut = await awaitExit(bash, command, signal)
  const ending = await (cut ? endSession : endStrays)(bash.leader, options)
  const ended = ending?.ended ?? true
  return {
    ended,
    ...(cut && { cut }),
    ...(ending && { signalled: ending.by }),
    // It may be bash that cannot be ended: then there is no exit to wait for.
    ...((ended || !cut) && { exit: await bash.exited }),
  }
}

/** Undefined when it ended by itself. */
async function awaitExit({ exited }: Bash, { clock, timeoutMs }: Command, signal: AbortSignal) {
  const over = new AbortController()
  const cut = clock.sleep(timeoutMs, AbortSignal.any([signal, over.signal])).then(
    () => 'timeout' as const,
    () => 'abort' as const,
  )
  try {
    return await Promise.race([exited.then(() => undefined), cut])
  } finally {
    over.abort()
  }
}

function strayLine({ ended }: CommandEnd): string {
  const what = ended ? 'were ended' : 'could not be ended'
  return `elb-rollout: processes that the script left running ${what}; start those that must live on with setsid`
}
