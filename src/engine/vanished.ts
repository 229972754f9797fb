import { hasLeft, type Member } from '../domain/auto-scaling.ts'
import { ApiError } from '../domain/errors.ts'
import type { HealthByGroup, TargetHealth } from '../domain/fleet.ts'
import { isHealthy, isTerminated } from '../domain/fleet.ts'
import type { AutoScaling, Clock } from '../domain/ports.ts'
import { performing } from './performing.ts'
import type { Run } from './run.ts'
import { look } from './wait.ts'

/** Nothing is planned for a server that is gone. That it could not be seen does not keep the others waiting. */
export async function noteAllVanished(run: Run): Promise<void> {
  const ids = run.fleet.servers.map(({ id }) => id)
  await performing(run, async () => {
    await noteVanished(run, ids)
    return undefined
  })
}

/**
 * Looks which of these servers their groups of Auto Scaling have terminated, or somebody else has: that is no failure of
 * the version. They are named, and left alone from then on.
 */
export async function noteVanished(run: Run, ids: readonly string[]): Promise<void> {
  const { autoScaling, clock } = run.ports
  const candidates = ids.filter((id) => run.members.has(id) && run.progress.of(id).vanished !== true)
  if (autoScaling === undefined || candidates.length === 0) return
  const { emit, signal } = run
  const [left, health] = await Promise.all([
    leftAmong({ autoScaling, clock, emit, signal }, candidates),
    look(run, run.groups),
  ])
  for (const id of candidates) {
    const why = whyGone(id, left, health)
    if (why === undefined) continue
    run.failures.delete(id)
    tellVanished(run, id, why)
  }
}

export function tellVanished(run: Pick<Run, 'emit'>, server: string, reason: string): void {
  run.emit({ type: 'server-vanished', server, reason })
  run.emit({ type: 'warned', text: `${server} is gone: ${reason}` })
}

/** While health checks are suspended the group does not know of an instance that was terminated behind its back. */
function whyGone(id: string, left: ReadonlyMap<string, string>, health: HealthByGroup): string | undefined {
  const shown: TargetHealth[] = [...health.values()].flat().filter(({ target }) => target.id === id)
  if (shown.some(isTerminated)) return 'it was terminated'
  return shown.some(isHealthy) ? undefined : left.get(id)
}

interface Asking {
  readonly autoScaling: AutoScaling
  readonly clock: Clock
  readonly emit: Run['emit']
  readonly signal: AbortSignal
}

/** An answer may be old, or lack what is there: a server is not given up on the word of one. */
const AGAIN_AFTER_MS = 5_000

/** Which of these members have left their group, with the reason. */
export async function leftAmong(
  asking: Asking,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const suspects = await askWhoLeft(asking, ids)
  if (suspects.size === 0) return suspects
  await asking.clock.sleep(AGAIN_AFTER_MS, asking.signal)
  return askWhoLeft(asking, [...suspects.keys()])
}

async function askWhoLeft(asking: Asking, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const members = await membersAmong(asking, ids)
  if (members === undefined) return new Map()
  return new Map(
    ids.filter((id) => hasLeft(members.get(id))).map((id) => [id, whyLeft(members.get(id))] as const),
  )
}

/** Servers must go back in also when Auto Scaling does not answer; undefined: it did not. */
export async function membersAmong(
  { autoScaling, emit, signal }: Omit<Asking, 'clock'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Member> | undefined> {
  try {
    return await autoScaling.describeMembers(ids, signal)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    emit({ type: 'warned', text: `could not see which instances are still there: ${error.message}` })
    return undefined
  }
}

const whyLeft = (member: Member | undefined): string =>
  member === undefined
    ? 'it belongs to no Auto Scaling group any more'
    : `it is ${member.lifecycle} in Auto Scaling group ${member.group}`
