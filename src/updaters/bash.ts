import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Environment } from './environment.ts'

/** How bash itself ended. */
export type Exit = { readonly code: number } | { readonly signal: NodeJS.Signals }

/** A bash that runs a script; it leads a session, and so a process group, of its own. */
export interface Bash {
  /** Its process id, and that of its session. */
  readonly leader: number
  readonly exited: Promise<Exit>
  /** Both outputs, in the order they were written. */
  readonly output: Readable
  /** Lets this process end before it. */
  release(): void
}

export interface BashOptions {
  readonly workingDirectory: string
  readonly environment: Environment
}

// One pipe for both outputs: two would be read in an order of their own.
const MERGED = 'exec "$0" "$@" 2>&1'
const BASH = ['bash', '--noprofile', '--norc', '-eo', 'pipefail']

/** Rejects when it could not be started. */
export async function startBash(file: string, options: BashOptions): Promise<Bash> {
  const child = spawn('/bin/sh', ['-c', MERGED, ...BASH, file], {
    cwd: options.workingDirectory,
    env: options.environment,
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  const exited = exitOf(child)
  return { leader: await pidOf(child, options), exited, output: child.stdout, release: () => child.unref() }
}

type Child = ChildProcessByStdio<null, Readable, null>

function pidOf(child: Child, { workingDirectory }: BashOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid as number))
    child.once('error', (error: NodeJS.ErrnoException) => {
      // The directory is what is missing, but the error names the shell.
      const isDirectory = error.code === 'ENOENT' || error.code === 'ENOTDIR'
      reject(isDirectory ? new Error(`no directory ${workingDirectory}`, { cause: error }) : error)
    })
  })
}

function exitOf(child: Child): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? { code: code ?? 0 } : { signal }))
  })
}
