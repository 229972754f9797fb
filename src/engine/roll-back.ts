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

/** Undoes a rollout: its rest is put right, and the fleet goes to the version before with the same care. */
export async function rollBack(mission: Mission): Promise<Conclusion> {
  const scene = open(mission)
  return concluding(scene, async () => {
    const seen = await surveyAlone(scene)
    if (seen.entries.unreadable.length > 0) return refuse(scene, seen.entries.unreadable)
    const undo = whatToUndo(scene.settings.rolloutId ?? '', seen.entries)
    if (undo.kind === 'nothing') return { outcome: 'succeeded', reason: `nothing to undo: ${undo.why}` }
    if (undo.kind === 'refused') return refuse(scene, [undo.why])
    if (undo.strategy === 'blue-green') return rollBackShift(scene, seen, undo)
    const settings = settingsFor(scene.settings, undo)
    if (settings === undefined) {
      return refuse(scene, [
        'the version before is not written on the target groups: give previous-version, the version to go back to',
      ])
    }
    scene.settings = settings
    scene.rolloutId = undo.rolloutId
    return unfinishedIn(seen.entries) === undefined ? prepare(scene, seen) : finishFirst(scene, seen)
  })
}

type Undoable = Undo & { kind: 'undo' }

/** Whatever has become of the shift, the weights that were there before are written down: back to them is the whole plan. */
function rollBackShift(scene: Scene, seen: Survey, { rolloutId, to, from }: Undoable): Promise<Conclusion> {
  const { previousVersion: wanted, ...settings } = scene.settings
  if (wanted !== undefined && to !== undefined && wanted !== to) {
    const why = `previous-version is ${wanted}, but before rollout ${rolloutId} it was ${to}: leave it out, or deploy ${wanted}`
    return Promise.resolve(refuse(scene, [why]))
  }
  scene.settings = {
    ...settings,
    strategy: 'blue-green',
    version: to ?? wanted ?? '',
    onFailure: 'freeze',
    ...(from === undefined ? {} : { previousVersion: from }),
  }
  scene.rolloutId = rolloutId
  return prepare(scene, seen)
}

/** A rollback that fails has nowhere to go back to: it stops where it is. */
function settingsFor(settings: Settings, undo: Undoable): Settings | undefined {
  const version = settings.previousVersion ?? undo.to
  if (version === undefined) return undefined
  const { previousVersion: _, ...rest } = settings
  return {
    ...rest,
    version,
    onFailure: 'freeze',
    ...(undo.from === undefined ? {} : { previousVersion: undo.from }),
  }
}
