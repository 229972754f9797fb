import { healthyServers } from './capacity.ts'
import { capacityProblems } from './capacity-problems.ts'
import type { Fleet, Snapshot } from './fleet.ts'
import { fleetOf, isDraining, registrationsIn } from './fleet.ts'
import { groupProblems, ipProblem, ssmProblem } from './group-problems.ts'
import { isNetwork, NETWORK_LAG_MS } from './network.ts'
import { networkWarnings } from './network-problems.ts'
import type { Settings } from './settings.ts'
import { idList, plural } from './wording.ts'
import { zoneProblems } from './zone-problems.ts'

/** Everything that forbids to begin, found before anything is touched; each says what to do about it. */
export function preflightProblems(settings: Settings, snapshot: Snapshot): string[] {
  const groups = groupProblems(snapshot, 'in-place')
  if (snapshot.groups.length === 0) return groups
  const fleet = fleetOf(snapshot)
  return [
    ...groups,
    ...serverProblems(snapshot, fleet),
    ...zoneProblems(snapshot, fleet),
    ...capacityProblems(settings, fleet),
    ...inputProblems(settings, snapshot, fleet),
  ]
}

function serverProblems(snapshot: Snapshot, fleet: Fleet): string[] {
  return [...differingServers(fleet), ...partlyDraining(snapshot, fleet), ...elsewhere(snapshot, fleet)]
}

function differingServers(fleet: Fleet): string[] {
  return fleet.groups.flatMap((group) => {
    const missing = fleet.servers.filter((server) => registrationsIn(server, group.arn).length === 0)
    if (missing.length === 0) return []
    return [
      `${idList(missing.map((server) => server.id))} ${missing.length === 1 ? 'is' : 'are'} not registered in ${group.name} but in another listed group: the listed groups must hold the same servers; roll them out one by one, or register what is missing`,
    ]
  })
}

function partlyDraining(snapshot: Snapshot, fleet: Fleet): string[] {
  const draining = new Set(
    [...snapshot.health.values()]
      .flat()
      .filter(isDraining)
      .map((entry) => entry.target.id),
  )
  const both = fleet.servers.filter((server) => draining.has(server.id))
  if (both.length === 0) return []
  return [
    `${idList(both.map((server) => server.id))}: draining on one port or group and registered on another; wait until it has drained, or register it again`,
  ]
}

function elsewhere(snapshot: Snapshot, fleet: Fleet): string[] {
  const ids = new Set(fleet.servers.map((server) => server.id))
  return snapshot.unlisted.flatMap(({ groupName, targetIds }) => {
    const shared = [...new Set(targetIds.filter((id) => ids.has(id)))]
    if (shared.length === 0) return []
    return [
      `${idList(shared)} also ${shared.length === 1 ? 'serves' : 'serve'} target group ${groupName} of the same load balancer and would lose its requests: add that group to target-group-arns`,
    ]
  })
}

function inputProblems(settings: Settings, snapshot: Snapshot, fleet: Fleet): string[] {
  const problems: string[] = []
  const ofType = (type: string) => snapshot.groups.filter((group) => group.targetType === type)
  const ipGroups = ofType('ip')
  const input = earlyEndOf(settings)
  if (input !== undefined && ipGroups.length > 0) {
    problems.push(
      `${input} cannot end the drain of ip targets (${ipGroups.map((group) => group.name).join(', ')}): an address can be registered again only after the whole deregistration delay; leave ${input} out, or lower the delay`,
    )
  }
  const datagrams = snapshot.groups.filter(({ protocol }) => protocol.includes('UDP'))
  if (settings.drainedCheck !== undefined && datagrams.length > 0) {
    problems.push(
      `drained-check sees TCP connections, and ${datagrams.map(({ name }) => name).join(', ')} has UDP clients too: leave it out, or give a drained-command that knows them`,
    )
  }
  return [...problems, ...ipProblem(settings, fleet, snapshot), ...ssmProblem(settings, snapshot.groups)]
}

/** The input that may end drains before the load balancer does. */
function earlyEndOf({ drainedCommand, drainedCheck }: Settings): string | undefined {
  if (drainedCommand !== undefined) return 'drained-command'
  return drainedCheck === undefined ? undefined : 'drained-check'
}

/** From here on the wait for drains is most of the time that a rollout takes. */
const LONG_DELAY_MS = 120_000

/** What the user should know before it begins. */
export function preflightWarnings(settings: Settings, snapshot: Snapshot): string[] {
  const fleet = fleetOf(snapshot)
  const warnings: string[] = []
  for (const group of snapshot.groups) {
    const draining = (snapshot.health.get(group.arn) ?? []).filter(isDraining)
    if (draining.length > 0) {
      warnings.push(
        `${idList(draining.map((entry) => entry.target.id))} in ${group.name} ${draining.length === 1 ? 'is' : 'are'} draining by somebody else's doing and will not be updated: register them again first, if they are to be`,
      )
    }
    const worthMs = isNetwork(group) ? NETWORK_LAG_MS + 1 : LONG_DELAY_MS
    if (group.deregistrationDelayMs >= worthMs && earlyEndOf(settings) === undefined) {
      const least = isNetwork(group) ? `, but no lower than ${NETWORK_LAG_MS / 1000}` : ''
      const or = group.targetType === 'instance' ? ', or give drained-check or drained-command' : ''
      warnings.push(
        `every batch waits the whole deregistration delay of ${group.name}, ${group.deregistrationDelayMs / 1000} s: lower deregistration_delay.timeout_seconds to just above your longest request${least}${or}`,
      )
    }
  }
  return [...warnings, ...networkWarnings(settings, snapshot), ...unhealthyWarning(snapshot, fleet)]
}

function unhealthyWarning(snapshot: Snapshot, fleet: Fleet): string[] {
  const healthy = healthyServers(fleet, snapshot.health)
  const missing = fleet.servers.length - healthy
  if (missing === 0) return []
  if (healthy === 0)
    return [
      'no server is healthy: the load balancer sends requests to unhealthy ones already; go on only if this version is to mend that',
    ]
  return [
    `${plural(missing, 'server')} of ${fleet.servers.length} ${missing === 1 ? 'is' : 'are'} not healthy at the start: updated first, and to stay so is no failure`,
  ]
}
