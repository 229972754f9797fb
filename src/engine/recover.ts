import { unknownGroups } from '../domain/group-problems.ts'
import type { Entries, OutList, Shift } from '../domain/journal.ts'
import { heldIn, isQuiet, suspendedIn, unfinishedIn } from '../domain/journal.ts'
import type { Conclusion } from '../domain/outcome.ts'
import { withoutArns } from '../domain/outcome.ts'
import { nameOfGroup } from '../domain/routing.ts'
import { showShare } from '../domain/traffic.ts'
import { idList, plural } from '../domain/wording.ts'
import { awaitNobody, claim } from './claim.ts'
import { reasonsOf } from './left-updates.ts'
import type { PutRight } from './put-right.ts'
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
    const { owners } = seen.entries
    const out = unfinishedIn(seen.entries)
    const other = notTheOne(scene.settings.rolloutId, seen.entries)
    if (other !== undefined) return refuse(scene, [other])
    const isSuspended = suspendedIn(seen.entries).length > 0
    if (out === undefined && owners.length === 0 && !isSuspended) {
      return { outcome: 'succeeded', reason: `nothing to recover: ${whatIsThere(seen.entries)}` }
    }
    if (scene.settings.dryRun)
      return { outcome: 'planned', reason: `${whatWouldBeDone(out)}; nothing was changed` }
    const tenure = newTenure(scene, out?.rolloutId ?? owners[0]?.rolloutId ?? seen.entries.out?.rolloutId)
    const inWay = await claim(scene, tenure, seen.snapshot)
    return inWay ?? putEverythingRight(scene, seen, tenure)
  })
}

/** What is there once nobody else may change it, in every group that a rollout is about. */
export async function surveyAlone(scene: Scene): Promise<Survey> {
  let seen = await surveyWhole(scene)
  await awaitNobody(scene, async () => {
    const holder = holderIn(seen.entries, scene)
    if (holder !== undefined) seen = await surveyWhole(scene)
    return holderIn(seen.entries, scene)
  })
  return seen
}

/** What is there now, in every group that a rollout is about. */
export async function surveyWhole(scene: Scene): Promise<Survey> {
  const seen = await survey(scene)
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
  const resumed = tenure.suspended.map(({ group }) => group)
  if (done?.stop?.cause === 'ousted') return concludeRecovery(list, done)
  const nothing: PutRight = { inDoubt: [], doubts: [], gone: [], unhealthy: new Map() }
  const { suspended } = await endPutRight(scene, tenure, done ?? nothing)
  return withProcesses(concludeRecovery(list, done), { resumed, suspended })
}

function withProcesses(
  { outcome, reason }: Conclusion,
  { resumed, suspended }: { resumed: readonly string[]; suspended: readonly string[] },
): Conclusion {
  if (resumed.length === 0) return { outcome, reason }
  if (suspended.length === 0)
    return { outcome, reason: `${reason}; Auto Scaling goes on in ${idList(resumed)}` }
  return {
    outcome: outcome === 'succeeded' ? 'failed' : outcome,
    reason: `${reason}; processes of Auto Scaling group ${idList(suspended)} stay suspended: run mode: recover again`,
  }
}

/** Somebody who names a rollout wants no other one to be touched. */
function notTheOne(wanted: string | undefined, entries: Entries): string | undefined {
  const out = unfinishedIn(entries)
  if (wanted === undefined || wanted === 'latest' || out === undefined || out.rolloutId === wanted)
    return undefined
  return `the rollout that is written on the target groups is ${out.rolloutId}, not ${wanted}: give that one, or leave rollout-id out`
}

function whatIsThere(entries: Entries): string {
  const held = heldIn(entries)
  if (held === undefined) return 'no rollout has left anything unfinished'
  return `rollout ${held.rolloutId} is held with ${showShare(held.shift.base)} of the traffic on its new version, which is meant to be; go on with mode: promote, or back with mode: rollback`
}

