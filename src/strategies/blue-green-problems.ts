import type { Snapshot, TargetGroup } from '../domain/fleet.ts'
import { isDraining, isGone } from '../domain/fleet.ts'
import { groupProblems, ipProblem, ssmProblem } from '../domain/group-problems.ts'
import { stageOf } from '../domain/pair.ts'
import { forwardOf, isAttached } from '../domain/routing.ts'
import type { Settings } from '../domain/settings.ts'
import { showSize, updatesServers } from '../domain/settings.ts'
import { idList, plural } from '../domain/wording.ts'
import { unknownZones } from '../domain/zone-problems.ts'
import { promotionProblems, rollbackProblems } from './later-problems.ts'
import { notGreen, unknownTestListeners } from './test-listeners.ts'
import { type Theatre, theatreOf } from './theatre.ts'
import { unplaced } from './zone-needs.ts'

/** Everything that forbids to begin, found before anything is touched; each says what to do about it. */
export function shiftProblems(settings: Settings, snapshot: Snapshot): string[] {
  const groups = [
    ...notTwo(snapshot),
    ...groupProblems(snapshot, 'pair'),
    ...unknownTestListeners(settings, snapshot),
  ]
  if (groups.length > 0) return groups
  const stage = stageOf(settings, snapshot)
  if ('problems' in stage) return [...stage.problems]
  const theatre = theatreOf(settings, snapshot)
  if (settings.mode === 'rollback') return rollbackProblems(theatre, snapshot)
  return [
    ...associationProblems(theatre),
    ...stickinessProblems(theatre),
    ...readinessProblems(theatre, snapshot),
    ...zoneShortages(theatre, snapshot),
    ...sharedServers(theatre, snapshot),
    ...ipProblem(settings, theatre.fleet, snapshot),
    ...ssmProblem(settings, [theatre.green]),
    ...theatre.testListeners
      .filter(({ isAsked, showsGreen }) => isAsked && !showsGreen)
      .map((listener) => `smoke-url asks a test listener: ${notGreen(listener, theatre.green.name)}`),
    ...(settings.mode === 'promote' ? promotionProblems(theatre) : []),
  ]
}

function notTwo({ groups, unknownGroupArns }: Snapshot): string[] {
  if (groups.length + unknownGroupArns.length === 2) return []
  return [
    `blue-green needs exactly two target groups, the one that carries the traffic and the one that is to: ${groups.length} given (${groups.map(({ name }) => name).join(', ')})`,
  ]
}

const MOST_GROUPS_AN_ACTION = 5

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
function associationProblems({ blue, green, routes, pair }: Theatre): string[] {
  const elsewhere = green.loadBalancerArns.filter((arn) => !blue.loadBalancerArns.includes(arn))
  const full = routes.filter(
    (route) =>
      !isAttached(route, pair.green) && (forwardOf(route)?.groups.length ?? 0) >= MOST_GROUPS_AN_ACTION,
  )
  return [
    ...(elsewhere.length === 0
      ? []
      : [
          `target group ${green.name} belongs to another load balancer than ${blue.name}, and can have only one: detach it there first`,
        ]),
    ...full.map(
      (route) =>
        `${route.name} forwards to ${MOST_GROUPS_AN_ACTION} target groups already, which is the most: take one that has no weight out of it, so that ${green.name} finds room`,
    ),
  ]
}

function stickinessProblems({ blue, green }: Theatre): string[] {
  const withApp = [blue, green].filter(({ targetStickiness }) => targetStickiness === 'app_cookie')
  return withApp.map(
    ({ name }) =>
      `target group ${name} has application-cookie stickiness, which an action with several target groups cannot have: use lb_cookie stickiness, or none`,
  )
}

function readinessProblems({ green, least, blueServers, settings }: Theatre, snapshot: Snapshot): string[] {
  const registered = idsIn(green, snapshot).length
  if (registered === 0) {
    return [`target group ${green.name} has no servers: register those that are to run the new version`]
  }
  if (registered >= least.green) return []
  return [
    `min-green ${showSize(settings.minGreen)} of ${plural(blueServers, 'healthy server')} is ${least.green}, but ${green.name} has ${plural(registered, 'server')} only: register more, or lower min-green`,
  ]
}

/** A zone that green cannot serve would answer 503 for green's share. */
function zoneShortages({ blue, green, zones, settings }: Theatre, snapshot: Snapshot): string[] {
  const unknown = unplaced({ blue, green }, snapshot)
  if (unknown.length > 0) {
    const names = [blue, green].filter(({ crossZone }) => crossZone === 'off').map(({ name }) => name)
    return [unknownZones(unknown, { names, placesUnknown: snapshot.placesUnknown })]
  }
  return zones.green
    .filter(({ servers, least }) => servers.length < least)
    .map(
      ({ zone, servers, least }) =>
        `target group ${green.name} has cross-zone load balancing off and ${plural(servers.length, 'server')} in ${zone}, and ${least} must be (min-green ${showSize(settings.minGreen)}): register more there, or turn load_balancing.cross_zone.enabled on for the group`,
    )
}

function idsIn({ arn }: TargetGroup, { health }: Snapshot): string[] {
  const entries = (health.get(arn) ?? []).filter((entry) => !isDraining(entry) && !isGone(entry))
  return [...new Set(entries.map(({ target }) => target.id))]
}

/** A server that is updated is down for a while, in whatever group it is. */
function sharedServers({ settings, blue, green }: Theatre, snapshot: Snapshot): string[] {
  if (settings.mode !== 'deploy' || !updatesServers(settings)) return []
  const own = idsIn(green, snapshot)
  const groups = [{ groupName: blue.name, targetIds: idsIn(blue, snapshot) }, ...snapshot.unlisted]
  return groups.flatMap(({ groupName, targetIds }) => {
    const shared = own.filter((id) => targetIds.includes(id))
    if (shared.length === 0) return []
    return [
      `${idList(shared)} of ${green.name} also ${shared.length === 1 ? 'serves' : 'serve'} target group ${groupName}, which would lose requests while they are updated: give ${green.name} servers of its own`,
    ]
  })
}
