import type { GateScope, Phase, Step, TrafficStep as TrafficPlanStep } from '../domain/plan.ts'
import { weightOf } from '../domain/routing.ts'
import { dependsOnVersion, isPerServer, updatesServers } from '../domain/settings.ts'
import type { Share, TrafficStep } from '../domain/traffic.ts'
import { WHOLE } from '../domain/traffic.ts'
import { asksGreen, type Theatre, weightsAt } from './theatre.ts'
import { awaitsHealthAfterUpdate, awaitsHealthFor, updateWithin } from './timing.ts'

const idsOf = ({ fleet }: Theatre): string[] => fleet.servers.map(({ id }) => id)

/** Makes green ready while it carries nothing: a group that no route names is not even health-checked. */
export function readyPhase(theatre: Theatre): Phase {
  const { settings, base, green } = theatre
  const servers = idsOf(theatre)
  const updating = settings.mode === 'deploy' ? updates(theatre) : []
  const forMs =
    updating.length > 0 ? awaitsHealthAfterUpdate(settings, green) : awaitsHealthFor(settings, [green])
  return {
    kind: 'ready',
    servers,
    steps: [
      setWeights(theatre, { share: base, drift: 'stops' }),
      ...updating,
      awaitReady(theatre, { forMs, withinMs: settings.healthTimeoutMs }),
      ...checks(theatre),
    ],
  }
}

function updates(theatre: Theatre): Step[] {
  const { settings } = theatre
  if (!updatesServers(settings)) return []
  const servers = idsOf(theatre)
  return [{ kind: 'update', servers, version: settings.version, withinMs: updateWithin(servers, settings) }]
}

/** Before any user sees it: each server by itself, or the service where a listener shows green. */
function checks(theatre: Theatre): Step[] {
  const { smoke, version, healthTimeoutMs: withinMs } = theatre.settings
  if (smoke === undefined || !(isPerServer(smoke) || asksGreen(theatre))) return []
  const scope: GateScope = isPerServer(smoke) ? 'server' : 'service'
  return [{ kind: 'check', scope, servers: idsOf(theatre), version, withinMs }]
}

export function shiftPhase(theatre: Theatre, { share, holdMs = 0 }: TrafficStep): Phase {
  const { settleTimeMs } = theatre.settings
  return {
    kind: 'shift',
    share,
    servers: [],
    steps: [
      awaitReady(theatre, { forMs: 0, withinMs: 0 }),
      setWeights(theatre, { share, drift: 'stops' }),
      hold(theatre, { share, forMs: Math.max(holdMs, settleTimeMs), settleMs: settleTimeMs }),
    ],
  }
}

export function bakePhase(theatre: Theatre): Phase {
  const { bakeTimeMs: forMs } = theatre.settings
  return { kind: 'bake', servers: [], steps: [hold(theatre, { share: WHOLE, forMs, settleMs: 0 })] }
}

/**
 * Takes the traffic back. `checked`: an operator wants it. `recovered`: somebody died in the middle. `at-once`: green has
 * failed, and blue carried everything a moment ago. `cut-short`: there are seconds left, and so it goes where the process
 * began; `cut-short-home`: it was on its way to blue already.
 */
export type WayBack = 'checked' | 'recovered' | 'at-once' | 'cut-short' | 'cut-short-home'

const BLUE_WITHIN_MS = 60_000

export function shiftBackPhase(theatre: Theatre, way: WayBack): Phase {
  const { settings, base } = theatre
  const isCutShort = way === 'recovered' || way === 'cut-short'
  const share = isCutShort && settings.mode !== 'rollback' ? base : 0
  const asks = hasTraffic(theatre) && (way === 'checked' || (way === 'recovered' && share === 0))
  const settles = way === 'checked' || way === 'at-once'
  const back = setWeights(theatre, { share, drift: 'stays' })
  return {
    kind: 'shift-back',
    share,
    servers: [],
    steps: [
      ...(asks ? [blueIsReady(theatre, way === 'checked' ? 0 : BLUE_WITHIN_MS)] : []),
      back,
      // A call that was cut off by what ended the way forward may have taken effect after all.
      ...(settles ? [{ kind: 'hold', forMs: settings.settleTimeMs } as const, back] : []),
    ],
  }
}

/** Where green carries nothing, blue does already, whatever its health. */
export const hasTraffic = ({ routes, pair }: Theatre): boolean =>
  routes.some((route) => weightOf(route, pair.green) > 0)

function blueIsReady({ pair, least, zones }: Theatre, withinMs: number): Step {
  const needs = { least: least.blue, zones: zones.blue }
  return { kind: 'await-ready', group: pair.blue, ...needs, forMs: 0, withinMs }
}

function awaitReady({ pair, least, zones }: Theatre, times: { forMs: number; withinMs: number }): Step {
  return { kind: 'await-ready', group: pair.green, least: least.green, zones: zones.green, ...times }
}

function setWeights(theatre: Theatre, given: { share: Share; drift: 'stops' | 'stays' }): Step {
  const { blue, green, pair } = theatre
  const isSticky = blue.targetStickiness !== 'off' || green.targetStickiness !== 'off'
  const routes = weightsAt(theatre, given.share)
  return { kind: 'set-weights', ...given, pair, routes, stickiness: isSticky ? 'needed' : 'as-it-is' }
}

function hold(theatre: Theatre, times: { share: Share; forMs: number; settleMs: number }): TrafficPlanStep {
  const { pair, least, zones, settings } = theatre
  const { share, forMs, settleMs } = times
  const watch = {
    groups: [{ arn: pair.green, least: least.green, zones: zones.green }],
    servers: idsOf(theatre),
    version: settings.version,
    scopes: scopesAt(theatre, share),
    traffic: { pair, share },
    settleMs: asksGreen(theatre) ? 0 : settleMs,
  }
  return { kind: 'hold', forMs, watch }
}

/** Through the load balancer the new version can be asked for only once it gets every request. */
function scopesAt(theatre: Theatre, share: Share): GateScope[] {
  const { smoke } = theatre.settings
  if (smoke === undefined) return []
  if (isPerServer(smoke)) return ['server']
  return asksGreen(theatre) || share === WHOLE || !dependsOnVersion(smoke) ? ['service'] : []
}
