import { heldIn, unfinishedIn } from '../domain/journal.ts'
import type { Conclusion } from '../domain/outcome.ts'
import { inTheWay } from './claim.ts'
import { prepare } from './deploy.ts'
import { surveyWhole } from './recover.ts'
import { comeAndGone } from './roll-back.ts'
import type { Mission, Scene } from './scene.ts'
import { concluding, open, refuse } from './scene.ts'
import type { Survey } from './survey.ts'
import { holderIn } from './survey.ts'
import type { Tenure } from './tenure.ts'

/** Goes on with a shift that is held, with the traffic steps of this run. */
export async function promote(mission: Mission): Promise<Conclusion> {
  const scene = open(mission)
  return concluding(scene, async () => {
    const seen = await surveyWhole(scene)
    const { entries } = seen
    const holder = holderIn(entries, scene)
    if (holder !== undefined) return refuse(scene, [inTheWay(holder)])
    if (entries.unreadable.length > 0) return refuse(scene, entries.unreadable)
    return goOn(scene, seen)
  })
}

async function goOn(scene: Scene, seen: Survey, claimed?: Tenure): Promise<Conclusion> {
  const { settings: asked } = scene
  const held = heldIn(seen.entries)
  if (held === undefined) {
    const left = unfinishedIn(seen.entries)
    const why = left === undefined ? '' : `: rollout ${left.rolloutId} did not end; run mode: recover first`
    return refuse(scene, [`nothing is held on these target groups that could be promoted${why}`])
  }
  const { rolloutId, version, previousVersion } = held
  const wanted = asked.rolloutId ?? 'latest'
  if (wanted !== 'latest' && wanted !== rolloutId) {
    return refuse(scene, [`rollout-id is ${wanted}, but the rollout that is held is ${rolloutId}`])
  }
  if (claimed !== undefined && claimed.rolloutId !== rolloutId) return refuse(scene, [comeAndGone(rolloutId)])
  const { previousVersion: _, ...settings } = asked
  scene.settings = {
    ...settings,
    strategy: 'blue-green',
    version,
    ...(previousVersion === undefined ? {} : { previousVersion }),
  }
  scene.rolloutId = rolloutId
  const again = (now: Survey, tenure: Tenure) => {
    scene.settings = asked
    return goOn(scene, now, tenure)
  }
  return prepare(scene, seen, { again, ...(claimed === undefined ? {} : { claimed }) })
}
