import { floorOf } from './capacity.ts'
import type { Fleet, HealthByGroup, Server } from './fleet.ts'
import { isServerHealthy, zoneOf } from './fleet.ts'
import type { Settings, Size } from './settings.ts'
import { sizeDown } from './settings.ts'
import type { Pool } from './zones.ts'
import { poolsOf } from './zones.ts'

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
  const zones = Map.groupBy(servers, (server) => zoneOf(server) ?? '')
  const queues = [...zones].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, queue]) => queue)
  const longest = Math.max(0, ...queues.map((queue) => queue.length))
  return Array.from({ length: longest }, (_, turn) =>
    queues.flatMap((queue) => queue.slice(turn, turn + 1)),
  ).flat()
}

/**
 * The servers, in their order, cut into batches; sizes are shares of the whole fleet. Where each zone depends on its own
 * servers, one that its zone cannot spare yet waits for a later batch.
 */
export function batchesOf(servers: readonly Server[], settings: Settings, fleet: Fleet): Server[][] {
  const pools = poolsOf(fleet, floorOf(settings, fleet)).filter(({ zone }) => zone !== undefined)
  const batches: Server[][] = []
  for (let left = servers; left.length > 0; ) {
    const size = batchSize(settings.batchSizes, batches.length, fleet.servers.length)
    const batch = new Set(nextBatch(left, { size, pools }))
    batches.push([...batch])
    left = left.filter((server) => !batch.has(server))
  }
  return batches
}

function nextBatch(
  servers: readonly Server[],
  { size, pools }: { readonly size: number; readonly pools: readonly Pool[] },
): Server[] {
  const limits = pools.map((pool) => ({
    ids: new Set(pool.servers.map(({ id }) => id)),
    // Preflight refuses a zone that can spare none.
    room: Math.max(1, pool.servers.length - pool.floor),
  }))
  const batch: Server[] = []
  for (const server of servers) {
    if (batch.length === size) break
    const concerned = limits.filter(({ ids }) => ids.has(server.id))
    if (concerned.some(({ room }) => room === 0)) continue
    for (const limit of concerned) limit.room--
    batch.push(server)
  }
  return batch
}
