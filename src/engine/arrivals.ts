import { hasLeft, type Member } from '../domain/auto-scaling.ts'
import type { HealthByGroup, Server, Snapshot } from '../domain/fleet.ts'
import { fleetOf, registrationsIn } from '../domain/fleet.ts'
import { idList } from '../domain/wording.ts'
import type { Run } from './run.ts'
import { membersAmong } from './vanished.ts'
import { look } from './wait.ts'

/** Servers that were registered while a rollout was under way. */
export interface Arrivals {
  /** In service in a group of Auto Scaling, and registered in every group of the rollout. */
  readonly servers: readonly Server[]
  /** The others, that nobody will update. */
  readonly others: readonly string[]
  readonly members: ReadonlyMap<string, Member>
  readonly health: HealthByGroup
}

const NOBODY: Arrivals = { servers: [], others: [], members: new Map(), health: new Map() }

/** Only where Auto Scaling has servers of the rollout: else nobody registers any but by hand. */
export async function lookForArrivals(run: Run): Promise<Arrivals> {
  const { autoScaling } = run.ports
  if (autoScaling === undefined || run.members.size === 0) return NOBODY
  const known = new Set(run.fleet.servers.map(({ id }) => id))
  const groups = run.fleet.groups
  const health = await look(run, groups)
  const fresh = fleetOf({ ...EMPTY, groups, health }).servers.filter(({ id }) => !known.has(id))
  if (fresh.length === 0) return NOBODY
  const ids = fresh.map(({ id }) => id)
  const members = await membersAmong({ autoScaling, emit: run.emit, signal: run.signal }, ids)
  if (members === undefined) return { ...NOBODY, others: ids }
  const isWhole = (server: Server) => groups.every(({ arn }) => registrationsIn(server, arn).length > 0)
  const servers = fresh.filter((server) => !hasLeft(members.get(server.id)) && isWhole(server))
  const others = fresh.filter((server) => !servers.includes(server)).map(({ id }) => id)
  return { servers, others, members, health }
}

const EMPTY: Snapshot = {
  groups: [],
  unknownGroupArns: [],
  loadBalancers: [],
  health: new Map(),
  unlisted: [],
}

/** The same snapshot, as if they had been there from the start. */
export function withArrivals(snapshot: Snapshot, { servers, members, health }: Arrivals): Snapshot {
  const ids = new Set(servers.map(({ id }) => id))
  const known = snapshot.autoScaling
  const entries = [...snapshot.health].map(([arn, before]) => {
    const fresh = (health.get(arn) ?? []).filter(({ target }) => ids.has(target.id))
    return [arn, [...before.filter(({ target }) => !ids.has(target.id)), ...fresh]] as const
  })
  return {
    ...snapshot,
    health: new Map(entries),
    ...(known === undefined
      ? {}
      : { autoScaling: { ...known, members: new Map([...known.members, ...members]) } }),
  }
}

export const notUpdated = (ids: readonly string[]): string =>
  `${idList(ids)} came while the rollout was under way, and ${ids.length === 1 ? 'was' : 'were'} not updated: run it again, or let Auto Scaling replace ${ids.length === 1 ? 'it' : 'them'}`
