import type { Snapshot, TargetGroup } from '../domain/fleet.ts'
import { isDraining, isGone } from '../domain/fleet.ts'
import { groupProblems, ipProblem } from '../domain/group-problems.ts'
import { shiftToGoOnWith, stageOf } from '../domain/pair.ts'
import { readinessOf, showReadiness } from '../domain/readiness.ts'
import type { Route } from '../domain/routing.ts'
import { difference, forwardOf, isAttached, nameOfGroup, withWeights } from '../domain/routing.ts'
import type { Settings } from '../domain/settings.ts'
import { showSize } from '../domain/settings.ts'
import { showShare } from '../domain/traffic.ts'
import { idList, plural } from '../domain/wording.ts'
import { type Theatre, theatreOf, weightsAt } from './theatre.ts'

/** Everything that forbids to begin, found before anything is touched; each says what to do about it. */
export function shiftProblems(settings: Settings, snapshot: Snapshot): string[] {
  const groups = [...notTwo(snapshot), ...groupProblems(snapshot, 'pair')]
  if (groups.length > 0) return groups
  const stage = stageOf(settings, snapshot)
  if ('problems' in stage) return [...stage.problems]
  const theatre = theatreOf(settings, snapshot)
  if (settings.mode === 'rollback') return rollbackProblems(theatre, snapshot)
  return [
    ...associationProblems(theatre),
    ...stickinessProblems(theatre),
    ...readinessProblems(theatre, snapshot),
    ...sharedServers(theatre, snapshot),
    ...ipProblem(settings, [theatre.green]),
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

function idsIn({ arn }: TargetGroup, { health }: Snapshot): string[] {
  const entries = (health.get(arn) ?? []).filter((entry) => !isDraining(entry) && !isGone(entry))
  return [...new Set(entries.map(({ target }) => target.id))]
}

/** A server that is updated is down for a while, in whatever group it is. */
function sharedServers({ settings, blue, green }: Theatre, snapshot: Snapshot): string[] {
  if (settings.mode !== 'deploy' || settings.updateCommand === undefined) return []
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

/** Somebody has approved what was held: it must still be that. */
function promotionProblems(theatre: Theatre): string[] {
  const { settings, base, routes } = theatre
  const last = settings.traffic.at(-1)?.share ?? 0
  const changed = routes
    .map((route) => difference(asHeld(theatre, route), route))
    .filter((text) => text !== '')
  return [
    ...(last > base || base === 1000
      ? []
      : [
          `traffic ends at ${showShare(last)}, and the rollout is held at ${showShare(base)} already: give a larger share, such as 100%`,
        ]),
    ...(changed.length === 0
      ? []
      : [
          `the routes are no longer as they were held: ${changed.join('; ')}; put them right, or go back with mode: rollback`,
        ]),
  ]
}

function asHeld(theatre: Theatre, route: Route): Route {
  const { pair, base } = theatre
  const { blue = 0, green = 0 } = weightsAt(theatre, base).find(({ arn }) => arn === route.arn) ?? {}
  const weights = [
    { arn: pair.blue, weight: blue },
    { arn: pair.green, weight: green },
  ]
  return withWeights(route, { weights, stickiness: 'as-it-is' })
}

/** The group that stands by must hold what was there before, and be able to carry it. */
function rollbackProblems({ settings, blue, pair, least }: Theatre, snapshot: Snapshot): string[] {
  const holds = snapshot.routing?.holds.get(pair.blue)
  const wanted = settings.version
  const ready = readinessOf(pair.blue, snapshot.health)
  // Nobody can have touched it while the shift was under way or held.
  const isUntouched = shiftToGoOnWith(settings, snapshot)?.state !== 'ended' && holds === undefined
  const isOther = !isUntouched && (holds ?? '') !== wanted
  return [
    ...(isOther
      ? [
          `target group ${blue.name} holds ${holds ?? 'nobody knows what'}, not ${wanted || 'what it held before'}: the weights alone would not bring that back; deploy ${wanted || 'the version that you want'} instead`,
        ]
      : []),
    ...(ready.healthy.length >= least.blue
      ? []
      : [
          `target group ${nameOfGroup(pair.blue)} has ${showReadiness(ready)}, and ${least.blue} must be before it carries all traffic: start its servers, or lower min-green`,
        ]),
  ]
}
