import type { Fleet, HealthByGroup, Server } from './fleet.ts'
import { isServerHealthy } from './fleet.ts'
import type { Settings, Size } from './settings.ts'
import { sizeDown } from './settings.ts'

/** The size of batch number `index` (from 0) in a fleet of `servers`; the last size given repeats. */
export function batchSize(sizes: readonly Size[], index: number, servers: number): number {
  const size = sizes[Math.min(index, sizes.length - 1)] as Size
  return Math.max(1, sizeDown(size, servers))
}

/** Unhealthy ones first (they cost no capacity), then the zones in turn, then by id. */
export function inOrder(servers: readonly Server[], health: HealthByGroup): Server[] {
  const byId = [...servers].sort((a, b) => (a.id < b.id ? -1 : 1))
  const healthy = byId.filter((server) => isServerHealthy(server, health))
  const unhealthy = byId.filter((server) => !isServerHealthy(server, health))
  return [...unhealthy, ...zonesInTurn(healthy)]
}

function zonesInTurn(servers: readonly Server[]): Server[] {
  const zones = Map.groupBy(servers, (server) => server.registrations[0]?.target.zone ?? '')
  const queues = [...zones].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, queue]) => queue)
  const longest = Math.max(0, ...queues.map((queue) => queue.length))
  return Array.from({ length: longest }, (_, turn) =>
    queues.flatMap((queue) => queue.slice(turn, turn + 1)),
  ).flat()
}

/** The servers, in their order, cut into batches; sizes are shares of the whole fleet. */
export function batchesOf(servers: readonly Server[], settings: Settings, fleet: Fleet): Server[][] {
  const batches: Server[][] = []
  for (let start = 0; start < servers.length; ) {
    const size = batchSize(settings.batchSizes, batches.length, fleet.servers.length)
    batches.push(servers.slice(start, start + size))
    start += size
  }
  return batches
}
