import type { Event, ObservedGroup, ObservedLoadBalancer } from './events.ts'
import { Progress } from './progress.ts'
import type { TrafficReport } from './report-traffic.ts'
import type { Share } from './traffic.ts'
import { WHOLE } from './traffic.ts'

/** What stands behind the load balancers at one moment. */
export interface FleetReport {
  readonly loadBalancers: readonly ObservedLoadBalancer[]
  readonly groups: readonly GroupReport[]
}

export interface GroupReport {
  readonly name: string
  /** Blue-green: its share of the traffic; absent: in-place, or nobody knows. */
  readonly share?: Share
  readonly servers: readonly ServerStanding[]
}

export interface ServerStanding {
  readonly id: string
  readonly zone?: string
  /** Absent: nobody knows. */
  readonly version?: string
  /**
   * `serving`: in, and healthy. `idle`: in a group that nothing forwards to, so nobody checks it. `unhealthy`: in, and not (yet) healthy. `returning`: registered again, and not seen to stay
   * healthy. `draining`: on its way out by somebody else's doing. `out`: not in the load balancer. `in doubt`: out, and an
   * update may still be running.
   */
  readonly place: 'serving' | 'idle' | 'unhealthy' | 'returning' | 'draining' | 'out' | 'in doubt'
  /** The reason why it is not as it should be, where there is one. */
  readonly reason?: string
}

type Observed = Extract<Event, { type: 'observed' }>

/** What is known besides the events of the servers. */
export interface FleetFacts {
  readonly traffic: TrafficReport | undefined
  readonly version: string
  readonly previousVersion: string | undefined
  readonly mode: string
}

export interface FleetReports {
  /** When it was seen first. */
  readonly before?: FleetReport
  /** Now; absent: nothing was changed. */
  readonly after?: FleetReport
}

export function fleetsOf(events: readonly Event[], facts: FleetFacts): FleetReports {
  const seen = events.filter((event) => event.type === 'observed')
  const last = seen.at(-1)
  // Groups that a rollout left unfinished may have been found to belong to it only then.
  const first = seen.find(({ groups }) => groups.length === last?.groups.length)
  if (first === undefined) return {}
  const before = { ...first, groups: first.groups.map((group) => withOut(group, events)) }
  const known = { ...facts, holds: new Map(before.groups.map((group) => [group.name, heldBy(group, facts)])) }
  const isChanged = events.some(({ type }) => type === 'phase-started')
  return {
    before: fleetBefore(before, known),
    ...(isChanged ? { after: fleetAfter(before, known, events) } : {}),
  }
}

interface Known extends FleetFacts {
  /** The version of each group before, by name. */
  readonly holds: ReadonlyMap<string, string | undefined>
}

/** Servers that an earlier rollout had left out were there, and were not seen. */
function withOut(group: ObservedGroup, events: readonly Event[]): ObservedGroup {
  const found = events.find((event) => event.type === 'unfinished-found')
  const ids = new Set(group.servers.map(({ id }) => id))
  const missing = (found?.servers ?? []).filter((id) => !ids.has(id))
  const out = missing.map((id) => ({ id, state: 'unused', reason: LEFT_OUT }) as const)
  return { ...group, servers: [...group.servers, ...out] }
}

const LEFT_OUT = 'left out by a rollout that did not end'

/** What is written on the group, or what the rollout is told or finds out. */
function heldBy({ name, version, isMixed }: ObservedGroup, facts: FleetFacts): string | undefined {
  const { traffic, mode } = facts
  const [old, fresh] =
    mode === 'rollback' ? [facts.version, facts.previousVersion] : [facts.previousVersion, facts.version]
  if (traffic !== undefined) {
    if (name === traffic.blue) return version ?? given(old)
    // Of a deploy, green is what it was until its servers have been touched.
    return version ?? (mode === 'deploy' ? undefined : given(fresh))
  }
  if (version !== undefined || isMixed === true) return version
  return given(mode === 'rollback' ? fresh : old)
}

const given = (version: string | undefined): string | undefined => (version === '' ? undefined : version)

function fleetBefore({ loadBalancers, groups }: Observed, { traffic, holds }: Known): FleetReport {
  return {
    loadBalancers,
    groups: groups.map(({ name, servers }) => ({
      name,
      ...shareOf(name, traffic, traffic?.shareBefore),
      servers: servers.map((server) => ({ ...standingBefore(server), ...versionOf(holds.get(name)) })),
    })),
  }
}

