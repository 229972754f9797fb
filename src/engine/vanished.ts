import { hasLeft, type Member } from '../domain/auto-scaling.ts'
import { ApiError } from '../domain/errors.ts'
import type { HealthByGroup } from '../domain/fleet.ts'
import { isTerminated } from '../domain/fleet.ts'
import type { AutoScaling } from '../domain/ports.ts'
import type { Run } from './run.ts'
import { look } from './wait.ts'

/**
 * Looks which of these servers their groups of Auto Scaling have terminated, or somebody else has: that is no failure of
 * the version. They are named, and left alone from then on.
 */
export async function noteVanished(run: Run, ids: readonly string[]): Promise<void> {
  const { autoScaling } = run.ports
  const candidates = ids.filter((id) => run.members.has(id) && run.progress.of(id).vanished !== true)
  if (autoScaling === undefined || candidates.length === 0) return
  const [members, health] = await Promise.all([
    membersAmong(run, autoScaling, candidates),
    look(run, run.groups),
  ])
  for (const id of candidates) {
    const why = whyGone(id, members, health)
    if (why === undefined) continue
    run.failures.delete(id)
    tellVanished(run, id, why)
  }
}

/** Servers must go back in also when Auto Scaling does not answer; undefined: it did not. */
export async function membersAmong(
  { emit, signal }: Pick<Run, 'emit' | 'signal'>,
  autoScaling: AutoScaling,
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

export function tellVanished(run: Pick<Run, 'emit'>, server: string, reason: string): void {
  run.emit({ type: 'server-vanished', server, reason })
  run.emit({ type: 'warned', text: `${server} is gone, and counts no more: ${reason}` })
}

/** While health checks are suspended the group does not know of an instance that was terminated behind its back. */
function whyGone(
  id: string,
  members: ReadonlyMap<string, Member> | undefined,
  health: HealthByGroup,
): string | undefined {
  if (members !== undefined && hasLeft(members.get(id))) return whyLeft(members.get(id))
  const shown = [...health.values()].flat().filter(({ target }) => target.id === id)
  return shown.some(isTerminated) ? 'it was terminated' : undefined
}

export const whyLeft = (member: Member | undefined): string =>
  member === undefined
    ? 'it belongs to no Auto Scaling group any more'
    : `it is ${member.lifecycle} in Auto Scaling group ${member.group}`
