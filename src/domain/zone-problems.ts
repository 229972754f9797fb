import type { Fleet, Snapshot } from './fleet.ts'
import { zoneOf } from './fleet.ts'
import { idList } from './wording.ts'
import { isZonal, zonesOf } from './zones.ts'

/** What forbids to take servers out where each zone depends on its own. */
export function zoneProblems({ placesUnknown }: Snapshot, fleet: Fleet): string[] {
  const unknown = fleet.servers.filter((server) => zoneOf(server) === undefined).map(({ id }) => id)
  const names = fleet.groups.filter(({ crossZone }) => crossZone === 'off').map(({ name }) => name)
  if (isZonal(fleet) && unknown.length > 0) {
    return [unknownZones(unknown, { names, placesUnknown })]
  }
  return fleet.groups.flatMap((group) =>
    zonesOf(group, fleet)
      .filter(([, servers]) => servers.length === 1)
      .map(
        ([zone, servers]) =>
          `${idList(servers.map(({ id }) => id))} is the only server of ${group.name} in ${zone}, and cross-zone load balancing is off: nothing could serve that zone while it is out; register a second one there, or turn load_balancing.cross_zone.enabled on for the group`,
      ),
  )
}

/** `names`: of the groups whose zones depend on themselves. */
export function unknownZones(
  ids: readonly string[],
  { names, placesUnknown }: { readonly names: readonly string[]; readonly placesUnknown: string | undefined },
): string {
  const [which, unknown] =
    ids.length === 1
      ? [`the zone of ${idList(ids)} is not known`, 'EC2 does not know the instance']
      : [`the zones of ${idList(ids)} are not known`, 'EC2 does not know the instances']
  const [have, off] =
    names.length === 1 ? [`${names[0]} has`, 'the group'] : [`${names.join(', ')} have`, 'these groups']
  return `${which} (${placesUnknown ?? unknown}), and ${have} cross-zone load balancing off, so that a zone could be left without servers: allow ec2:DescribeInstances, or turn load_balancing.cross_zone.enabled on for ${off}`
}
