import { explain } from '../domain/errors.ts'
import type { Server, Snapshot } from '../domain/fleet.ts'
import { isServerIn, registrationsIn } from '../domain/fleet.ts'
import type { Ledger, OutList } from '../domain/journal.ts'
import { isQuiet } from '../domain/journal.ts'
import type { Stop } from '../domain/outcome.ts'
import type { Doubt } from '../domain/ports.ts'
import type { Ending } from '../domain/strategy.ts'
import { holdMs } from './claim.ts'
import { endLeftUpdates } from './left-updates.ts'
import { perform } from './perform.ts'
import { BRIEFLY_MS, persistentAutoScaling } from './persist.ts'
import { resumeProcesses } from './processes.ts'
import { routesFound } from './routes-found.ts'
import type { Scene } from './scene.ts'
import { changing, closing, newRun } from './scene.ts'
import type { Tenure } from './tenure.ts'
import { leftAmong, tellVanished } from './vanished.ts'

/** What is left of a rollout that did not end. */
export interface PutRight {
  readonly list?: OutList
  readonly stop?: Stop
  /** Servers that are in again, but not healthy, with the reason. */
  readonly unhealthy: ReadonlyMap<string, string>
  /** Servers that stay out, since an update of them may still be running. */
  readonly inDoubt: readonly string[]
  /** Why, of those of which it was asked now. */
  readonly doubts: readonly Doubt[]
  /** Servers that are gone for good by somebody else's doing. */
  readonly gone: readonly string[]
}

interface Left {
  readonly snapshot: Snapshot
  readonly tenure: Tenure
  readonly list: OutList
}

/** A claim leaves as much for what comes before the first entry. */
const SOON_MS = 60_000

/** Puts right what an unfinished rollout left: its servers are in again and healthy, its weights as before. Nothing is updated. */
export async function putRight(scene: Scene, left: Left): Promise<PutRight> {
  // Weights wait for nobody: green's servers stay where they are, whatever runs on them.
  if (left.list.shift === undefined) return putRightWith(scene, left, await endInTime(scene, left))
  const [done, doubts] = await Promise.all([putRightWith(scene, left, []), endLeftUpdates(scene, left.list)])
  return { ...done, doubts }
}

async function endInTime(scene: Scene, { snapshot, tenure, list }: Left): Promise<readonly Doubt[]> {
  const { ports, cancel } = scene
  const startedAt = ports.clock.now()
  const doubts = await endLeftUpdates(scene, list)
  if (ports.clock.now() - startedAt > SOON_MS && !cancel.aborted)
    await tenure.extend(holdMs(scene, snapshot), cancel)
  return doubts
}

async function putRightWith(
  scene: Scene,
  { snapshot, tenure, list }: Left,
  doubts: readonly Doubt[],
): Promise<PutRight> {
  const { settings, strategies, cancel } = scene
  const strategy = strategies[list.strategy]
  if (strategy === undefined)
    throw new Error(`nothing is known about the strategy ${list.strategy} of ${list.rolloutId}`)
  const gone = await goneSince(scene, list)
  const there = { ...list, servers: list.servers.filter(({ id }) => !gone.has(id)) }
  const inDoubt = stillInDoubt(scene, { snapshot, list: there }, doubts)
  tell(scene, { snapshot, list }, inDoubt)
  for (const [id, why] of gone) tellVanished(scene, id, why)
  const servers = there.servers.filter(({ id }) => !inDoubt.includes(id))
  if (isQuiet(there)) return { list, unhealthy: new Map(), inDoubt, doubts, gone: [...gone.keys()] }
  const run = newRun(scene, {
    plan: strategy.putRight(settings, snapshot, { ...there, servers }),
    fleet: { groups: snapshot.groups, servers },
    snapshot,
    strategy: list.strategy,
    wasHealthy: new Set(servers.map(({ id }) => id)),
    signal: cancel,
    journal: tenure,
    members: new Set(list.autoScaling?.members),
  })
  const stop = await perform(run)
  if (stop === undefined && list.shift?.base === 0) await tenure.forgetShift(cancel)
  return {
    list,
    unhealthy: run.failures,
    inDoubt,
    doubts,
    gone: list.servers.map(({ id }) => id).filter((id) => scene.progress.of(id).vanished === true),
    ...(stop === undefined ? {} : { stop }),
  }
}

