import type { AutoScalingSnapshot, Member } from '../domain/auto-scaling.ts'
import { ApiError, messageOf } from '../domain/errors.ts'
import type { Snapshot } from '../domain/fleet.ts'
import { instanceIds } from '../domain/fleet.ts'
import type { Entries } from '../domain/journal.ts'
import { unfinishedIn } from '../domain/journal.ts'
import type { AutoScaling } from '../domain/ports.ts'
import { BRIEFLY_MS, type Patience, persistentAutoScaling } from './persist.ts'
import type { Scene } from './scene.ts'
import { reading } from './scene.ts'

/** Which of the servers belong to groups of Auto Scaling, and what these are about to do; absent: none of them. */
export async function observeAutoScaling(
  scene: Scene,
  snapshot: Snapshot,
  entries: Entries,
): Promise<AutoScalingSnapshot | undefined> {
  const { settings, ports } = scene
  const isAsked = settings.mode === 'deploy' || settings.mode === 'rollback'
  const ids = isAsked && settings.autoScaling === 'suspend' ? instancesIn(snapshot, entries) : []
  if (ports.autoScaling === undefined || ids.length === 0) return undefined
  const autoScaling = persistentAutoScaling(ports.autoScaling, patienceOf(scene))
  try {
    const members = await membersAmong(scene, autoScaling, ids)
    return members.size === 0 ? undefined : await groupsOf(scene, autoScaling, members)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (settings.mode === 'deploy') throw withWayOut(error)
    // The way back is not kept waiting for that.
    scene.emit({ type: 'warned', text: `Auto Scaling is left alone: ${error.message}` })
    return undefined
  }
}

/** The way back is not kept waiting. */
const patienceOf = (scene: Scene): Patience =>
  scene.settings.mode === 'deploy' ? reading(scene) : { ...reading(scene), giveUpAfterMs: BRIEFLY_MS }

/** Registered, or left out by somebody. */
function instancesIn(snapshot: Snapshot, entries: Entries): string[] {
  const left = (unfinishedIn(entries)?.servers ?? []).map(({ id }) => id).filter((id) => id.startsWith('i-'))
  return [...new Set([...instanceIds(snapshot), ...left])]
}

/** Most who have no Auto Scaling have no permission to ask about it either, and nothing to lose. */
async function membersAmong(
  { emit, cancel }: Scene,
  autoScaling: AutoScaling,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Member>> {
  try {
    return await autoScaling.describeMembers(ids, cancel)
  } catch (error) {
    if (!(error instanceof ApiError) || error.failure !== 'denied') throw error
    const text = `whether servers belong to an Auto Scaling group is not known, which may replace one that is taken out: allow ${error.permission}, or say auto-scaling: ignore where there is none`
    emit({ type: 'warned', text })
    return new Map()
  }
}

async function groupsOf(
  scene: Scene,
  autoScaling: AutoScaling,
  members: ReadonlyMap<string, Member>,
): Promise<AutoScalingSnapshot> {
  const names = [...new Set([...members.values()].map(({ group }) => group))]
  const groups = await autoScaling.describeGroups(names, scene.cancel)
  const refreshes = new Map<string, string>()
  for (const name of scene.settings.mode === 'deploy' ? names : []) {
    const refresh = await refreshOf(scene, autoScaling, name)
    if (refresh !== undefined) refreshes.set(name, refresh)
  }
  return { groups, members, refreshes }
}

async function refreshOf(
  { emit, cancel }: Scene,
  autoScaling: AutoScaling,
  name: string,
): Promise<string | undefined> {
  try {
    return await autoScaling.refreshUnderWay(name, cancel)
  } catch (error) {
    if (!(error instanceof ApiError) || error.failure !== 'denied') throw error
    const text = `whether an instance refresh of Auto Scaling group ${name} is under way is not known: allow ${error.permission}`
    emit({ type: 'warned', text })
    return undefined
  }
}

function withWayOut(error: ApiError): ApiError {
  const { failure, permission, code } = error
  const message = `${messageOf(error)} (say auto-scaling: ignore if its groups are to be left alone)`
  return new ApiError({ failure, permission, code, message, cause: error })
}
