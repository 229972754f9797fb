import { fleetOf } from '../domain/fleet.ts'
import type { Entries } from '../domain/journal.ts'
import { ledgerOf } from '../domain/journal.ts'
import type { Conclusion } from '../domain/outcome.ts'
import type { Plan } from '../domain/plan.ts'
import { Progress } from '../domain/progress.ts'
import type { Settings } from '../domain/settings.ts'
import { idList, plural } from '../domain/wording.ts'
import { claim, inTheWay } from './claim.ts'
import { persistentStore } from './persist.ts'
import { endPutRight, putRight } from './put-right.ts'
import { rollOut } from './roll-out.ts'
import type { Mission, Scene } from './scene.ts'
import { concluding, newTenure, open, reading, refuse } from './scene.ts'
import type { Survey } from './survey.ts'
import { holderIn, survey, unlistedGroups } from './survey.ts'
import type { Tenure } from './tenure.ts'

/** Takes the fleet to the version: survey, put right what was left, plan, preflight, claim, roll out. */
export async function deploy(mission: Mission): Promise<Conclusion> {
  const scene = open(mission)
  return concluding(scene, async () => {
    const seen = await survey(scene)
    const holder = holderIn(seen.entries, scene)
    if (holder !== undefined) return refuse(scene, [inTheWay(holder)])
    if (seen.entries.unreadable.length > 0) return refuse(scene, seen.entries.unreadable)
    const others = unlistedGroups(scene, seen)
    if (others.length > 0) return refuse(scene, [`${otherGroups(seen.entries)}: ${others.join(', ')}`])
    return seen.entries.out === undefined ? prepare(scene, seen) : finishFirst(scene, seen)
  })
}

const otherGroups = ({ out }: Entries): string =>
  `rollout ${out?.rolloutId} did not end, and left servers out of groups that are not listed here too; run mode: recover first, or list them`

/** Puts right what a rollout left that did not end, then goes on. */
export async function finishFirst(scene: Scene, seen: Survey): Promise<Conclusion> {
  if (scene.settings.dryRun) return prepare(scene, seen)
  const tenure = newTenure(scene)
  return (await claim(scene, tenure, seen.snapshot)) ?? goOn(scene, seen, tenure)
}

/** With the claim: what was found unfinished comes first. */
async function goOn(scene: Scene, seen: Survey, tenure: Tenure): Promise<Conclusion> {
  const list = tenure.unfinished()
  if (list === undefined) return prepare(scene, await survey(scene), tenure)
  const done = await putRight(scene, { snapshot: seen.snapshot, tenure, list })
  if (done.stop !== undefined) {
    if (done.stop.cause !== 'ousted') await endPutRight(scene, tenure, done)
    return {
      outcome: 'interrupted',
      reason: `${done.stop.reason}; mode: recover puts right what may be left`,
    }
  }
  warnOfUnhealthy(scene, done.unhealthy)
  const after = await survey(scene)
  const leftOut = list.servers.filter(({ id }) => done.inDoubt.includes(id))
  const snapshot = leftOut.length === 0 ? after.snapshot : { ...after.snapshot, leftOut }
  const conclusion = await prepare(scene, { ...after, snapshot }, tenure)
  if (conclusion.outcome !== 'refused') return conclusion
  await endPutRight(scene, tenure, done)
  const reason = `what rollout ${list.rolloutId} had left out is back in, but nothing was rolled out: ${conclusion.reason}`
  return { outcome: 'failed', reason }
}

