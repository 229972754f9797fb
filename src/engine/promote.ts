import { heldIn, unfinishedIn } from '../domain/journal.ts'
import type { Conclusion } from '../domain/outcome.ts'
import { inTheWay } from './claim.ts'
import { prepare } from './deploy.ts'
import { surveyWhole } from './recover.ts'
import type { Mission } from './scene.ts'
import { concluding, open, refuse } from './scene.ts'
import { holderIn } from './survey.ts'

/** Goes on with a shift that is held, with the traffic steps of this run. */
export async function promote(mission: Mission): Promise<Conclusion> {
  const scene = open(mission)
  return concluding(scene, async () => {
    const seen = await surveyWhole(scene)
    const { entries } = seen
    const holder = holderIn(entries, scene)
    if (holder !== undefined) return refuse(scene, [inTheWay(holder)])
    if (entries.unreadable.length > 0) return refuse(scene, entries.unreadable)
    const held = heldIn(entries)
    if (held === undefined) {
      const left = unfinishedIn(entries)
      const why = left === undefined ? '' : `: rollout ${left.rolloutId} did not end; run mode: recover first`
      return refuse(scene, [`nothing is held on these target groups that could be promoted${why}`])
    }
    const { rolloutId, version, previousVersion } = held
    const wanted = scene.settings.rolloutId ?? 'latest'
    if (wanted !== 'latest' && wanted !== rolloutId) {
      return refuse(scene, [`rollout-id is ${wanted}, but the rollout that is held is ${rolloutId}`])
    }
    const { previousVersion: _, ...settings } = scene.settings
    scene.settings = {
      ...settings,
      strategy: 'blue-green',
      version,
      ...(previousVersion === undefined ? {} : { previousVersion }),
    }
    scene.rolloutId = rolloutId
    return prepare(scene, seen)
  })
}
