import type { Entries } from '../domain/journal.ts'
import { heldIn, ledgerOf, unfinishedIn } from '../domain/journal.ts'
import type { Conclusion } from '../domain/outcome.ts'
import { Progress } from '../domain/progress.ts'
import type { Settings } from '../domain/settings.ts'
import type { Strategy } from '../domain/strategy.ts'
import { showShare } from '../domain/traffic.ts'
import { idList } from '../domain/wording.ts'
import { claim, inTheWay } from './claim.ts'
import { endLeftUpdates } from './left-updates.ts'
import { objections } from './objections.ts'
import { endPutRight, putRight } from './put-right.ts'
import { rollOut } from './roll-out.ts'
import { noRoom } from './room.ts'
import type { Mission, Scene } from './scene.ts'
import { closing, concluding, newTenure, open, refuse } from './scene.ts'
import type { Survey } from './survey.ts'
import { holderIn, survey, unlistedGroups } from './survey.ts'
import { suspendOrRefuse } from './suspend-first.ts'
import { tellPlan } from './tell-plan.ts'
import type { Tenure } from './tenure.ts'

/** Takes the fleet to the version: survey, put right what was left, plan, preflight, claim, roll out. */
export async function deploy(mission: Mission): Promise<Conclusion> {
  const scene = open(mission)
  return concluding(scene, async () => {
    const seen = await survey(scene)
    const holder = holderIn(seen.entries, scene)
    if (holder !== undefined) return refuse(scene, [inTheWay(holder)])
    const again: Again = async (now, claimed) => {
      const problems = [...overtaken(scene, now), ...whatForbids(scene, now)]
      return problems.length > 0 ? refuse(scene, problems) : prepare(scene, now, { claimed, again })
    }
    const hindrances = whatForbids(scene, seen)
    if (hindrances.length > 0) return refuse(scene, hindrances)
    return unfinishedIn(seen.entries) === undefined
      ? prepare(scene, seen, { again })
      : finishFirst(scene, seen, again)
  })
}

/** With the claim, and a fresh look: somebody has come and gone since the first one. */
type Again = (seen: Survey, claimed: Tenure) => Promise<Conclusion>

interface Preparing {
  readonly claimed?: Tenure
  readonly again: Again
}

/** What is written there, and is not for a deploy to put right. */
function whatForbids(scene: Scene, seen: Survey): readonly string[] {
  const { entries } = seen
  if (entries.unreadable.length > 0) return entries.unreadable
  const held = heldIn(entries)
  if (held !== undefined) return [isHeld(held.rolloutId, held.shift.base)]
  const others = unlistedGroups(scene, seen)
  return others.length === 0 ? [] : [`${otherGroups(entries)}: ${others.join(', ')}`]
}

const isHeld = (rolloutId: string, share: number): string =>
  `rollout ${rolloutId} is held with ${showShare(share)} of the traffic on its new version: promote it (mode: promote), or go back (mode: rollback), before the next one`

/** Ids sort by time: one that ends after a newer one would pass for older than that. */
function overtaken({ rolloutId }: Scene, { entries }: Survey): string[] {
  const { last } = ledgerOf(entries)
  if (last === undefined || last.rolloutId <= rolloutId) return []
  return [`rollout ${last.rolloutId}, which began later, has come and gone meanwhile: run this one again`]
}

const otherGroups = ({ out }: Entries): string =>
  `rollout ${out?.rolloutId} did not end, and is about groups that are not listed here too; run mode: recover first, or list them`

/** Puts right what a rollout left that did not end, then goes on. */
export async function finishFirst(scene: Scene, seen: Survey, again: Again): Promise<Conclusion> {
  if (scene.settings.dryRun) return prepare(scene, seen, { again })
  const claimed = newTenure(scene)
  return (await claim(scene, claimed, seen.snapshot)) ?? goOn(scene, seen, { claimed, again })
}

/** With the claim: what was found unfinished comes first. */
async function goOn(
  scene: Scene,
  seen: Survey,
  preparing: Preparing & { readonly claimed: Tenure },
): Promise<Conclusion> {
  const { claimed: tenure } = preparing
  const list = tenure.unfinished()
  if (list === undefined) return lookAgain(scene, preparing)
  const done = await putRight(scene, { snapshot: seen.snapshot, tenure, list })
  if (done.stop !== undefined) {
    if (done.stop.cause !== 'ousted') await endPutRight(scene, tenure, done)
    return {
      outcome: 'interrupted',
      reason: `${done.stop.reason}; mode: recover puts right what may be left`,
    }
  }
  const base = list.shift?.base ?? 0
  if (base > 0) {
    await endPutRight(scene, tenure, done)
    return {
      outcome: 'failed',
      reason: `what rollout ${list.rolloutId} had begun is put right; ${isHeld(list.rolloutId, base)}`,
    }
  }
  warnOfUnhealthy(scene, done.unhealthy)
  const after = await survey(scene)
  const leftOut = list.servers.filter(({ id }) => done.inDoubt.includes(id))
  const snapshot = leftOut.length === 0 ? after.snapshot : { ...after.snapshot, leftOut }
  const conclusion = await prepare(scene, { ...after, snapshot }, preparing)
  if (conclusion.outcome !== 'refused') return conclusion
  await endPutRight(scene, tenure, done)
  const reason = `what rollout ${list.rolloutId} had left is put right, but nothing was rolled out: ${conclusion.reason}`
  return { outcome: 'failed', reason }
}

