import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Executed, Occasion, Run } from './course.ts'

export interface ScriptAgentsOptions {
  /** That of an agent's service; scripts get it, and what the agent adds. */
  readonly environment: Readonly<Record<string, string>>
  readonly region?: string
}

/** As the agent has it. */
const KILLED_BY_SIGNAL = -1

/**
 * Agents that run the scripts of AWS-RunShellScript, on this machine, as aws/amazon-ssm-agent does: a file of the
 * commands, `sh -c` with its path, a process group of its own, which gets SIGKILL when the command is to end.
 */
export class ScriptAgents {
  readonly #options: ScriptAgentsOptions
  readonly #running = new Map<Promise<Executed>, string>()
  readonly #closing = new AbortController()

  constructor(options: ScriptAgentsOptions) {
    this.#options = options
  }

  /** How commands go, for `Ssm`. */
  readonly run: Run = (occasion) => ({ execute: (stop) => this.#execute(occasion, stop) })

  /** Nodes on which a script runs. */
  get busy(): string[] {
    return [...this.#running.values()]
  }

  /** Ends what still runs. */
  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all(this.#running.keys())
  }

  async #execute(occasion: Occasion, stop: AbortSignal): Promise<Executed> {
    const folder = mkdtempSync(join(tmpdir(), 'elb-rollout-ssm-'))
    const stopOrClose = AbortSignal.any([stop, this.#closing.signal])
    const ended = this.#runScript(join(folder, '_script.sh'), occasion, stopOrClose)
    this.#running.set(ended, occasion.instanceId)
    try {
      return await ended
    } finally {
      this.#running.delete(ended)
      rmSync(folder, { recursive: true, force: true })
    }
  }

  #runScript(path: string, { instanceId, parameters }: Occasion, stop: AbortSignal): Promise<Executed> {
    const { commands = [], workingDirectory: [cwd = ''] = [] } = parameters
    writeFileSync(path, `${commands.join('\n')}\n`, { mode: 0o700 })
    const child = spawn('sh', ['-c', path], {
      ...(cwd === '' ? {} : { cwd }),
      env: this.#environmentOf(instanceId),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return endOf(child, stop)
  }

  #environmentOf(instanceId: string): Record<string, string> {
    const { environment, region = 'us-east-1' } = this.#options
    return { ...environment, AWS_SSM_INSTANCE_ID: instanceId, AWS_SSM_REGION_NAME: region }
  }
}

/** What it has left in the background is waited for as long as it holds the outputs, unless the script is stopped. */
function endOf(child: ChildProcessByStdio<null, Readable, Readable>, stop: AbortSignal): Promise<Executed> {
  const printed = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      printed[stream] += chunk
    })
  return new Promise((resolve) => {
    const end = (code: number | null) => {
      stop.removeEventListener('abort', kill)
      resolve({ ...printed, exitCode: code ?? KILLED_BY_SIGNAL })
    }
    const kill = () => {
      killGroup(child)
      if (child.exitCode !== null || child.signalCode !== null) end(child.exitCode)
      else child.once('exit', end)
    }
    stop.addEventListener('abort', kill)
    child.once('close', end)
    child.once('error', (error) => {
      printed.stderr = `failed to run commands: ${error.message}`
      end(1)
    })
    if (stop.aborted) kill()
  })
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}