/** Servers of the list that Auto Scaling has terminated since, with the reason. */
async function goneSince(scene: Scene, list: OutList): Promise<ReadonlyMap<string, string>> {
  const { ports, cancel, emit } = scene
  const ids = list.autoScaling?.members ?? []
  if (ports.autoScaling === undefined || ids.length === 0) return new Map()
  const autoScaling = persistentAutoScaling(ports.autoScaling, changing(scene), BRIEFLY_MS)
  return leftAmong({ autoScaling, clock: ports.clock, emit, signal: cancel }, ids)
}

/** One that somebody has put back by hand since is in doubt no more. */
function stillInDoubt(
  { stillUpdating = [] }: Scene,
  { snapshot, list }: Omit<Left, 'tenure'>,
  doubts: readonly Doubt[],
): string[] {
  const doubtful = new Set([...(list.inDoubt ?? []), ...stillUpdating, ...doubts.map(({ server }) => server)])
  const isBack = (server: Server) =>
    snapshot.groups.every(
      ({ arn }) => registrationsIn(server, arn).length > 0 && isServerIn(server, arn, snapshot.health),
    )
  return list.servers.filter((server) => doubtful.has(server.id) && !isBack(server)).map(({ id }) => id)
}

function tell({ emit }: Scene, { snapshot, list }: Omit<Left, 'tenure'>, inDoubt: readonly string[]): void {
  const { rolloutId, version, batch, batches, shift } = list
  if (shift !== undefined) {
    emit({ type: 'unfinished-shift-found', rolloutId, version, base: shift.base })
    const arns = new Set(shift.routes.map(({ arn }) => arn))
    // Whoever died in the middle of a change may have left each of them otherwise.
    emit(routesFound(shift, snapshot.routing?.routes.filter(({ arn }) => arns.has(arn)) ?? []))
    return
  }
  const servers = list.servers.map(({ id }) => id)
  emit({ type: 'unfinished-found', rolloutId, version, batch, batches, servers, inDoubt })
}

/** Ends a tenure in which no rollout of its own began: the one that did not end is what is written as the last. */
export async function endPutRight(
  scene: Scene,
  tenure: Tenure,
  done: PutRight,
): Promise<{ readonly suspended: readonly string[] }> {
  const { emit, progress } = scene
  // What could not be put right is not to be looked after by its group yet.
  const suspended =
    done.stop === undefined
      ? await resumeProcesses(scene, tenure)
      : tenure.suspended.map(({ group }) => group)
  const last = { rolloutId: tenure.unfinishedId, outcome: 'interrupted' as const }
  const ledgers = new Map([...tenure.ledgers].map(([arn, ledger]) => [arn, ledgerAfter(ledger, last, done)]))
  // What has not been seen to stay healthy stays on the list, for the next one who comes.
  const out = progress.where((server) => server.place !== 'in')
  try {
    const ending = { ledgers, out, inDoubt: knownDoubts(scene, done), ...shiftAfter(done) }
    await closing(scene, (signal) => tenure.close(ending, signal))
  } catch (error) {
    emit({ type: 'warned', text: `could not write down what was put right: ${explain(error)}` })
  }
  return { suspended }
}

/** A rollout that had ended, but for what it had suspended, has ended as it did. */
function ledgerAfter(ledger: Ledger, last: NonNullable<Ledger['last']>, { list }: PutRight): Ledger {
  const hadEnded = ledger.last?.rolloutId === last.rolloutId && ledger.last.outcome !== undefined
  return hadEnded && (list === undefined || isQuiet(list)) ? ledger : { ...ledger, last }
}

/** Whoever comes next asks again about the others: it may be that only a permission was missing. */
function knownDoubts({ stillUpdating = [] }: Scene, { list, inDoubt }: PutRight): string[] {
  const known = new Set([...(list?.inDoubt ?? []), ...stillUpdating])
  return inDoubt.filter((id) => known.has(id))
}

function shiftAfter({ list, stop }: PutRight): Pick<Ending, 'shift'> {
  if (list?.shift === undefined) return {}
  if (stop !== undefined) return { shift: 'as-it-is' }
  return list.shift.base === 0 ? {} : { shift: { ...list.shift, state: 'held' } }
}