function concludeRecovery(list: OutList | undefined, done: PutRight | undefined): Conclusion {
  if (list === undefined || done === undefined) {
    return {
      outcome: 'succeeded',
      reason: 'a rollout that did not end had changed nothing that is not right again',
    }
  }
  if (done.stop !== undefined) {
    const outcome = done.stop.cause === 'failure' ? 'failed' : 'interrupted'
    return { outcome, reason: `${done.stop.reason}${whatIsLeft(list)}` }
  }
  const reasons = reasonsOf(done.doubts)
  if (list.shift !== undefined) {
    const running = reasons.map((reason) => `an update may still be running on ${reason}`)
    return { outcome: 'succeeded', reason: [weightsAreBack(list, list.shift), ...running].join('; ') }
  }
  if (list.servers.length === 0) return { outcome: 'succeeded', reason: noServerOut(list) }
  const doubtful = done.inDoubt
  const named = [
    ...(done.unhealthy.size === 0
      ? []
      : [`in again, but not healthy: ${idList([...done.unhealthy.keys()])}`]),
    ...(doubtful.length === 0
      ? []
      : [
          `still out, since they failed or an update may be running (the next deploy updates them first): ${idList(doubtful)}`,
          ...reasons,
        ]),
  ]
  const outcome = named.length === 0 ? 'succeeded' : 'failed'
  const away = doubtful.length + done.gone.length
  const gone = done.gone.length === 0 ? [] : [`gone meanwhile: ${idList(done.gone)}`]
  const parts = [backIn(list, away), ...named, ...gone, versions(list)]
  return { outcome, reason: withoutArns(parts.join('; ')) }
}

/** Between two batches, or before the first one. */
const noServerOut = ({ rolloutId, batch, batches }: OutList): string =>
  `rollout ${rolloutId} did not end, and had left no server out${batch === 0 ? '' : `; it was in batch ${batch} of ${batches}, and the versions may be mixed`}`

function weightsAreBack({ rolloutId, previousVersion, version, direction }: OutList, shift: Shift): string {
  const before = (direction === 'rollback' ? version : previousVersion) || 'the version before'
  return shift.base === 0
    ? `rollout ${rolloutId} did not end: all traffic is back on ${before} (${nameOfGroup(shift.blue)})`
    : `the promotion of rollout ${rolloutId} did not end: it is held again, with ${showShare(shift.base)} of the traffic on ${version} (${nameOfGroup(shift.green)})`
}

/** Of a recovery that could not do it. */
function whatIsLeft({ shift, version, previousVersion, direction }: OutList): string {
  if (shift === undefined) return ''
  const [old, fresh] = direction === 'rollback' ? [version, previousVersion] : [previousVersion, version]
  const [blue, green] = [nameOfGroup(shift.blue), nameOfGroup(shift.green)]
  return `; the weights are as they were found, with traffic on ${fresh || 'the new version'} (${green}): start the servers of ${old || 'the version before'} (${blue}) or give a smaller min-green, then run mode: recover again`
}

/** `away`: how many of its servers stay out, or are gone. */
function backIn({ rolloutId, servers }: OutList, away: number): string {
  const back = servers.length - away
  return back === 0
    ? `of what rollout ${rolloutId} had left out nothing could be put back in`
    : `put back in what rollout ${rolloutId} had left out, ${plural(back, 'server')}`
}

/** In which batch it was cut short tells what runs where, as far as anybody knows. */
function versions({ version, previousVersion, servers, batch, batches }: OutList): string {
  const from = previousVersion === undefined ? '' : ` from ${previousVersion}`
  return `the versions may be mixed: batch ${batch} of ${batches}${from} to ${version} was under way on ${idList(servers.map(({ id }) => id))}`
}

function whatWouldBeDone(out: OutList | undefined): string {
  if (out === undefined) return 'the entry of a rollout that did not end would be removed'
  if (out.shift !== undefined) {
    const where =
      out.shift.base === 0 ? nameOfGroup(out.shift.blue) : `its hold at ${showShare(out.shift.base)}`
    return `rollout ${out.rolloutId} did not end: the traffic would go back to ${where}`
  }
  if (isQuiet(out)) return `what rollout ${out.rolloutId} has suspended in Auto Scaling would be resumed`
  return `${idList(out.servers.map(({ id }) => id))}, left out by rollout ${out.rolloutId}, would be put back in`
}
