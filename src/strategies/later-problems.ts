import type { Snapshot } from '../domain/fleet.ts'
import { shiftToGoOnWith } from '../domain/pair.ts'
import { isEnough, readinessOf, tooFew } from '../domain/readiness.ts'
import type { Route } from '../domain/routing.ts'
import { difference, nameOfGroup, withWeights } from '../domain/routing.ts'
import { showShare, WHOLE } from '../domain/traffic.ts'
import { hasTraffic } from './shift-phases.ts'
import { type Theatre, weightsAt } from './theatre.ts'

/** Somebody has approved what was held: it must still be that. */
export function promotionProblems(theatre: Theatre): string[] {
  const { settings, base, routes } = theatre
  const last = settings.traffic.at(-1)?.share ?? 0
  const changed = routes
    .map((route) => difference(asHeld(theatre, route), route))
    .filter((text) => text !== '')
  return [
    ...(last > base || base === WHOLE
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
export function rollbackProblems(theatre: Theatre, snapshot: Snapshot): string[] {
  const { settings, blue, pair, least, zones } = theatre
  const holds = snapshot.routing?.holds.get(pair.blue)
  const wanted = settings.version
  const ready = readinessOf(pair.blue, snapshot.health)
  const isReady = isEnough(ready, { least: least.blue, zones: zones.blue })
  // Nobody can have touched it while the shift was under way or held.
  const isUntouched = shiftToGoOnWith(settings, snapshot)?.state !== 'ended' && holds === undefined
  const isOther = !isUntouched && (holds ?? '') !== wanted
  return [
    ...(isOther
      ? [
          `target group ${blue.name} holds ${holds ?? 'nobody knows what'}, not ${wanted || 'what it held before'}: the weights alone would not bring that back; deploy ${wanted || 'the version that you want'} instead`,
        ]
      : []),
    ...(isReady || !hasTraffic(theatre)
      ? []
      : [
          `target group ${tooFew({ name: nameOfGroup(pair.blue), readiness: ready, least: least.blue, zones: zones.blue })} before it carries all traffic: start its servers, or lower min-green`,
        ]),
  ]
}
