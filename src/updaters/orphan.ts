import { readdirSync, readFileSync } from 'node:fs'
import type { Clock } from '../domain/ports.ts'
import { DEFAULT_GRACES, endSession } from './ending.ts'
import { isSessionGone, membersOf, sessionOf } from './session.ts'

/** What a dead process may have left running: the sessions of its commands, by server, as it has saved them. */
export interface Orphans {
  readonly rolloutId: string
  readonly sessions: ReadonlyMap<number, string>
  readonly clock: Clock
  /** Of the runner: then only what it has begun is looked for. Others may run scripts of the rollout on this machine. */
  readonly job?: string
}

/**
 * Ends the commands that a process has left running, saved or found by the rollout's id in their environment; answers the
 * servers of those that cannot be shown to have ended. A number that has come to mean somebody else's session since is
 * left alone.
 */
export async function endOrphans({ rolloutId, sessions, clock, job }: Orphans): Promise<string[]> {
  const all = new Map([...sessions, ...found(rolloutId, job)])
  const left = [...all].map(async ([leader, server]) => {
    if (await isSomebodyElses(leader, rolloutId)) return []
    const signal = new AbortController().signal
    if (await isSessionGone(leader)) return []
    const { ended } = await endSession(leader, { clock, graces: DEFAULT_GRACES, signal })
    return ended ? [] : [server]
  })
  return [...new Set((await Promise.all(left)).flat())]
}

/**
 * Kills a process that should be dead, if it is still what it was, a node of this job that runs this script: no signal may
 * have reached it in its container.
 */
export async function endProcess(
  pid: number,
  { script, job, clock }: { script: string; job: string | undefined; clock: Clock },
): Promise<void> {
  const isIt = () =>
    commandLineOf(pid).some((word) => word.endsWith(script)) &&
    environmentOf(pid)?.get('RUNNER_TRACKING_ID') === job
  while (isIt()) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      return
    }
    await clock.sleep(50)
  }
}

/** Sessions with a process that carries the rollout's id, with the server that its command is for. */
function found(rolloutId: string, job: string | undefined): [number, string][] {
  return processIds().flatMap((pid) => {
    const environment = environmentOf(pid)
    if (environment?.get('ROLLOUT_ID') !== rolloutId) return []
    if (job !== undefined && environment.get('RUNNER_TRACKING_ID') !== job) return []
    const session = sessionOf(pid)
    return session === undefined ? [] : [[session, environment.get('ROLLOUT_TARGET_ID') ?? '']]
  })
}

/** Every process in it can be seen, and none is of this rollout. One that cannot be seen may be: it runs as root, say. */
async function isSomebodyElses(leader: number, rolloutId: string): Promise<boolean> {
  const members = await membersOf(leader)
  const environments = members.map(environmentOf)
  return (
    members.length > 0 &&
    environments.every((one) => one !== undefined && one.get('ROLLOUT_ID') !== rolloutId)
  )
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

/** Undefined when it has gone, or is not ours to see. */
function environmentOf(pid: number): Map<string, string> | undefined {
  const text = read(`/proc/${pid}/environ`)
  if (text === undefined) return undefined
  return new Map(
    text
      .split('\0')
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  )
}

const commandLineOf = (pid: number): string[] => read(`/proc/${pid}/cmdline`)?.split('\0') ?? []

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
