import { type AutoScalingSnapshot, INTERFERING, type Suspension } from '../domain/auto-scaling.ts'
import { isRefusal, messageOf } from '../domain/errors.ts'
import type { Stop } from '../domain/outcome.ts'
import type { AutoScaling } from '../domain/ports.ts'
import { idList } from '../domain/wording.ts'
import { Ousted } from './fence.ts'
import { performing } from './performing.ts'
import { persistentAutoScaling } from './persist.ts'
import { entryOf } from './registration.ts'
import type { Run } from './run.ts'
import type { Scene } from './scene.ts'
import { changing, closing } from './scene.ts'
import type { Tenure } from './tenure.ts'
import { reminder } from './wait.ts'
import { shiftEntryOf } from './weights.ts'

/** For calls that are made again for ten minutes, before the first server leaves. */
const HOLD_MS = 12 * 60_000
const SEEN_WITHIN_MS = 30_000
const LOOK_EVERY_MS = 1_000
/** Then it is for the post step, or the next one who comes. */
const RESUME_WITHIN_MS = 2 * 60_000

/** As `suspendAll`; whatever keeps it from its end is a reason to stop. */
export const suspendProcesses = (
  run: Run,
  known: AutoScalingSnapshot | undefined,
): Promise<Stop | undefined> => performing(run, () => suspendAll(run, known))

/**
 * Keeps the groups of the servers that are to be updated from taking them away, or taking them for broken. What is about
 * to be suspended is written down first, and only what runs now: the rest is somebody else's.
 */
export async function suspendAll(
  run: Run,
  known: AutoScalingSnapshot | undefined,
): Promise<Stop | undefined> {
  const { autoScaling } = run.ports
  const names = groupsTouched(run, known)
  if (autoScaling === undefined || names.length === 0) return undefined
  const wanted = await stillRunning(autoScaling, names, run.signal)
  if (wanted.length === 0) return undefined
  // The answer may have been long in coming, and somebody else with it.
  await run.journal.confirm(run.signal)
  run.emit({ type: 'stage-started', stage: 'Suspend Auto Scaling' })
  const entry = { ...(shiftEntryOf(run) ?? entryOf(run, [])), holdForMs: HOLD_MS }
  await run.journal.recordSuspended(entry, wanted, run.signal)
  for (const { group, processes } of wanted) {
    await autoScaling.suspend(group, processes, run.signal)
    run.emit({ type: 'processes-suspended', group, processes })
  }
  return awaitSuspended(run, autoScaling, names)
}

function groupsTouched({ plan, fleet }: Run, known: AutoScalingSnapshot | undefined): string[] {
  const updates = plan.phases.some(({ steps }) => steps.some(({ kind }) => kind === 'update'))
  if (!updates || known === undefined) return []
  return [...new Set(fleet.servers.flatMap(({ id }) => known.members.get(id)?.group ?? []))]
}

async function stillRunning(
  autoScaling: AutoScaling,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Suspension[]> {
  const groups = await autoScaling.describeGroups(names, signal)
  return groups
    .map(({ name, suspended }) => ({
      group: name,
      processes: INTERFERING.filter((process) => !suspended.includes(process)),
    }))
    .filter(({ processes }) => processes.length > 0)
}

async function awaitSuspended(
  run: Run,
  autoScaling: AutoScaling,
  names: readonly string[],
): Promise<Stop | undefined> {
  const { clock } = run.ports
  const startedAt = clock.now()
  const until = startedAt + SEEN_WITHIN_MS
  const remind = reminder(run, { startedAt, limitMs: SEEN_WITHIN_MS })
  while (true) {
    const running = await stillRunning(autoScaling, names, run.signal)
    if (running.length === 0) return undefined
    if (clock.now() >= until) {
      const what = running.map(({ group, processes }) => `${group} (${processes.join(', ')})`).join(', ')
      return {
        cause: 'failure',
        reason: `processes of Auto Scaling groups go on although they were suspended: ${what}`,
      }
    }
    remind(
      `Auto Scaling to show as suspended what was suspended in ${idList(running.map(({ group }) => group))}`,
    )
    await clock.sleep(LOOK_EVERY_MS, run.signal)
  }
}

/** Lets go on what was suspended, by this process or by one that has died. Answers the groups where it could not. */
export async function resumeProcesses(scene: Scene, tenure: Tenure): Promise<readonly string[]> {
  const { suspended } = tenure
  if (suspended.length === 0) return []
  try {
    await closing(scene, (signal) => resumeAll(scene, tenure, AbortSignal.any([signal, scene.cancel])))
    return []
  } catch (error) {
    if (error instanceof Ousted) throw error
    const names = suspended.map(({ group }) => group)
    const text = `could not resume the processes of Auto Scaling group ${idList(names)}: ${messageOf(error)}; mode: recover does it, and so does the next deploy`
    scene.emit({ type: 'warned', text })
    return names
  }
}

async function resumeAll(scene: Scene, tenure: Tenure, signal: AbortSignal): Promise<void> {
  const { autoScaling: plain } = scene.ports
  if (plain === undefined) throw new Error('this run knows nothing of Auto Scaling')
  const autoScaling = persistentAutoScaling(plain, { ...changing(scene), giveUpAfterMs: RESUME_WITHIN_MS })
  await tenure.confirm(signal)
  for (const { group, processes } of tenure.suspended) {
    await resumeOne(autoScaling, { group, processes }, signal)
    scene.emit({ type: 'processes-resumed', group, processes })
  }
  await tenure.recordResumed(signal)
}

/** One that has been deleted since has no processes; and who may not resume may never have been able to suspend. */
async function resumeOne(
  autoScaling: AutoScaling,
  { group, processes }: Suspension,
  signal: AbortSignal,
): Promise<void> {
  try {
    await autoScaling.resume(group, processes, signal)
  } catch (error) {
    if (!isRefusal(error)) throw error
    const [there] = await autoScaling.describeGroups([group], signal)
    if (there !== undefined && processes.some((process) => there.suspended.includes(process))) throw error
  }
}
