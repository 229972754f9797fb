import type { Part } from './estimate.ts'
import { between, type Expected, type Kind, whenCome } from './estimate-checks.ts'
import { type PastUpdate, REGISTRATION_MS, whenReady } from './estimate-ready.ts'
import type { Fleet, Server, Snapshot, TargetGroup } from './fleet.ts'
import { registrationsIn } from './fleet.ts'
import { drainMs, isNetwork, lagMs, longest, NETWORK_REGISTRATION_MS } from './network.ts'
import { pacedMs } from './pace.ts'
import type { PhaseKind, Step } from './plan.ts'
import { isAttached, sameActions, withWeights } from './routing.ts'
import type { Settings } from './settings.ts'
import { duration, plural } from './wording.ts'

export interface EstimateFacts {
  /** The servers that the plan is about, and their groups. */
  readonly fleet: Fleet
  readonly snapshot: Pick<Snapshot, 'groups' | 'health' | 'routing'>
  readonly settings: Pick<Settings, 'updateConcurrency'>
  /** By server; absent: nobody knows. */
  readonly updateMs?: (server: string) => number
}

/** What the steps before have done, as far as later ones depend on it. */
export interface Standing {
  /** Of the fleet, by id. */
  readonly servers: ReadonlyMap<string, Server>
  /** Blue's and green's on each route, by ARN. */
  readonly weights: Map<string, string>
  readonly updates: Map<string, PastUpdate>
  /** How long green has been attached when its servers have been updated. */
  attachedBeforeMs: number
  /** Since the beginning. */
  elapsedMs: number
  /** When routes may be changed as fast as at first again. */
  fullAtMs: number
}

interface Place extends EstimateFacts {
  readonly kind: PhaseKind
  readonly standing: Standing
}

export interface Costs extends Pick<Expected, 'deviationMs'> {
  readonly parts: readonly Part[]
}

/** Looks come every second while a health check may pass, and seldom when that takes minutes. */
const LOOK_MS = { near: 1_000, late: 5_000 } as const
/** A drain that is watched: ten seconds until what is seen counts, two looks; at the end it is not worth it any more. */
const EARLY_MS = { least: 12_000, looks: 2_000, notWorth: 20_000 } as const

const none: Costs = { parts: [], deviationMs: 0 }
const exactly = (...parts: readonly Part[]): Costs => ({ parts, deviationMs: 0 })

export function stepCosts(step: Step, place: Place): Costs {
  switch (step.kind) {
    case 'await-drained':
      return exactly(drain(step, place.fleet.groups))
    case 'update':
      return exactly(update(step, place))
    case 'await-healthy':
      return healthy(step, place)
    case 'await-ready':
      return step.withinMs === 0 ? none : ready(step, place)
    case 'set-weights':
      return exactly(routes(step, place))
    case 'hold':
      return exactly(hold(step, place.kind))
    default:
      return none
  }
}

function drain(step: Extract<Step, { kind: 'await-drained' }>, groups: readonly TargetGroup[]): Part {
  const cause = 'drain'
  const whole = longest(groups, drainMs)
  const slowest = groups.find((group) => drainMs(group) === whole)
  const lag = lagMs(groups)
  if (step.leastMs !== undefined && whole > Math.max(EARLY_MS.notWorth, lag + EARLY_MS.looks)) {
    const ms = Math.max(step.leastMs, lag + (lag > 0 ? EARLY_MS.looks : 0))
    return { cause, ms, why: `drains, if they end early; else ${duration(whole)}` }
  }
  const isDelay = slowest?.deregistrationDelayMs === whole
  const why = isDelay
    ? `the deregistration delay of ${slowest?.name} (${seconds(whole)} each time)`
    : `drains behind a network load balancer (${duration(whole)} each time, as it sends new connections for so long)`
  return { cause, ms: whole, why }
}

const seconds = (ms: number): string => `${ms / 1_000} s`

/** One after the other in as many lanes as there may be. */
function update(step: Extract<Step, { kind: 'update' }>, { settings, updateMs, standing }: Place): Part {
  const lanes = new Array<number>(settings.updateConcurrency ?? step.servers.length).fill(0)
  const ends = step.servers.map((id) => {
    const lane = lanes.indexOf(Math.min(...lanes))
    const tookMs = updateMs?.(id) ?? 0
    lanes[lane] = (lanes[lane] ?? 0) + tookMs
    return { id, tookMs, end: lanes[lane] ?? 0 }
  })
  const ms = Math.max(0, ...lanes)
  standing.updates.clear()
  for (const { id, tookMs, end } of ends) standing.updates.set(id, { tookMs, endedBeforeMs: ms - end })
  standing.attachedBeforeMs += ms
  return { cause: 'update', ms, why: `updates (${duration(ms)} each time, as they took the last time)` }
}

