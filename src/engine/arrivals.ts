import { hasLeft, type Member } from '../domain/auto-scaling.ts'
import type { HealthByGroup, Place, Server, Snapshot } from '../domain/fleet.ts'
import { fleetOf, registrationsIn } from '../domain/fleet.ts'
import { idList } from '../domain/wording.ts'
import type { Cleared } from './cleared.ts'
import { placesOfArrivals } from './places.ts'
import type { Run } from './run.ts'
import type { Scene } from './scene.ts'
import { membersAmong } from './vanished.ts'
import { look } from './wait.ts'

/** Servers that were registered while a rollout was under way. */
export interface Arrivals {
  /** In service in a group of Auto Scaling, registered in every group of the rollout, and fit to be updated. */
  readonly servers: readonly Server[]
  /** The others by id, that nobody will update, some with the reason. */
  readonly others: ReadonlyMap<string, string | undefined>
  readonly members: ReadonlyMap<string, Member>
  readonly places: ReadonlyMap<string, Place>
  readonly health: HealthByGroup
}

/** What a look, the questions about those that have come, and the wait for them take. */
const LOOKING_MS = 3 * 60_000

const NOBODY: Arrivals = {
  servers: [],
  others: new Map(),
  members: new Map(),
  places: new Map(),
  health: new Map(),
}

interface Question {
  readonly scene: Scene
  readonly cleared: Cleared
}

/** Only where Auto Scaling has servers of the rollout: else nobody registers any but by hand. */
export async function lookForArrivals(run: Run, { scene, cleared }: Question): Promise<Arrivals> {
  const { autoScaling } = run.ports
  if (autoScaling === undefined || run.members.size === 0) return NOBODY
  const { emit, signal } = run
  // It may be the first step for a long time: after a bake, say.
  await run.journal.extend(LOOKING_MS, signal)
  const known = new Set(idsOf(run.fleet.servers))
  const { groups } = run.fleet
  const { snapshot, strategy } = cleared
  const health = await look(run, groups)
  const fresh = fleetOf({ ...snapshot, leftOut: [], health }).servers.filter(({ id }) => !known.has(id))
  if (fresh.length === 0) return NOBODY
  const members = await membersAmong({ autoScaling, emit, signal }, idsOf(fresh))
  const isWhole = (server: Server) => groups.every(({ arn }) => registrationsIn(server, arn).length > 0)
  const whole = fresh.filter((server) => !hasLeft(members?.get(server.id)) && isWhole(server))
  // Where nobody updates them nobody need ask.
  const ids = strategy.follow === undefined ? [] : idsOf(whole)
  const { unfit, places } = await fitness(run, { scene, snapshot, ids })
  const servers = whole.filter(({ id }) => !unfit.has(id))
  const others = fresh.filter((server) => !servers.includes(server))
  return {
    servers,
    others: new Map(idsOf(others).map((id) => [id, unfit.get(id)])),
    members: members ?? new Map(),
    places,
    health,
  }
}

const idsOf = (servers: readonly Server[]): string[] => servers.map(({ id }) => id)

interface Fitness {
  readonly places: ReadonlyMap<string, Place>
  /** What keeps servers from being updated, by id. */
  readonly unfit: ReadonlyMap<string, string>
}

/** What was asked before the rollout about the servers that were there from the start. */
async function fitness(
  { ports, signal }: Run,
  { scene, snapshot, ids }: { scene: Scene; snapshot: Snapshot; ids: readonly string[] },
): Promise<Fitness> {
  if (ids.length === 0) return { places: new Map(), unfit: new Map() }
  const [{ places, missing }, unreachable] = await Promise.all([
    placesOfArrivals(scene, snapshot, { ids, signal }),
    ports.updater.unreachable?.(ids, signal) ?? new Map<string, string>(),
  ])
  return { places, unfit: new Map([...unreachable, ...missing]) }
}

/** The same snapshot, as if they had been there from the start. */
export function withArrivals(snapshot: Snapshot, arrivals: Arrivals): Snapshot {
  const { servers, members, health } = arrivals
  const ids = new Set(idsOf(servers))
  const known = snapshot.autoScaling
  const entries = [...snapshot.health].map(([arn, before]) => {
    const fresh = (health.get(arn) ?? []).filter(({ target }) => ids.has(target.id))
    return [arn, [...before.filter(({ target }) => !ids.has(target.id)), ...fresh]] as const
  })
  const places = new Map([...(snapshot.places ?? []), ...arrivals.places])
  return {
    ...snapshot,
    health: new Map(entries),
    ...(places.size === 0 ? {} : { places }),
    ...(known === undefined
      ? {}
      : { autoScaling: { ...known, members: new Map([...known.members, ...members]) } }),
  }
}

export const notUpdated = (ids: readonly string[]): string =>
  `${idList(ids)} came while the rollout was under way, and ${ids.length === 1 ? 'was' : 'were'} not updated: run it again, or let Auto Scaling replace ${ids.length === 1 ? 'it' : 'them'}`
