import type { Fleet, HealthByGroup, Server, TargetGroup } from './fleet.ts'
import { isServerHealthyIn, isServerIn, isServerPartlyHealthyIn } from './fleet.ts'
import { readinessOf } from './readiness.ts'
import type { Settings } from './settings.ts'
import { sizeUp } from './settings.ts'
import type { Pool } from './zones.ts'
import { poolsOf } from './zones.ts'

/** The number of healthy servers that must stay in every group: never zero, whatever was asked. */
export function floorOf(settings: Settings, fleet: Fleet): number {
  return Math.max(1, sizeUp(settings.minHealthy, fleet.servers.length))
}

/** How many servers are healthy in the group where they are fewest. */
export function healthyServers(fleet: Fleet, health: HealthByGroup): number {
  const counts = fleet.groups.map(
    (group) =>
      fleet.servers.filter((server) => isServerHealthyIn(server, group.arn, health)).length +
      newcomers(fleet, group, health),
  )
  return Math.min(...counts)
}

/** Healthy ones that were registered since, by Auto Scaling as like as not: they carry traffic like the others. */
function newcomers({ servers }: Fleet, { arn }: TargetGroup, health: HealthByGroup): number {
  const known = new Set(servers.map(({ id }) => id))
  return readinessOf(arn, health).healthy.filter((id) => !known.has(id)).length
}

/**
 * Those of the candidates that may leave now, in their order. A healthy one must leave the floor's number of healthy
 * servers behind in every group, and its share of it in its zone where cross-zone balancing is off. An unhealthy one costs no capacity; but one that is healthy on some port is not taken
 * when nothing else is healthy, and because the load balancer fails open when nothing is, the floor's number of servers
 * stays registered in any case.
 */
export function fitting(
  candidates: readonly Server[],
  facts: { readonly fleet: Fleet; readonly health: HealthByGroup; readonly floor: number },
): Server[] {
  const pools = poolsOf(facts.fleet, facts.floor).map((pool) => new PoolCapacity(pool, facts))
  return candidates.filter((server) => {
    const concerned = pools.filter((pool) => pool.holds(server))
    const fits = concerned.every((pool) => pool.canSpare(server))
    if (fits) for (const pool of concerned) pool.take(server)
    return fits
  })
}

/**
 * Whether the others alone are enough: the floor's number of them healthy in every group, and its share in the zones from
 * which the `costly` ones left. What became of another zone is not for them to make good.
 */
export function holdsWithout(
  servers: readonly Server[],
  facts: {
    readonly fleet: Fleet
    readonly health: HealthByGroup
    readonly floor: number
    readonly costly: readonly Server[]
  },
): boolean {
  const { fleet, health, floor, costly } = facts
  const out = new Set(servers)
  return poolsOf(fleet, floor)
    .filter((pool) => pool.zone === undefined || costly.some((server) => pool.servers.includes(server)))
    .every((pool) => {
      const others = pool.servers.filter((server) => !out.has(server))
      const healthy = others.filter((server) => isServerHealthyIn(server, pool.group.arn, health)).length
      const more = pool.zone === undefined ? newcomers(fleet, pool.group, health) : 0
      return healthy + more >= pool.floor
    })
}

/** What a pool has left while servers are chosen to leave it. */
class PoolCapacity {
  readonly #arn: string
  readonly #health: HealthByGroup
  readonly #floor: number
  readonly #ids: ReadonlySet<string>
  #healthy: number
  #registered: number

  /** In which zone newcomers are is not known. */
  constructor(
    { group, zone, servers, floor }: Pool,
    { fleet, health }: { fleet: Fleet; health: HealthByGroup },
  ) {
    this.#arn = group.arn
    this.#health = health
    this.#floor = floor
    this.#ids = new Set(servers.map(({ id }) => id))
    const more = zone === undefined ? newcomers(fleet, group, health) : 0
    this.#healthy = servers.filter((server) => this.#isHealthy(server)).length + more
    this.#registered = servers.filter((server) => this.#isIn(server)).length + more
  }

  holds({ id }: Server): boolean {
    return this.#ids.has(id)
  }

  canSpare(server: Server): boolean {
    if (!this.#isIn(server)) return true
    if (this.#registered <= this.#floor) return false
    if (this.#isHealthy(server)) return this.#healthy > this.#floor
    return this.#healthy > 0 || !isServerPartlyHealthyIn(server, this.#arn, this.#health)
  }

  take(server: Server): void {
    if (this.#isHealthy(server)) this.#healthy--
    if (this.#isIn(server)) this.#registered--
  }

  #isHealthy(server: Server): boolean {
    return isServerHealthyIn(server, this.#arn, this.#health)
  }

  #isIn(server: Server): boolean {
    return isServerIn(server, this.#arn, this.#health)
  }
}
