import { fitting, healthyServers, holdsWithout } from '../domain/capacity.ts'
import type { HealthByGroup, Server } from '../domain/fleet.ts'
import { isServerHealthyIn } from '../domain/fleet.ts'
import { plural } from '../domain/wording.ts'
import { worstCaseMs } from '../domain/worst-case.ts'
import { isZonal } from '../domain/zones.ts'
import type { Handler, Run, StepResult } from './run.ts'
import { serversIn } from './run.ts'
import { watch } from './wait.ts'

/** Waits until at least one server of the batch may leave; those that may not yet are cut off the batch. */
export const reserveCapacity: Handler<'reserve-capacity'> = async (run, step) => {
  const { fleet } = run
  await run.journal.extend(worstCaseMs([step], fleet), run.signal)
  const candidates = serversIn(run, step.servers)
  const startedAt = run.ports.clock.now()
  return watch<StepResult>(
    run,
    (health, now) => {
      const leaving = fitting(candidates, { fleet, health, floor: step.floor })
      if (leaving.length > 0) {
        run.costing = new Set(
          leaving.filter((server) => costsCapacity(run, server, health)).map(({ id }) => id),
        )
        const kept = new Set(leaving.map(({ id }) => id))
        const later = step.servers.filter((id) => !kept.has(id))
        return { done: later.length > 0 ? { cut: later } : undefined }
      }
      const healthy = healthyServers(fleet, health)
      if (now - startedAt >= step.withinMs) {
        return {
          done: {
            failed: `no server may leave: ${healthy} healthy of ${fleet.servers.length}, and ${step.floor} must stay${eachZone(run)}`,
          },
        }
      }
      const text = `capacity: ${plural(healthy, 'server')} healthy, the floor is ${step.floor}${eachZone(run)}`
      return { text, earliest: startedAt }
    },
    { limitMs: step.withinMs },
  )
}

/** Where each zone depends on its own servers the floor is not all. */
const eachZone = ({ fleet }: Run): string => (isZonal(fleet) ? ', and its share in each zone' : '')

/** What has happened when `isFloorKept` says no. */
export const belowFloor = (run: Run, floor: number): string =>
  `fewer than ${floor} others${isZonal(run.fleet) ? ', or too few of a zone,' : ''}`

const costsCapacity = (run: Run, server: Server, health: HealthByGroup): boolean =>
  run.fleet.groups.some(({ arn }) => isServerHealthyIn(server, arn, health))

/** Whether the others are still enough without these servers; those that were unhealthy when they left cost nothing. */
export function isFloorKept(
  run: Run,
  { servers, health, floor }: { servers: readonly Server[]; health: HealthByGroup; floor: number },
): boolean {
  const costly = servers.filter(({ id }) => run.costing.has(id))
  if (costly.length === 0) return true
  return holdsWithout(servers, { fleet: run.fleet, health, floor, costly })
}
