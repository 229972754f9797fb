import { readdirSync, readFileSync } from 'node:fs'

interface Process {
  readonly pid: number
  readonly group: number
  readonly session: number
  readonly isLive: boolean
}

let look: Promise<readonly Process[]> | undefined

/** Callers of one moment share one read: a batch that ends together is not a storm of reads. */
function processes(): Promise<readonly Process[]> {
  look ??= new Promise((resolve) => {
    setImmediate(() => {
      look = undefined
      resolve(readProcesses())
    })
  })
  return look
}

/** Empty where there is no `/proc`. */
function readProcesses(): readonly Process[] {
  let names: string[]
  try {
    names = readdirSync('/proc')
  } catch {
    return []
  }
  return names.filter((name) => /^\d+$/.test(name)).flatMap(readProcess)
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readProcess(pid: string): readonly Process[] {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return []
  }
  // The name, in parentheses, may hold spaces and parentheses of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const hasEnded = fields[0] === 'Z' || fields[0] === 'X'
  // A process whose first thread has ended looks like a zombie while the others run.
  const isLive = !hasEnded || Number(fields[17]) > 1
  return [{ pid: Number(pid), group: Number(fields[2]), session: Number(fields[3]), isLive }]
}

function groupExists(group: number): boolean {
  try {
    process.kill(-group, 0)
    return true
  } catch (error) {
    // EPERM: it is there, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/**
 * The process groups with a live process in the session of `leader`. A session is more than its leader's group: GNU
 * `timeout` and `set -m` put what they run in groups of their own. Zombies do not count: in a job container nobody may
 * reap them. Without `/proc`, or where it hides other users' processes, only the leader's own group is known.
 */
async function liveGroups(leader: number): Promise<readonly number[]> {
  const members = (await processes()).filter((process) => process.session === leader)
  if (members.length === 0) return groupExists(leader) ? [leader] : []
  return [...new Set(members.filter((process) => process.isLive).map((process) => process.group))]
}

/** The session of a live process. */
export function sessionOf(pid: number): number | undefined {
  const [process] = readProcess(`${pid}`)
  return process?.isLive === true ? process.session : undefined
}

/** The live processes of the session, where `/proc` tells. */
export async function membersOf(leader: number): Promise<readonly number[]> {
  const members = (await processes()).filter((process) => process.session === leader && process.isLive)
  return members.map((process) => process.pid)
}

/** Looks twice: a process that forks and ends during a read of `/proc` hides its child. */
export async function isSessionGone(leader: number): Promise<boolean> {
  return (await liveGroups(leader)).length === 0 && (await liveGroups(leader)).length === 0
}

/** Signals every process of the session that we may signal. */
export async function signalSession(leader: number, signal: NodeJS.Signals): Promise<void> {
  for (const group of await liveGroups(leader)) {
    try {
      process.kill(-group, signal)
    } catch {
      // It ended meanwhile, or is not ours to signal; the next look tells.
    }
  }
}
