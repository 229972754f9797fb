import type { Entries, Ledger } from '../domain/journal.ts'
import type { Conclusion } from '../domain/outcome.ts'
import { Progress } from '../domain/progress.ts'
import type { Settings } from '../domain/settings.ts'
import { idList, plural } from '../domain/wording.ts'
import { claim, inTheWay } from './claim.ts'
import { putRight } from './put-right.ts'
import { rollOut } from './roll-out.ts'
import type { Mission, Scene } from './scene.ts'
import { beforeChange, newTenure, open, refuse } from './scene.ts'
import type { Survey } from './survey.ts'
import { holderIn, survey } from './survey.ts'
import type { Tenure } from './tenure.ts'

/** Takes the fleet to the version: survey, put right what was left, plan, preflight, claim, roll out. */
export async function deploy(mission: Mission): Promise<Conclusion> {
  const scene = open(mission)
  return beforeChange(scene, async () => {
    const seen = await survey(scene)
    const holder = holderIn(seen.entries, scene)
    if (holder !== undefined) return refuse(scene, [inTheWay(holder)])
    if (seen.entries.unreadable.length > 0) return refuse(scene, seen.entries.unreadable)
    return seen.entries.out === undefined ? prepare(scene, seen) : finishFirst(scene, seen)
  })
}

/** Puts right what a rollout left that did not end, then goes on. */
export async function finishFirst(scene: Scene, seen: Survey): Promise<Conclusion> {
  if (scene.settings.dryRun) return prepare(scene, seen)
  const tenure = newTenure(scene)
  const inWay = await claim(scene, tenure)
  if (inWay !== undefined) return inWay
  const list = tenure.unfinished()
  if (list !== undefined) {
    const { stop, unhealthy } = await putRight(scene, { snapshot: seen.snapshot, tenure, list })
    if (stop !== undefined) return { outcome: 'interrupted', reason: stop.reason }
    warnOfUnhealthy(scene, unhealthy)
  }
  return prepare(scene, await survey(scene), tenure)
}

/** The plan and its preflight; then it begins. */
export async function prepare(scene: Scene, seen: Survey, claimed?: Tenure): Promise<Conclusion> {
  const { emit, strategies } = scene
  const { snapshot, entries } = seen
  const settings = withLedger(scene.settings, entries)
  const strategy = strategies[settings.strategy]
  if (strategy === undefined) throw new Error(`there is no strategy ${settings.strategy}`)
  const problems = [
    ...noWayBack(settings),
    ...strategy.problems(settings, snapshot),
    ...(await noRoom(scene, seen)),
  ]
  if (problems.length > 0) return refuse(scene, problems)

  const plan = strategy.plan(settings, snapshot)
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
    const inWay = await claim(scene, tenure)
    if (inWay !== undefined) return inWay
  }
  scene.progress = new Progress({ version: settings.previousVersion, isMixed: isMixed(entries) })
  return rollOut(scene, { settings, strategy, snapshot, plan, tenure })
}

const unfinishedWarning = (rolloutId: string): string =>
  `rollout ${rolloutId} did not end: what it left out of the load balancer would be put back in first`

/** Without an input of its own, the version that runs now is the one in the ledger. */
function withLedger(settings: Settings, entries: Entries): Settings {
  const { holds } = ledgerOf(entries)
  const previousVersion = settings.previousVersion ?? holds
  return previousVersion === undefined ? settings : { ...settings, previousVersion }
}

/** A rollout that did not end may have left different versions; then the way back is for all servers. */
function isMixed(entries: Entries): boolean {
  const { holds, last } = ledgerOf(entries)
  return last !== undefined && holds === undefined
}

export const ledgerOf = ({ ledgers }: Entries): Ledger => [...ledgers.values()][0] ?? {}

function noWayBack(settings: Settings): string[] {
  if (settings.onFailure !== 'rollback' || settings.previousVersion !== undefined) return []
  return [
    'previous-version is empty, and no earlier rollout has written it on the target groups: a failed rollout would not know where to go back to; give previous-version, or say on-failure: freeze',
  ]
}

/** The list of a batch that is out must fit into the tags that the groups have left. */
async function noRoom(_scene: Scene, _seen: Survey): Promise<string[]> {
  return []
}

function warnOfUnhealthy({ emit }: Scene, unhealthy: ReadonlyMap<string, string>): void {
  if (unhealthy.size === 0) return
  const [reason] = unhealthy.values()
  emit({ type: 'warned', text: `put back in, but not healthy: ${idList([...unhealthy.keys()])} (${reason})` })
}
