import { INTERFERING } from '../domain/auto-scaling.ts'
import type { Fleet, Snapshot } from '../domain/fleet.ts'
import type { AutoScalingRecord } from '../domain/journal.ts'
import type { Plan } from '../domain/plan.ts'
import { plural } from '../domain/wording.ts'
import { persistentStore } from './persist.ts'
import type { Scene } from './scene.ts'
import { reading } from './scene.ts'

interface Planned {
  readonly plan: Plan
  readonly fleet: Fleet
  readonly snapshot: Snapshot
}

/** What is to be written down must fit into the tags that the groups have left. */
export async function noRoom(scene: Scene, planned: Planned): Promise<string[]> {
  return planned.plan.shift === undefined ? noRoomForServers(scene, planned) : noRoomForRoutes(scene, planned)
}

const storeOf = (scene: Scene) => persistentStore(scene.ports.store, reading(scene))
const arnsIn = ({ groups }: Snapshot) => groups.map(({ arn }) => arn)

/** The largest batch, and failures before it. */
async function noRoomForServers(scene: Scene, { plan, fleet, snapshot }: Planned): Promise<string[]> {
  const { servers } = fleet
  const batch = Math.max(...plan.phases.map((phase) => phase.servers.length))
  const most = Math.min(servers.length, batch + plan.maxFailures)
  const store = storeOf(scene)
  const room = (count: number) =>
    store.room(
      arnsIn(snapshot),
      { servers: servers.slice(0, count), ...whatIsSuspended(snapshot) },
      scene.cancel,
    )
  const { needed, free } = await room(most)
  if (needed <= free) return []
  let fits = batch - 1
  while (fits > 0 && (await room(fits + plan.maxFailures)).needed > free) fits = Math.floor(fits * 0.8)
  return [
    `a batch of ${plural(batch, 'server')} takes ${needed} tags to write down, and the target groups have room for ${free} beside those that are there: ${fits > 0 ? `batch-size ${fits} would do` : 'remove some of their tags'}`,
  ]
}

function whatIsSuspended({ autoScaling }: Snapshot): { autoScaling?: AutoScalingRecord } {
  if (autoScaling === undefined) return {}
  const suspended = autoScaling.groups.map(({ name }) => ({ group: name, processes: INTERFERING }))
  return { autoScaling: { suspended, members: [] } }
}

async function noRoomForRoutes(scene: Scene, { plan, snapshot }: Planned): Promise<string[]> {
  if (plan.shift === undefined) return []
  const { touches: _, ...shift } = plan.shift
  const state = 'under-way' as const
  const out = { servers: [], shift: { ...shift, state }, ...whatIsSuspended(snapshot) }
  const { needed, free } = await storeOf(scene).room(arnsIn(snapshot), out, scene.cancel)
  if (needed <= free) return []
  return [
    `the weights of ${plural(shift.routes.length, 'route')} take ${needed} tags to write down, and the target groups have room for ${free} beside those that are there: remove some of their tags`,
  ]
}
