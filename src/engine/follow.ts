import type { Stop } from '../domain/outcome.ts'
import { type Arrivals, lookForArrivals, withArrivals } from './arrivals.ts'
import { type Cleared, runOf, type Way } from './cleared.ts'
import { perform } from './perform.ts'
import { performing } from './performing.ts'
import { suspendProcesses } from './processes.ts'
import type { Run } from './run.ts'
import type { Scene } from './scene.ts'
import { noteAllVanished } from './vanished.ts'

/** More often than this a group does not launch servers while a rollout ends. */
const MOST_ROUNDS = 4
const REGISTERED_EVERYWHERE_MS = 5_000

/** How far it has come: the number of the last batch, and why it stopped, if it must. */
export interface Followed {
  readonly batch: number
  readonly stop?: Stop | undefined
}

/** Updates the servers that have appeared while the plan was performed, and those that appear meanwhile. */
export async function follow(scene: Scene, cleared: Cleared, way: Way): Promise<Followed> {
  let { batch = 0 } = way
  for (let round = 1; ; round++) {
    const run = runOf(scene, cleared, way)
    const arrivals = await whoCame(scene, cleared, run)
    if ('cause' in arrivals) return { batch, stop: arrivals }
    const { servers, others } = arrivals
    if (servers.length + others.size === 0) return { batch }
    if (round === MOST_ROUNDS || cleared.strategy.follow === undefined) {
      leaveBehind(scene, cleared, arrivals)
      return { batch }
    }
    const done =
      servers.length === 0
        ? { batch, stop: await pause(run) }
        : await updateArrivals(scene, cleared, { arrivals, way: { ...way, batch } })
    if (done.stop !== undefined) return done
    batch = done.batch
  }
}

/** Whether any have appeared that can be updated. */
export async function hasSomebodyCome(scene: Scene, cleared: Cleared, way: Way): Promise<boolean> {
  const arrivals = await whoCame(scene, cleared, runOf(scene, cleared, way))
  return !('cause' in arrivals) && arrivals.servers.length > 0
}

function leaveBehind({ emit }: Scene, cleared: Cleared, { servers, others }: Arrivals): void {
  cleared.stragglers = [...(cleared.stragglers ?? []), ...servers.map(({ id }) => id), ...others.keys()]
  for (const [id, why] of others) {
    if (why !== undefined)
      emit({ type: 'warned', text: `${id} came while the rollout was under way, but ${why}` })
  }
}

function pause(run: Run): Promise<Stop | undefined> {
  return performing(run, async () => {
    await run.ports.clock.sleep(REGISTERED_EVERYWHERE_MS, run.signal)
    return undefined
  })
}

async function updateArrivals(
  scene: Scene,
  cleared: Cleared,
  { arrivals, way }: { arrivals: Arrivals; way: Way },
): Promise<Followed> {
  const { settings, strategy, tenure } = cleared
  const { progress } = scene
  cleared.snapshot = withArrivals(cleared.snapshot, arrivals)
  tenure.know(arrivals.members.keys())
  const ids = arrivals.servers.map(({ id }) => id)
  scene.emit({ type: 'servers-appeared', servers: ids })
  const plan = strategy.follow?.(settings, cleared.snapshot, { arrivals: ids, progress }) ?? way.plan
  const run = thoseThere(runOf(scene, cleared, { ...way, plan }))
  const stop = (await suspendProcesses(run, cleared.snapshot.autoScaling)) ?? (await perform(run))
  return { batch: run.batch, stop }
}

/** One that is gone has been replaced, as like as not: nobody counts on it any more. */
function thoseThere(run: Run): Run {
  const { groups, servers } = run.fleet
  const there = servers.filter(({ id }) => run.progress.of(id).vanished !== true)
  return { ...run, fleet: { groups, servers: there } }
}

/** Who has come, and who has gone. */
async function whoCame(scene: Scene, cleared: Cleared, run: Run): Promise<Arrivals | Stop> {
  await noteAllVanished(run)
  let arrivals: Arrivals | undefined
  const stop = await performing(run, async () => {
    const { snapshot, stragglers = [] } = cleared
    arrivals = await lookForArrivals(run, { scene, snapshot, notThese: stragglers })
    return undefined
  })
  return arrivals ?? (stop as Stop)
}