/** Somebody has come and gone between our first look and our claim: what we have planned is of yesterday. */
async function lookAgain(
  scene: Scene,
  { claimed, again }: Preparing & { readonly claimed: Tenure },
): Promise<Conclusion> {
  const conclusion = await again(await survey(scene), claimed)
  await claimed.release(scene.cancel)
  return conclusion
}

/** The plan and its preflight; then it begins. */
export async function prepare(
  scene: Scene,
  seen: Survey,
  { claimed, again }: Preparing,
): Promise<Conclusion> {
  const { emit, strategies } = scene
  const { snapshot, entries } = seen
  const strategy = strategies[scene.settings.strategy]
  if (strategy === undefined) throw new Error(`there is no strategy ${scene.settings.strategy}`)
  const settings = withVersionNow(scene.settings, { strategy, seen })
  const problems = strategy.problems(settings, snapshot)
  if (problems.length > 0) return refuse(scene, problems)

  const plan = strategy.plan(settings, snapshot)
  const fleet = strategy.fleet(settings, snapshot)
  const tooMuch = await noRoom(scene, { plan, fleet, snapshot })
  if (tooMuch.length > 0) return refuse(scene, tooMuch)
  const objected = await objections(scene, { plan, fleet, snapshot })
  if (objected.length > 0) return refuse(scene, objected)
  scene.progress = new Progress({ version: settings.previousVersion, isMixed: isMixed(entries) })
  await tellPlan(scene, { settings, strategy, seen, plan, fleet })
  if (settings.dryRun) {
    const left = settings.mode === 'deploy' ? unfinishedIn(entries) : undefined
    if (left !== undefined) emit({ type: 'warned', text: unfinishedWarning(left.rolloutId) })
    return { outcome: 'planned', reason: `${strategy.preview(plan)}; nothing was changed` }
  }
  const tenure = claimed ?? newTenure(scene)
  // What somebody who has died has left; what a rollback of a shift or a promotion does about it is its very plan.
  const isMeant = settings.mode !== 'deploy' && strategy.reads === 'routes'
  if (claimed === undefined) {
    const inWay = await claim(scene, tenure, snapshot)
    if (inWay !== undefined) return inWay
    if (tenure.unfinished() !== undefined && !isMeant) return goOn(scene, seen, { claimed: tenure, again })
    if (tenure.foundOtherThan(entries)) return lookAgain(scene, { claimed: tenure, again })
  }
  const leftOut = (snapshot.leftOut ?? []).map(({ id }) => id)
  if (leftOut.length > 0) emit({ type: 'left-in-doubt', servers: leftOut })
  const cleared = { settings, strategy, snapshot, plan, tenure, seenAt: new Map() }
  const refused = await suspendOrRefuse(scene, cleared)
  if (refused !== undefined) {
    // Who has put right what another left ends his tenure himself, when he is refused.
    if (claimed === undefined || refused.outcome !== 'refused')
      await closing(scene, (signal) => tenure.release(signal))
    return refused
  }
  const unfinished = isMeant ? tenure.unfinished() : undefined
  if (unfinished === undefined) return rollOut(scene, cleared)
  const [conclusion] = await Promise.all([rollOut(scene, cleared), endLeftUpdates(scene, unfinished)])
  return conclusion
}

const unfinishedWarning = (rolloutId: string): string =>
  `rollout ${rolloutId} did not end: what it has left would be put right first`

/** Without an input of its own, the version that runs now is the one that is written. */
function withVersionNow(
  settings: Settings,
  { strategy, seen }: { strategy: Strategy; seen: Survey },
): Settings {
  const written = strategy.versionNow(settings, seen.snapshot, ledgerOf(seen.entries))
  const previousVersion = settings.previousVersion ?? written
  return previousVersion === undefined ? settings : { ...settings, previousVersion }
}

/** A rollout that did not end may have left different versions; then the way back is for all servers. */
function isMixed(entries: Entries): boolean {
  const { holds, last } = ledgerOf(entries)
  return last !== undefined && holds === undefined
}

function warnOfUnhealthy({ emit }: Scene, unhealthy: ReadonlyMap<string, string>): void {
  if (unhealthy.size === 0) return
  const [reason] = unhealthy.values()
  emit({ type: 'warned', text: `put back in, but not healthy: ${idList([...unhealthy.keys()])} (${reason})` })
}