/** The plan and its preflight; then it begins. */
export async function prepare(scene: Scene, seen: Survey, claimed?: Tenure): Promise<Conclusion> {
  const { emit, strategies } = scene
  const { snapshot, entries } = seen
  const settings = withLedger(scene.settings, entries)
  const strategy = strategies[settings.strategy]
  if (strategy === undefined) throw new Error(`there is no strategy ${settings.strategy}`)
  const problems = [...noWayBack(settings), ...strategy.problems(settings, snapshot)]
  if (problems.length > 0) return refuse(scene, problems)

  const plan = strategy.plan(settings, snapshot)
  const tooMuch = await noRoom(scene, seen, plan)
  if (tooMuch.length > 0) return refuse(scene, tooMuch)
  emit({ type: 'stage-started', stage: 'Plan' })
  emit({ type: 'planned', plan })
  emit({ type: 'stage-started', stage: 'Preflight' })
  for (const text of strategy.warnings(settings, snapshot)) emit({ type: 'warned', text })
  if (settings.dryRun) {
    if (entries.out !== undefined) emit({ type: 'warned', text: unfinishedWarning(entries.out.rolloutId) })
    const batches = plural(plan.phases.length, 'batch', 'batches')
    return {
      outcome: 'planned',
      reason: `${settings.version} would be rolled out in ${batches}; nothing was changed`,
    }
  }
  const tenure = claimed ?? newTenure(scene)
  if (claimed === undefined) {
    const inWay = await claim(scene, tenure, snapshot)
    if (inWay !== undefined) return inWay
    // Somebody has died since the survey.
    if (tenure.unfinished() !== undefined) return goOn(scene, seen, tenure)
  }
  scene.progress = new Progress({ version: settings.previousVersion, isMixed: isMixed(entries) })
  const leftOut = (snapshot.leftOut ?? []).map(({ id }) => id)
  if (leftOut.length > 0) emit({ type: 'left-in-doubt', servers: leftOut })
  return rollOut(scene, { settings, strategy, snapshot, plan, tenure })
}

const unfinishedWarning = (rolloutId: string): string =>
  `rollout ${rolloutId} did not end: what it left out of the load balancer would be put back in first`

/** Without an input of its own, the version that runs now is the one in the ledger. */
function withLedger(settings: Settings, entries: Entries): Settings {
  const { holds, before } = ledgerOf(entries)
  // After a rollout that did not end well nobody knows what they hold; the way back is then for all of them.
  const previousVersion = settings.previousVersion ?? holds ?? before
  return previousVersion === undefined ? settings : { ...settings, previousVersion }
}

/** A rollout that did not end may have left different versions; then the way back is for all servers. */
function isMixed(entries: Entries): boolean {
  const { holds, last } = ledgerOf(entries)
  return last !== undefined && holds === undefined
}

function noWayBack(settings: Settings): string[] {
  if (settings.onFailure !== 'rollback' || settings.previousVersion !== undefined) return []
  return [
    'previous-version is empty, and no earlier rollout has written it on the target groups: a failed rollout would not know where to go back to; give previous-version, or say on-failure: freeze',
  ]
}

/** The list of what is out must fit into the tags that the groups have left: the largest batch, and failures before it. */
async function noRoom(scene: Scene, { snapshot }: Survey, plan: Plan): Promise<string[]> {
  const { servers } = fleetOf(snapshot)
  const batch = Math.max(...plan.phases.map((phase) => phase.servers.length))
  const most = Math.min(servers.length, batch + plan.maxFailures)
  const arns = snapshot.groups.map((group) => group.arn)
  const store = persistentStore(scene.ports.store, reading(scene))
  const room = (count: number) => store.room(arns, servers.slice(0, count), scene.cancel)
  const { needed, free } = await room(most)
  if (needed <= free) return []
  let fits = batch - 1
  while (fits > 0 && (await room(fits + plan.maxFailures)).needed > free) fits = Math.floor(fits * 0.8)
  return [
    `a batch of ${plural(batch, 'server')} takes ${needed} tags to write down, and the target groups have room for ${free} beside those that are there: ${fits > 0 ? `batch-size ${fits} would do` : 'remove some of their tags'}`,
  ]
}

function warnOfUnhealthy({ emit }: Scene, unhealthy: ReadonlyMap<string, string>): void {
  if (unhealthy.size === 0) return
  const [reason] = unhealthy.values()
  emit({ type: 'warned', text: `put back in, but not healthy: ${idList([...unhealthy.keys()])} (${reason})` })
}
