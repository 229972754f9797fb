import type { Fleet, HealthByGroup, Server } from './fleet.ts'
import { isServerHealthyIn, isServerIn, isServerPartlyHealthyIn } from './fleet.ts'
import type { Settings } from './settings.ts'
import { sizeUp } from './settings.ts'

/** The number of healthy servers that must stay in every group: never zero, whatever was asked. */
export function floorOf(settings: Settings, fleet: Fleet): number {
  return Math.max(1, sizeUp(settings.minHealthy, fleet.servers.length))
}

/** How many servers are healthy in the group where they are fewest. */
export function healthyServers(fleet: Fleet, health: HealthByGroup): number {
  const counts = fleet.groups.map(
    (group) => fleet.servers.filter((server) => isServerHealthyIn(server, group.arn, health)).length,
  )
  return Math.min(...counts)
}

/**
 * Those of the candidates that may leave now, in their order. A healthy one must leave the floor's number of healthy
 * servers behind in every group. An unhealthy one costs no capacity; but one that is healthy on some port is not taken
 * when nothing else is healthy, and because the load balancer fails open when nothing is, the floor's number of servers
 * stays registered in any case.
 */
export function fitting(
  candidates: readonly Server[],
  facts: { readonly fleet: Fleet; readonly health: HealthByGroup; readonly floor: number },
): Server[] {
  const groups = facts.fleet.groups.map(({ arn }) => new GroupCapacity(arn, facts))
  return candidates.filter((server) => {
    const fits = groups.every((group) => group.canSpare(server))
    if (fits) for (const group of groups) group.take(server)
    return fits
  })
}

/** Whether the others alone are enough: the floor's number of them healthy in every group. */
export function holdsWithout(
  servers: readonly Server[],
  facts: { readonly fleet: Fleet; readonly health: HealthByGroup; readonly floor: number },
): boolean {
  const without = facts.fleet.servers.filter((server) => !servers.includes(server))
  const others = { ...facts.fleet, servers: without }
  return healthyServers(others, facts.health) >= facts.floor
}

/** What a group has left while servers are chosen to leave it. */
class GroupCapacity {
  readonly #arn: string
  readonly #health: HealthByGroup
  readonly #floor: number
  #healthy: number
  #registered: number

  constructor(arn: string, { fleet, health, floor }: Parameters<typeof fitting>[1]) {
    this.#arn = arn
    this.#health = health
    this.#floor = floor
    this.#healthy = fleet.servers.filter((server) => this.#isHealthy(server)).length
    this.#registered = fleet.servers.filter((server) => this.#isIn(server)).length
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
