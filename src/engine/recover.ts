import type { OutList } from '../domain/journal.ts'
import type { Conclusion } from '../domain/outcome.ts'
import { unknownGroups } from '../domain/preflight.ts'
import { idList, plural } from '../domain/wording.ts'
import { awaitNobody, claim } from './claim.ts'
import { endPutRight, putRight } from './put-right.ts'
import type { Mission, Scene } from './scene.ts'
import { concluding, newTenure, open, refuse } from './scene.ts'
import type { Survey } from './survey.ts'
import { holderIn, survey, unlistedGroups } from './survey.ts'
import type { Tenure } from './tenure.ts'

/** Puts right what a rollout left that did not end: every server is in again and healthy, or named. */
export async function recover(mission: Mission): Promise<Conclusion> {
  const scene = open(mission)
  return concluding(scene, async () => {
    const seen = await surveyAlone(scene)
    if (seen.snapshot.unknownGroupArns.length > 0) return refuse(scene, unknownGroups(seen.snapshot))
    if (seen.entries.unreadable.length > 0) return refuse(scene, seen.entries.unreadable)
    const { out, owners } = seen.entries
    if (out === undefined && owners.length === 0) {
      return { outcome: 'succeeded', reason: 'nothing to recover: no rollout has left anything unfinished' }
    }
    if (scene.settings.dryRun)
      return { outcome: 'planned', reason: `${whatWouldBeDone(out)}; nothing was changed` }
    const tenure = newTenure(scene, out?.rolloutId ?? owners[0]?.rolloutId)
    const inWay = await claim(scene, tenure, seen.snapshot)
    return inWay ?? putEverythingRight(scene, seen, tenure)
  })
}

/** What is there once nobody else may change it, in every group that a rollout has left servers out of. */
export async function surveyAlone(scene: Scene): Promise<Survey> {
  let seen = await survey(scene)
  await awaitNobody(scene, async () => {
    const holder = holderIn(seen.entries, scene)
    if (holder !== undefined) seen = await survey(scene)
    return holderIn(seen.entries, scene)
  })
  const others = unlistedGroups(scene, seen)
  if (others.length === 0) return seen
  const { settings } = scene
  scene.settings = { ...settings, targetGroupArns: [...settings.targetGroupArns, ...others] }
  const wider = await survey(scene)
  // One that has been deleted since holds nothing any more.
  const { groups } = wider.snapshot
  scene.settings = { ...settings, targetGroupArns: groups.map((group) => group.arn) }
  return { ...wider, snapshot: { ...wider.snapshot, unknownGroupArns: [] } }
}

async function putEverythingRight(scene: Scene, seen: Survey, tenure: Tenure): Promise<Conclusion> {
  const list = tenure.unfinished()
  const done = list && (await putRight(scene, { snapshot: seen.snapshot, tenure, list }))
  if (done?.stop?.cause !== 'ousted') await endPutRight(scene, tenure, done ?? { inDoubt: [] })
  return concludeRecovery(list, done)
}

function concludeRecovery(
  list: OutList | undefined,
  done: Awaited<ReturnType<typeof putRight>> | undefined,
): Conclusion {
  if (list === undefined || done === undefined) {
    return {
      outcome: 'succeeded',
      reason: 'a rollout that did not end had left nothing out of the load balancer',
    }
  }
  if (done.stop !== undefined) {
    return { outcome: done.stop.cause === 'failure' ? 'failed' : 'interrupted', reason: done.stop.reason }
  }
  const doubtful = done.inDoubt
  const named = [
    ...(done.unhealthy.size === 0
      ? []
      : [`in again, but not healthy: ${idList([...done.unhealthy.keys()])}`]),
    ...(doubtful.length === 0
      ? []
      : [
          `still out, since they failed or an update may be running (the next deploy updates them first): ${idList(doubtful)}`,
        ]),
  ]
  const outcome = named.length === 0 ? 'succeeded' : 'failed'
  return { outcome, reason: [backIn(list, doubtful.length), ...named, versions(list)].join('; ') }
}

const backIn = (list: OutList, doubtful: number): string =>
  `put back in what rollout ${list.rolloutId} had left out, ${plural(list.servers.length - doubtful, 'server')}`

/** In which batch it was cut short tells what runs where, as far as anybody knows. */
function versions({ version, previousVersion, servers, batch, batches }: OutList): string {
  const from = previousVersion === undefined ? '' : ` from ${previousVersion}`
  return `the versions may be mixed: batch ${batch} of ${batches}${from} to ${version} was under way on ${idList(servers.map(({ id }) => id))}`
}

const whatWouldBeDone = (out: OutList | undefined): string =>
  out === undefined
    ? 'the entry of a rollout that did not end would be removed'
    : `${idList(out.servers.map(({ id }) => id))}, left out by rollout ${out.rolloutId}, would be put back in`
