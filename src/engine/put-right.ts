import { messageOf } from '../domain/errors.ts'
import type { Server, Snapshot } from '../domain/fleet.ts'
import { isServerIn, registrationsIn } from '../domain/fleet.ts'
import type { OutList } from '../domain/journal.ts'
import type { Stop } from '../domain/outcome.ts'
import { perform } from './perform.ts'
import type { Scene } from './scene.ts'
import { closing, newRun } from './scene.ts'
import type { Tenure } from './tenure.ts'

/** What is left of a rollout that did not end. */
export interface PutRight {
  readonly stop?: Stop
  /** Servers that are in again, but not healthy, with the reason. */
  readonly unhealthy: ReadonlyMap<string, string>
  /** Servers that stay out, since an update of them may still be running. */
  readonly inDoubt: readonly string[]
}

/** Puts back in what an unfinished rollout left out, and waits until it is healthy. Nothing is updated. */
export async function putRight(
  scene: Scene,
  { snapshot, tenure, list }: { snapshot: Snapshot; tenure: Tenure; list: OutList },
): Promise<PutRight> {
  const { settings, strategies, emit, cancel } = scene
  const strategy = strategies[list.strategy]
  if (strategy === undefined)
    throw new Error(`nothing is known about the strategy ${list.strategy} of ${list.rolloutId}`)
  const doubtful = new Set([...(list.inDoubt ?? []), ...(scene.stillUpdating ?? [])])
  // One that somebody has put back by hand since is in doubt no more.
  const isBack = (server: Server) =>
    snapshot.groups.every(
      ({ arn }) => registrationsIn(server, arn).length > 0 && isServerIn(server, arn, snapshot.health),
    )
  const inDoubt = list.servers
    .filter((server) => doubtful.has(server.id) && !isBack(server))
    .map(({ id }) => id)
  emit({
    type: 'unfinished-found',
    rolloutId: list.rolloutId,
    version: list.version,
    batch: list.batch,
    batches: list.batches,
    servers: list.servers.map(({ id }) => id),
    inDoubt,
  })
  const servers = list.servers.filter(({ id }) => !inDoubt.includes(id))
  const fleet = { groups: snapshot.groups, servers }
  const run = newRun(scene, {
    plan: strategy.putRight(settings, fleet),
    fleet,
    strategy: list.strategy,
    wasHealthy: new Set(servers.map(({ id }) => id)),
    signal: cancel,
    journal: tenure,
  })
  const stop = await perform(run)
  return { unhealthy: run.failures, inDoubt, ...(stop === undefined ? {} : { stop }) }
}

/** Ends a tenure in which no rollout of its own began: the one that did not end is what is written as the last. */
export async function endPutRight(
  scene: Scene,
  tenure: Tenure,
  { inDoubt }: Pick<PutRight, 'inDoubt'>,
): Promise<void> {
  const { emit, progress } = scene
  const last = { rolloutId: tenure.unfinishedId, outcome: 'interrupted' as const }
  // What has not been seen to stay healthy stays on the list, for the next one who comes.
  const out = progress.where((server) => server.place !== 'in')
  try {
    const ledger = { ...tenure.ledger, last }
    await closing(scene, (signal) => tenure.close({ ledger, out, inDoubt }, signal))
  } catch (error) {
    emit({ type: 'warned', text: `could not write down what was put right: ${messageOf(error)}` })
  }
}
