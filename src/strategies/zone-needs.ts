import type { Snapshot, TargetGroup } from '../domain/fleet.ts'
import type { ZoneNeed } from '../domain/readiness.ts'
import { leastFor, readinessOf } from '../domain/readiness.ts'
import type { Settings } from '../domain/settings.ts'

/** What each side of a pair needs in each zone; nothing where its servers serve all zones. */
export interface ZoneNeeds {
  readonly green: readonly ZoneNeed[]
  readonly blue: readonly ZoneNeed[]
}

interface Sides {
  readonly blue: TargetGroup
  readonly green: TargetGroup
}

/** Green must hold its own in every zone that is served now; blue, when it is to carry all again, in those it has servers in. */
export function zoneNeeds({ minGreen }: Settings, snapshot: Snapshot, { blue, green }: Sides): ZoneNeeds {
  const ofBlue = byZone(blue, snapshot)
  const ofGreen = byZone(green, snapshot)
  const served = [...(blue.crossZone === 'off' ? ofBlue.healthy.keys() : enabledZones(blue, snapshot))]
  return {
    green:
      green.crossZone !== 'off'
        ? []
        : served.sort().map((zone) => ({
            zone,
            servers: ofGreen.registered.get(zone) ?? [],
            least: leastFor(minGreen, ofBlue.healthy.get(zone)?.length ?? 0),
          })),
    blue:
      blue.crossZone !== 'off'
        ? []
        : [...ofBlue.registered].map(([zone, servers]) => ({ zone, servers, least: 1 })),
  }
}

/** Servers of a group whose zone is not known, though something depends on it. */
export function unplaced({ blue, green }: Sides, snapshot: Snapshot): string[] {
  if (blue.crossZone !== 'off' && green.crossZone !== 'off') return []
  return [blue, green].flatMap((group) => byZone(group, snapshot).registered.get('') ?? [])
}

function byZone({ arn }: TargetGroup, { health, places }: Snapshot) {
  const { healthy, unready } = readinessOf(arn, health)
  const zones = new Map((health.get(arn) ?? []).map(({ target }) => [target.id, target.zone]))
  const zoneOf = (id: string) => places?.get(id)?.zone ?? zones.get(id) ?? ''
  return {
    healthy: Map.groupBy(healthy, zoneOf),
    registered: Map.groupBy([...healthy, ...unready.keys()], zoneOf),
  }
}

const enabledZones = ({ loadBalancerArns }: TargetGroup, { loadBalancers }: Snapshot): string[] =>
  loadBalancers.filter(({ arn }) => loadBalancerArns.includes(arn)).flatMap(({ zones }) => zones)
