import type { Stop } from '../domain/outcome.ts'
import { type Arrivals, lookForArrivals, withArrivals } from './arrivals.ts'
import { type Cleared, runOf, type Way } from './cleared.ts'
import { perform, performing } from './perform.ts'
import { suspendProcesses } from './processes.ts'
import type { Run } from './run.ts'
import type { Scene } from './scene.ts'
import { noteVanished } from './vanished.ts'

/** More often than this a group does not launch servers while a rollout ends. */
const MOST_ROUNDS = 4
const REGISTERED_EVERYWHERE_MS = 5_000

/** Updates the servers that have appeared while the plan was performed, and those that appear meanwhile. */
export async function follow(scene: Scene, cleared: Cleared, way: Way): Promise<Stop | undefined> {
  for (let round = 1; ; round++) {
    const arrivals = await whoCame(runOf(scene, cleared, way))
    if ('cause' in arrivals) return arrivals
    const { servers, others } = arrivals
    const ids = servers.map(({ id }) => id)
    if (ids.length + others.length === 0) return undefined
    if (round === MOST_ROUNDS || cleared.strategy.follow === undefined) {
      cleared.stragglers = [...ids, ...others]
      return undefined
    }
    const stop =
      ids.length === 0
        ? await pause(runOf(scene, cleared, way))
        : await updateArrivals(scene, cleared, { arrivals, way })
    if (stop !== undefined) return stop
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
): Promise<Stop | undefined> {
  const { settings, strategy, tenure } = cleared
  cleared.snapshot = withArrivals(cleared.snapshot, arrivals)
  tenure.know(arrivals.members.keys())
  scene.emit({ type: 'servers-appeared', servers: arrivals.servers.map(({ id }) => id) })
  const plan = strategy.follow?.(settings, cleared.snapshot, scene.progress) ?? way.plan
  const run = runOf(scene, cleared, { ...way, plan })
  return (await suspendProcesses(run, cleared.snapshot.autoScaling)) ?? (await perform(run))
}

/** Who has come, and who has gone. */
async function whoCame(run: Run): Promise<Arrivals | Stop> {
  let arrivals: Arrivals | undefined
  const stop = await performing(run, async () => {
    await noteVanished(
      run,
      run.fleet.servers.map(({ id }) => id),
    )
    arrivals = await lookForArrivals(run)
    return undefined
  })
  return arrivals ?? (stop as Stop)
}

/** Nothing is planned for a server that is gone. That it could not be seen does not keep the others waiting. */
export async function goneMeanwhile(run: Run): Promise<void> {
  await performing(run, async () => {
    await noteVanished(
      run,
      run.fleet.servers.map(({ id }) => id),
    )
    return undefined
  })
}
