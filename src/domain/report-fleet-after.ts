import type { Event, ObservedGroup } from './events.ts'
import { shareOf, standingBefore, versionOf } from './report-fleet-before.ts'
import type { FleetReport, Known, Observed, ServerStanding } from './report-standing.ts'
import type { TrafficReport } from './report-traffic.ts'

/** What stands there now, told by the events since it was seen. */
export function fleetAfter(before: Observed, known: Known, events: readonly Event[]): FleetReport {
  const hasServed = new Set(events.flatMap(servingBy))
  const now = { ...known, hasServed, updates: hasUpdates(events) }
  const appeared = events.flatMap((event) => (event.type === 'servers-appeared' ? event.servers : []))
  const { traffic, progress } = known
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
  // Of a pair nobody waits for each server: one that was updated, and not ready since, is not healthy.
  const isProven = progress.failure === undefined && !progress.touched
  const place = isProven ? server.place : 'unhealthy'
  // Whoever was out and is in again was put back.
  return { ...facts, ...version, ...why, place: place === 'out' ? 'unhealthy' : place }
}

/** Where others have updated green, the rollout goes by what it was told that green holds. */
function untouchedIn(group: string, { traffic, holds, updates, version, mode }: Now): string | undefined {
  const isGreen = traffic !== undefined && traffic.green === group
  return isGreen && !updates && mode === 'deploy' ? version : holds.get(group)
}
