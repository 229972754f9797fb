import type { Event, ObservedGroup } from './events.ts'
import type { FleetFacts, FleetReport, Known, Observed, ServerStanding } from './report-standing.ts'
import type { TrafficReport } from './report-traffic.ts'
import type { Share } from './traffic.ts'
import { WHOLE } from './traffic.ts'

/** Servers that an earlier rollout had left out were there, and were not seen. */
export function withOut(group: ObservedGroup, events: readonly Event[]): ObservedGroup {
  const found = events.find((event) => event.type === 'unfinished-found')
  const ids = new Set(group.servers.map(({ id }) => id))
  const missing = (found?.servers ?? []).filter((id) => !ids.has(id))
  const out = missing.map((id) => ({ id, state: 'unused', reason: LEFT_OUT }) as const)
  return { ...group, servers: [...group.servers, ...out] }
}

const LEFT_OUT = 'left out by a rollout that did not end'

/** What is written on the group, or what the rollout is told or finds out. */
export function heldBy({ name, version, isMixed }: ObservedGroup, facts: FleetFacts): string | undefined {
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

export function fleetBefore({ loadBalancers, groups }: Observed, { traffic, holds }: Known): FleetReport {
  return {
    loadBalancers,
    groups: groups.map(({ name, servers }) => ({
      name,
      ...shareOf(name, traffic, traffic?.shareBefore),
      servers: servers.map((server) => ({ ...standingBefore(server), ...versionOf(holds.get(name)) })),
    })),
  }
}

export function shareOf(
  name: string,
  traffic: TrafficReport | undefined,
  share: Share | undefined,
): { readonly share?: Share } {
  if (traffic === undefined || share === undefined) return {}
  return { share: name === traffic.green ? share : WHOLE - share }
}

export const versionOf = (version: string | undefined) => (version === undefined ? {} : { version })

const PLACES: Partial<Record<ObservedGroup['servers'][number]['state'], ServerStanding['place']>> = {
  healthy: 'serving',
  // Nobody checks it, and it gets its requests.
  unavailable: 'serving',
  unused: 'idle',
  draining: 'draining',
  'unhealthy.draining': 'draining',
}

export function standingBefore({
  id,
  zone,
  state,
  reason,
}: ObservedGroup['servers'][number]): ServerStanding {
  const place = reason === LEFT_OUT ? 'out' : (PLACES[state] ?? 'unhealthy')
  return { id, place, ...(zone === undefined ? {} : { zone }), ...(reason === undefined ? {} : { reason }) }
}
