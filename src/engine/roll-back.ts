import { unfinishedIn } from '../domain/journal.ts'
import type { Conclusion } from '../domain/outcome.ts'
import type { Settings } from '../domain/settings.ts'
import type { Undo } from '../domain/undo.ts'
import { whatToUndo } from '../domain/undo.ts'
import { finishFirst, prepare } from './deploy.ts'
import { surveyAlone } from './recover.ts'
import type { Mission, Scene } from './scene.ts'
import { concluding, open, refuse } from './scene.ts'
import type { Survey } from './survey.ts'
import type { Tenure } from './tenure.ts'

/** Undoes a rollout: its rest is put right, and the fleet goes to the version before with the same care. */
export async function rollBack(mission: Mission): Promise<Conclusion> {
  const scene = open(mission)
  return concluding(scene, async () => {
    const seen = await surveyAlone(scene)
    if (seen.entries.unreadable.length > 0) return refuse(scene, seen.entries.unreadable)
    return undo(scene, seen)
  })
}

async function undo(scene: Scene, seen: Survey, claimed?: Tenure): Promise<Conclusion> {
  const what = whatToUndo(scene.settings.rolloutId ?? '', seen.entries)
  if (what.kind === 'nothing') return { outcome: 'succeeded', reason: `nothing to undo: ${what.why}` }
  if (what.kind === 'refused') return refuse(scene, [what.why])
  if (claimed !== undefined && claimed.rolloutId !== what.rolloutId)
    return refuse(scene, [comeAndGone(what.rolloutId)])
  const asked = scene.settings
  const settings = what.strategy === 'blue-green' ? settingsForShift(asked, what) : settingsFor(asked, what)
  if (typeof settings === 'string') return refuse(scene, [settings])
  scene.settings = settings
  scene.rolloutId = what.rolloutId
  const again = (now: Survey, tenure: Tenure) => {
    scene.settings = asked
    return undo(scene, now, tenure)
  }
  const preparing = { again, ...(claimed === undefined ? {} : { claimed }) }
  // Whatever has become of a shift, the weights that were there before are written down: back to them is the whole plan.
  const isPlain = unfinishedIn(seen.entries) === undefined || settings.strategy === 'blue-green'
  return isPlain || claimed !== undefined ? prepare(scene, seen, preparing) : finishFirst(scene, seen, again)
}

export const comeAndGone = (rolloutId: string): string =>
  `rollout ${rolloutId} has come since this run looked at the target groups first: run it again`

type Undoable = Undo & { kind: 'undo' }

/** Settings, or why not. */
function settingsForShift(settings: Settings, { rolloutId, to, from }: Undoable): Settings | string {
  const { previousVersion: wanted, ...rest } = settings
  if (wanted !== undefined && to !== undefined && wanted !== to) {
    return `previous-version is ${wanted}, but before rollout ${rolloutId} it was ${to}: leave it out, or deploy ${wanted}`
  }
  return {
    ...rest,
    strategy: 'blue-green',
    version: to ?? wanted ?? '',
    onFailure: 'freeze',
    ...(from === undefined ? {} : { previousVersion: from }),
  }
}

/** A rollback that fails has nowhere to go back to: it stops where it is. */
function settingsFor(settings: Settings, { to, from }: Undoable): Settings | string {
  const version = settings.previousVersion ?? to
  if (version === undefined) {
    return 'the version before is not written on the target groups: give previous-version, the version to go back to'
  }
  const { previousVersion: _, ...rest } = settings
  return {
    ...rest,
    version,
    onFailure: 'freeze',
    ...(from === undefined ? {} : { previousVersion: from }),
  }
}
