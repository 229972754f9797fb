import type { Stop } from '../domain/outcome.ts'
import { idList } from '../domain/wording.ts'
import { type Arrivals, lookForArrivals, withArrivals } from './arrivals.ts'
import { type Cleared, runOf, runOfThose, type Way } from './cleared.ts'
import { perform } from './perform.ts'
import { performing } from './performing.ts'
import { suspendProcesses } from './processes.ts'
import type { Run } from './run.ts'
import type { Scene } from './scene.ts'
import { noteVanished } from './vanished.ts'
import { reminder } from './wait.ts'

/** More often than this a group does not launch servers while a rollout ends. */
const MOST_ROUNDS = 3
/** How long one that cannot be updated yet is waited for: it is not registered everywhere, or its agent is not online. */
const PATIENCE_MS = 60_000
const LOOK_EVERY_MS = 5_000

/** How far it has come: the number of the last batch, and why it stopped, if it must. */
export interface Followed {
  readonly batch: number
  readonly stop?: Stop | undefined
}

/** Updates the servers that have appeared while the plan was performed, and those that appear meanwhile. */
export async function follow(scene: Scene, cleared: Cleared, way: Way): Promise<Followed> {
  let { batch = 0 } = way
  for (let round = 1; ; round++) {
    const arrivals = await whoHasCome(scene, cleared, way)
    if ('cause' in arrivals) return { batch, stop: arrivals }
    const { servers, others } = arrivals
    const plan = servers.length === 0 ? undefined : planFor(scene, cleared, arrivals)
    if (plan === undefined || round > MOST_ROUNDS) {
      cleared.stragglers = new Map([...servers.map(({ id }) => [id, undefined] as const), ...others])
      return { batch }
    }
    const done = await updateArrivals(scene, cleared, { arrivals, way: { ...way, plan, batch } })
    if (done.stop !== undefined) return done
    batch = done.batch
  }
}

/** Whether any have appeared that can be updated. */
export async function hasSomebodyCome(scene: Scene, cleared: Cleared, way: Way): Promise<boolean> {
  const arrivals = await whoHasCome(scene, cleared, way)
  return !('cause' in arrivals) && arrivals.servers.length > 0
}

async function updateArrivals(
  scene: Scene,
  cleared: Cleared,
  { arrivals, way }: { arrivals: Arrivals; way: Way },
): Promise<Followed> {
  cleared.snapshot = withArrivals(cleared.snapshot, arrivals)
  cleared.tenure.know(arrivals.members.keys())
  const ids = idsOf(arrivals)
  scene.emit({ type: 'servers-appeared', servers: ids })
  const run = runOfThose(scene, cleared, way)
  const stop = (await suspendProcesses(run, cleared.snapshot.autoScaling)) ?? (await perform(run))
  return { batch: run.batch, stop }
}

const idsOf = ({ servers }: Arrivals): string[] => servers.map(({ id }) => id)

/** Absent: the strategy leaves them as they are. */
const planFor = ({ progress }: Scene, { strategy, settings, snapshot }: Cleared, arrivals: Arrivals) =>
  strategy.follow?.(settings, withArrivals(snapshot, arrivals), { arrivals: idsOf(arrivals), progress })

/** Those that have come; as long as all of them may still become fit to be updated, they are waited for. */
async function whoHasCome(scene: Scene, cleared: Cleared, way: Way): Promise<Arrivals | Stop> {
  const run = runOf(scene, cleared, way)
  let arrivals: Arrivals | undefined
  const stop = await performing(run, async () => {
    arrivals = await watchArrivals(run, { scene, cleared })
    return undefined
  })
  return arrivals ?? (stop as Stop)
}

async function watchArrivals(
  run: Run,
  { scene, cleared }: { scene: Scene; cleared: Cleared },
): Promise<Arrivals> {
  const { clock } = run.ports
  const startedAt = clock.now()
  const remind = reminder(run, { startedAt, limitMs: PATIENCE_MS })
  const everybody = run.fleet.servers.map(({ id }) => id)
  while (true) {
    await noteVanished(run, everybody)
    const arrivals = spared(await lookForArrivals(run, { scene, cleared }), { scene, cleared })
    const { servers, others } = arrivals
    const now = clock.now()
    for (const id of others.keys()) if (!cleared.seenAt.has(id)) cleared.seenAt.set(id, now)
    const isYoung = (id: string) => now - (cleared.seenAt.get(id) ?? 0) < PATIENCE_MS
    // One after the other they may come for ever.
    const isHopeful = now - startedAt < PATIENCE_MS && [...others.keys()].some(isYoung)
    if (servers.length > 0 || !isHopeful || cleared.strategy.follow === undefined) return arrivals
    const [[, why] = []] = others
    remind(`${idList([...others.keys()])} to be ready for an update${why === undefined ? '' : ` (${why})`}`)
    await clock.sleep(LOOK_EVERY_MS, run.signal)
  }
}

/** One that the strategy has no batch for stays as it is. */
function spared(arrivals: Arrivals, { scene, cleared }: { scene: Scene; cleared: Cleared }): Arrivals {
  const plan = arrivals.servers.length === 0 ? undefined : planFor(scene, cleared, arrivals)
  if (plan === undefined) return arrivals
  const planned = new Set(plan.phases.flatMap((phase) => phase.servers))
  const left = arrivals.servers.filter(({ id }) => !planned.has(id))
  const why = 'its zone has no server to spare for it'
  return {
    ...arrivals,
    servers: arrivals.servers.filter(({ id }) => planned.has(id)),
    others: new Map([...arrivals.others, ...left.map(({ id }) => [id, why] as const)]),
  }
}
