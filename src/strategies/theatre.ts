import type { Fleet, Snapshot, TargetGroup } from '../domain/fleet.ts'
import { fleetOf } from '../domain/fleet.ts'
import type { RouteBefore } from '../domain/journal.ts'
import { shiftToGoOnWith, stageOf } from '../domain/pair.ts'
import type { RouteWeights } from '../domain/plan.ts'
import { leastFor, readinessOf } from '../domain/readiness.ts'
import type { Pair, Route } from '../domain/routing.ts'
import { weightOf } from '../domain/routing.ts'
import type { Settings } from '../domain/settings.ts'
import type { Share } from '../domain/traffic.ts'
import { weightsFor } from '../domain/traffic.ts'
import { type TestListener, testListeners } from './test-listeners.ts'
import { type ZoneNeeds, zoneNeeds } from './zone-needs.ts'

/** Everything that a plan of a shift is made from. */
export interface Theatre {
  readonly settings: Settings
  readonly pair: Pair
  readonly blue: TargetGroup
  readonly green: TargetGroup
  /** Green's servers. */
  readonly fleet: Fleet
  readonly routes: readonly Route[]
  /** Green's share where this process begins. */
  readonly base: Share
  readonly before: readonly RouteBefore[]
  /** Healthy servers of blue before the rollout. */
  readonly blueServers: number
  /** Healthy servers that green needs to carry traffic, and blue to carry all of it again. */
  readonly least: { readonly green: number; readonly blue: number }
  /** And in each zone, where zones depend on themselves. */
  readonly zones: ZoneNeeds
  readonly testListeners: readonly TestListener[]
}

/** Preflight has found nothing that forbids it. */
export function theatreOf(settings: Settings, snapshot: Snapshot): Theatre {
  const stage = stageOf(settings, snapshot)
  if ('problems' in stage) throw new Error(stage.problems.join('; '))
  const { pair, routes } = stage
  const written = shiftToGoOnWith(settings, snapshot)
  const healthy = (arn: string) => readinessOf(arn, snapshot.health).healthy.length
  const blueServers = written?.blueServers ?? healthy(pair.blue)
  const { minGreen } = settings
  const ofGreen = leastFor(minGreen, healthy(pair.green))
  const sides = { blue: groupIn(snapshot, pair.blue), green: groupIn(snapshot, pair.green) }
  return {
    settings,
    pair,
    routes,
    ...sides,
    zones: zoneNeeds(settings, snapshot, sides),
    fleet: fleetIn(snapshot, pair.green),
    base: written?.base ?? 0,
    before:
      written?.routes ?? routes.map((route) => ({ arn: route.arn, weight: weightOf(route, pair.blue) })),
    blueServers,
    least: {
      green: leastFor(minGreen, blueServers),
      // As many as carried all of it before are enough, also when green has more.
      blue: Math.min(ofGreen, leastFor(minGreen, blueServers)),
    },
    testListeners: testListeners(settings, snapshot, pair),
  }
}

function groupIn({ groups }: Snapshot, arn: string): TargetGroup {
  const group = groups.find((one) => one.arn === arn)
  if (group === undefined) throw new Error(`${arn} is not among the groups that were read`)
  return group
}

/** The servers of one group. */
function fleetIn(snapshot: Snapshot, groupArn: string): Fleet {
  const groups = snapshot.groups.filter(({ arn }) => arn === groupArn)
  const health = new Map([...snapshot.health].filter(([arn]) => arn === groupArn))
  return fleetOf({ ...snapshot, groups, health })
}

/** Weights of the routes that give green this share; none: those of before the rollout. */
export function weightsAt({ routes, before }: Theatre, share: Share): RouteWeights[] {
  const weights = new Map(before.map(({ arn, weight }) => [arn, weight]))
  return routes.map(({ arn }) =>
    share === 0 ? { arn, blue: weights.get(arn) ?? 1, green: 0 } : { arn, ...weightsFor(share) },
  )
}

/** Whether the smoke test is asked through a listener that shows green, whatever the others show. */
export const asksGreen = ({ testListeners: listeners }: Theatre): boolean =>
  listeners.some(({ isAsked, showsGreen }) => isAsked && showsGreen)