function shareOf(
  name: string,
  traffic: TrafficReport | undefined,
  share: Share | undefined,
): { readonly share?: Share } {
  if (traffic === undefined || share === undefined) return {}
  return { share: name === traffic.green ? share : WHOLE - share }
}

const versionOf = (version: string | undefined) => (version === undefined ? {} : { version })

const PLACES: Partial<Record<ObservedGroup['servers'][number]['state'], ServerStanding['place']>> = {
  healthy: 'serving',
  // Nobody checks it, and it gets its requests.
  unavailable: 'serving',
  unused: 'idle',
  draining: 'draining',
  'unhealthy.draining': 'draining',
}

function standingBefore({ id, zone, state, reason }: ObservedGroup['servers'][number]): ServerStanding {
  const place = reason === LEFT_OUT ? 'out' : (PLACES[state] ?? 'unhealthy')
  return { id, place, ...(zone === undefined ? {} : { zone }), ...(reason === undefined ? {} : { reason }) }
}

function fleetAfter(before: Observed, known: Known, events: readonly Event[]): FleetReport {
  const progress = new Progress()
  for (const event of events) progress.note(event)
  const hasServed = new Set(events.flatMap(servingBy))
  const now = { ...known, progress, hasServed, updates: hasUpdates(events) }
  const appeared = events.flatMap((event) => (event.type === 'servers-appeared' ? event.servers : []))
  const { traffic } = known
  return {
    loadBalancers: before.loadBalancers,
    groups: before.groups.map((group) => ({
      name: group.name,
      ...(traffic?.isSure === true ? shareOf(group.name, traffic, traffic.share) : {}),
      servers: [...group.servers.map(standingBefore), ...newIn(group, appeared, traffic)]
        .filter(({ id }) => progress.of(id).vanished !== true)
        .map((server) => standingNow(server, group.name, now)),
    })),
  }
}

function servingBy(event: Event): readonly string[] {
  if (event.type === 'in-service') return [event.server]
  return event.type === 'ready' ? event.servers : []
}

/** Of a pair only green's servers are followed. */
function newIn(
  { name, servers }: ObservedGroup,
  appeared: readonly string[],
  traffic: TrafficReport | undefined,
): ServerStanding[] {
  if (traffic !== undefined && traffic.green !== name) return []
  const ids = new Set(servers.map(({ id }) => id))
  return appeared.filter((id) => !ids.has(id)).map((id) => ({ id, place: 'serving' }))
}

interface Now extends Known {
  readonly progress: Progress
  readonly hasServed: ReadonlySet<string>
  /** Whether this run updates servers at all; else others have done so before. */
  readonly updates: boolean
}

const hasUpdates = (events: readonly Event[]): boolean =>
  events.some(
    (event) =>
      event.type === 'planned' &&
      event.plan.phases.some(({ steps }) => steps.some(({ kind }) => kind === 'update')),
  )

function standingNow(server: ServerStanding, group: string, now: Now): ServerStanding {
  const progress = now.progress.of(server.id)
  const { reason: _, ...facts } = server
  const failure = progress.failure ?? server.reason
  const why = failure === undefined ? {} : { reason: failure }
  const version = versionOf(progress.touched ? progress.version : untouchedIn(group, now))
  if (progress.inDoubt) return { ...facts, ...version, ...why, place: 'in doubt' }
  if (progress.place === 'out') return { ...facts, ...version, ...why, place: 'out' }
  if (progress.place === 'returning') return { ...facts, ...version, place: 'returning' }
  if (now.hasServed.has(server.id)) return { ...facts, ...version, place: 'serving' }
  const place = progress.failure === undefined ? server.place : 'unhealthy'
  // Whoever was out and is in again was put back.
  return { ...facts, ...version, ...why, place: place === 'out' ? 'unhealthy' : place }
}

/** Where others have updated green, the rollout goes by what it was told that green holds. */
function untouchedIn(group: string, { traffic, holds, updates, version, mode }: Now): string | undefined {
  const isGreen = traffic !== undefined && traffic.green === group
  return isGreen && !updates && mode === 'deploy' ? version : holds.get(group)
}
