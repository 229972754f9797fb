import type { ObservedGroup, ObservedLoadBalancer, ObservedServer } from '../domain/events.ts'
import type { Snapshot, TargetGroup, TargetHealth } from '../domain/fleet.ts'
import { isHealthy } from '../domain/fleet.ts'
import type { Entries, Ledger } from '../domain/journal.ts'

/** What was found, for those who read about it. */
export function observation(
  snapshot: Snapshot,
  { ledgers }: Entries,
): { readonly groups: readonly ObservedGroup[]; readonly loadBalancers: readonly ObservedLoadBalancer[] } {
  return {
    groups: snapshot.groups.map((group) => observedGroup(snapshot, group, ledgers.get(group.arn))),
    loadBalancers: snapshot.loadBalancers.map(({ name, type }) => ({ name, kind: type })),
  }
}

function observedGroup(
  { health, places }: Snapshot,
  { arn, name }: TargetGroup,
  { holds, last }: Ledger = {},
): ObservedGroup {
  const seen = health.get(arn) ?? []
  const servers = Map.groupBy(seen, ({ target }) => target.id)
  return {
    name,
    targets: seen.length,
    healthy: seen.filter(isHealthy).length,
    ...(holds === undefined ? {} : { version: holds }),
    ...(holds === undefined && last !== undefined ? { isMixed: true } : {}),
    servers: [...servers].map(([id, entries]) => observedServer(entries, places?.get(id)?.zone)),
  }
}

function observedServer(entries: readonly TargetHealth[], placed: string | undefined): ObservedServer {
  const worst = (entries.find((entry) => !isHealthy(entry)) ?? entries[0]) as TargetHealth
  const { target, state, reason, description } = worst
  const zone = placed ?? target.zone
  const why = [reason, description].filter(Boolean).join(': ')
  return {
    id: target.id,
    ...(zone === undefined ? {} : { zone }),
    state,
    ...(why === '' ? {} : { reason: why }),
  }
}