function healthy(step: Extract<Step, { kind: 'await-healthy' }>, place: Place): Costs {
  const { groups } = place.fleet
  const own = step.servers.flatMap((id) => place.standing.servers.get(id) ?? [])
  const kinds = groups.map((group): Kind => {
    const count = own.reduce((sum, server) => sum + registrationsIn(server, group.arn).length, 0)
    return { count, byThen: firstCheck(group) }
  })
  const most = longest(groups, (group) => registrationMs(group).most + group.healthCheckIntervalMs)
  const { ms, deviationMs } = whenCome(kinds, Number.POSITIVE_INFINITY, most)
  const registration = longest(groups, (group) => registrationMs(group).least)
  const isSlow = groups.some(isNetwork)
  const checks = ms - (isSlow ? registration : 0) + LOOK_MS[isSlow ? 'late' : 'near'] / 2
  const slowest = longest(groups, ({ healthCheckIntervalMs }) => healthCheckIntervalMs)
  return {
    deviationMs,
    parts: [
      ...(isSlow ? [registrationPart(registration)] : []),
      { cause: 'health-check', ms: checks, why: `the first health check (one every ${seconds(slowest)})` },
      proving(step, groups),
    ],
  }
}

const registrationPart = (ms: number): Part => ({
  cause: 'registration',
  ms,
  why: `the registration with a network load balancer, ${duration(ms)} at the least`,
})

const registrationMs = (group: TargetGroup) =>
  isNetwork(group) ? NETWORK_REGISTRATION_MS : { least: REGISTRATION_MS, most: REGISTRATION_MS }

function firstCheck(group: TargetGroup) {
  const { least, most } = registrationMs(group)
  return between(least, group.healthCheckIntervalMs, most - least)
}

function proving({ forMs }: { readonly forMs: number }, groups: readonly TargetGroup[]): Part {
  const slow = groups.find(({ slowStartMs }) => slowStartMs > 0 && slowStartMs === forMs)
  return slow === undefined
    ? { cause: 'healthy-for', ms: forMs, why: `healthy-for (${duration(forMs)} each time)` }
    : { cause: 'slow-start', ms: forMs, why: `the slow start of ${slow.name} (${seconds(forMs)} each time)` }
}

function ready(step: Extract<Step, { kind: 'await-ready' }>, place: Place): Costs {
  const { snapshot, fleet, standing } = place
  const group = snapshot.groups.find(({ arn }) => arn === step.group)
  if (group === undefined) return none
  const health = snapshot.health.get(group.arn) ?? []
  const { updates, attachedBeforeMs } = standing
  const { ms, deviationMs } = whenReady(step, { group, health, fleet, updates, attachedBeforeMs })
  const { near, late } = LOOK_MS
  const isLate = ms > Math.max(15_000, group.healthCheckIntervalMs + group.healthCheckTimeoutMs)
  const look = ms < near ? 0 : (isLate ? late : near) / 2
  const why = `health checks of ${group.name} (one every ${seconds(group.healthCheckIntervalMs)})`
  return { deviationMs, parts: [{ cause: 'health-check', ms: ms + look, why }, proving(step, [group])] }
}

/** Only routes that are other than they shall be are changed. */
function routes(step: Extract<Step, { kind: 'set-weights' }>, { snapshot, standing }: Place): Part {
  const seen = new Map(snapshot.routing?.routes.map((route) => [route.arn, route]))
  const { blue, green } = step.pair
  const changed = step.routes.filter((wanted) => {
    const text = `${wanted.blue} ${wanted.green}`
    const known = standing.weights.get(wanted.arn)
    standing.weights.set(wanted.arn, text)
    if (known !== undefined) return known !== text
    const route = seen.get(wanted.arn)
    if (route === undefined) return true
    const weights = [
      { arn: blue, weight: wanted.blue },
      { arn: green, weight: wanted.green },
    ]
    const isThere = isAttached(route, blue) && isAttached(route, green)
    return !isThere || !sameActions(route, withWeights(route, { weights, stickiness: step.stickiness }))
  })
  const { ms, fullAtMs } = pacedMs(changed.length, { nowMs: standing.elapsedMs, fullAtMs: standing.fullAtMs })
  standing.fullAtMs = fullAtMs
  standing.attachedBeforeMs = ms
  return { cause: 'routes', ms, why: `changes of ${plural(changed.length, 'route')}, three a second` }
}

function hold({ forMs, watch }: Extract<Step, { kind: 'hold' }>, kind: PhaseKind): Part {
  if (kind === 'bake') return { cause: 'bake-time', ms: forMs, why: 'bake-time' }
  return watch === undefined || forMs === watch.settleMs
    ? { cause: 'settle-time', ms: forMs, why: `settle-time (${duration(forMs)} after each change)` }
    : { cause: 'traffic', ms: forMs, why: 'the time that each share of the traffic stays' }
}
