import type { Snapshot } from '../domain/fleet.ts'
import { changesMs, PACE } from '../domain/pace.ts'
import { readinessOf, showReadiness } from '../domain/readiness.ts'
import { forwardOf, weightOf } from '../domain/routing.ts'
import type { Settings } from '../domain/settings.ts'
import { duration, idList, plural } from '../domain/wording.ts'
import { notGreen } from './test-listeners.ts'
import { type Theatre, theatreOf } from './theatre.ts'

/** What the user should know before it begins. */
export function shiftWarnings(settings: Settings, snapshot: Snapshot): string[] {
  const theatre = theatreOf(settings, snapshot)
  return [
    ...stickyClients(theatre),
    ...manyRoutes(theatre),
    ...wrongTestListeners(theatre),
    ...otherRoutes(theatre, snapshot),
    ...unknownBefore(theatre),
    ...unhealthyBlue(theatre, snapshot),
  ]
}

function stickyClients({ routes, blue, green }: Theatre): string[] {
  const sticky = routes.filter((route) => forwardOf(route)?.stickiness.enabled === true)
  const isSwitchedOn = [blue, green].some(({ targetStickiness }) => targetStickiness !== 'off')
  const longest = Math.max(0, ...sticky.map((route) => forwardOf(route)?.stickiness.seconds ?? 0))
  if (longest > 1) {
    return [
      `group stickiness: a client stays on the side that it was sent to first for up to ${duration(longest * 1000)} after a shift, and as long on ${green.name} after a rollback: where that is too long, shorten or switch off the stickiness of the routes`,
    ]
  }
  if (!isSwitchedOn || sticky.length === routes.length) return []
  return [
    'a target group has target stickiness, so the load balancer demands group stickiness too: it is switched on with one second, the shortest there is, and stays on',
  ]
}

function manyRoutes({ routes }: Theatre): string[] {
  if (routes.length <= PACE.atOnce) return []
  return [
    `${plural(routes.length, 'route')} are changed at each step, which takes ${duration(changesMs(routes.length))} each time, on the way back too: ELBv2 lets an account make three changes a second; meanwhile some have the new weights and others the old; fewer steps of traffic take less`,
  ]
}

function wrongTestListeners({ settings, testListeners, green }: Theatre): string[] {
  if (settings.mode === 'rollback') return []
  return testListeners.filter(({ showsGreen }) => !showsGreen).map((one) => notGreen(one, green.name))
}

/** Seen from the record of another job the routes that are new since are not ours. */
function otherRoutes({ settings, routes, pair }: Theatre, { routing }: Snapshot): string[] {
  if (settings.mode !== 'rollback') return []
  const own = new Set(routes.map(({ arn }) => arn))
  const others = (routing?.routes ?? []).filter(
    ({ arn, ...route }) => !own.has(arn) && weightOf({ arn, ...route }, pair.green) > 0,
  )
  if (others.length === 0) return []
  return [
    `not part of that rollout, and left as ${others.length === 1 ? 'it is' : 'they are'}, with traffic on the version that is left (put them right by hand): ${idList(others.map(({ name }) => name))}`,
  ]
}

function unknownBefore({ settings, blue }: Theatre): string[] {
  if (settings.mode !== 'deploy' || settings.previousVersion !== undefined) return []
  return [
    `which version ${blue.name} holds is not known (no rollout has written it, and previous-version is empty): a rollback will bring back whatever it is; give previous-version, and it can be checked`,
  ]
}

function unhealthyBlue({ settings, pair, blue }: Theatre, { health }: Snapshot): string[] {
  const readiness = readinessOf(pair.blue, health)
  if (settings.mode === 'rollback' || readiness.unready.size === 0) return []
  return [
    `${blue.name}, to which a rollback would go, has ${showReadiness(readiness)}: start the others first, if it is to carry everything again`,
  ]
}
