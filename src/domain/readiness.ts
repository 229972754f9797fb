import type { HealthByGroup, TargetHealth } from './fleet.ts'
import { isDraining, isGone, isHealthy } from './fleet.ts'
import type { Size } from './settings.ts'
import { sizeUp } from './settings.ts'

/** The servers of one group, told by its health alone. */
export interface Readiness {
  /** Healthy on every port. */
  readonly healthy: readonly string[]
  /** The others, each with the reason. */
  readonly unready: ReadonlyMap<string, string>
}

export function readinessOf(groupArn: string, health: HealthByGroup): Readiness {
  const registered = (health.get(groupArn) ?? []).filter((entry) => !isDraining(entry) && !isGone(entry))
  const healthy: string[] = []
  const unready = new Map<string, string>()
  for (const [id, entries] of Map.groupBy(registered, ({ target }) => target.id)) {
    const sick = entries.find((entry) => !isHealthy(entry))
    if (sick === undefined) healthy.push(id)
    else unready.set(id, reasonOf(sick))
  }
  return { healthy, unready }
}

function reasonOf({ state, reason, description, target }: TargetHealth): string {
  const why = [reason, description].filter(Boolean).join(': ')
  return `${state} on port ${target.port}${why && ` (${why})`}`
}

/** `min-green`: healthy servers that a group needs before it may carry what the other one does. At least one. */
export const leastFor = (minGreen: Size, othersHealthy: number): number =>
  Math.max(1, sizeUp(minGreen, othersHealthy))

/** What a group needs in one zone, where cross-zone balancing is off. */
export interface ZoneNeed {
  readonly zone: string
  /** Those that it has there. */
  readonly servers: readonly string[]
  /** How many of them must be healthy. */
  readonly least: number
}

/** In all, and in each zone. */
export const isEnough = (
  { healthy }: Pick<Readiness, 'healthy'>,
  { least, zones }: { readonly least: number; readonly zones: readonly ZoneNeed[] | undefined },
): boolean => healthy.length >= least && lackingZone(zones, healthy) === undefined

/** `1 healthy in eu-west-1b, and 2 must be` of the first zone that has too few; none: undefined. */
export function lackingZone(
  needs: readonly ZoneNeed[] | undefined,
  healthy: readonly string[],
): string | undefined {
  for (const { zone, servers, least } of needs ?? []) {
    const count = servers.filter((id) => healthy.includes(id)).length
    if (count < least) return `${count} healthy in ${zone}, and ${least} must be`
  }
  return undefined
}

/** `3 healthy of 4 (i-4: unhealthy on port 80)`. */
export function showReadiness({ healthy, unready }: Readiness): string {
  const [sick] = unready
  const example = sick === undefined ? '' : ` (${sick[0]}: ${sick[1]})`
  return `${healthy.length} healthy of ${healthy.length + unready.size}${example}`
}

/** What a group has, and must have: `green has 3 healthy of 4, and 4 must be`. */
export function tooFew(facts: {
  readonly name: string
  readonly readiness: Readiness
  readonly least: number
  readonly zones: readonly ZoneNeed[] | undefined
}): string {
  const { name, readiness, least, zones } = facts
  const lacking = lackingZone(zones, readiness.healthy)
  const inAll = `${name} has ${showReadiness(readiness)}`
  if (readiness.healthy.length < least) return `${inAll}, and ${least} must be`
  return lacking === undefined ? `${inAll}, and ${least} must be` : `${inAll}, but ${lacking}`
}
