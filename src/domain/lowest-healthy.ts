import type { Fleet, Snapshot } from './fleet.ts'
import { isServerHealthyIn } from './fleet.ts'
import type { Phase, Plan } from './plan.ts'
import { readinessOf } from './readiness.ts'
import { nameOfGroup } from './routing.ts'
import { type Pool, poolsOf } from './zones.ts'

/** How few healthy servers there are while a plan is performed. */
export interface LowestHealthy {
  /** Name of the target group. */
  readonly group: string
  /** Absent: in all zones. */
  readonly zone?: string
  readonly now: number
  readonly lowest: number
  /** Servers that are registered. */
  readonly of: number
}

type Health = Pick<Snapshot, 'health'>

export function lowestHealthy(plan: Plan, fleet: Fleet, snapshot: Health): LowestHealthy[] {
  if (plan.shift !== undefined) return [staysHealthy(plan.shift.blue, snapshot)]
  return poolsOf(fleet, floorIn(plan)).map((pool) => lowestIn(pool, plan, snapshot))
}

const floorIn = ({ phases }: Plan): number =>
  Math.max(0, ...phases.flatMap(({ steps }) => steps.map((step) => ('floor' in step ? step.floor : 0))))

/** Nothing is taken out of the group that carries the traffic. */
function staysHealthy(arn: string, { health }: Health): LowestHealthy {
  const { healthy, unready } = readinessOf(arn, health)
  const { length: now } = healthy
  return { group: nameOfGroup(arn), now, lowest: now, of: now + unready.size }
}

/** A batch that is too large for the moment is cut: the floor holds as long as there is one to hold. */
function lowestIn(
  { group, zone, servers, floor }: Pool,
  { phases }: Plan,
  { health }: Health,
): LowestHealthy {
  const isIn = (server: Pool['servers'][number]) => isServerHealthyIn(server, group.arn, health)
  const healthy = new Set(servers.filter(isIn).map(({ id }) => id))
  const out = phases.filter(leaves).map((phase) => phase.servers.filter((id) => healthy.has(id)).length)
  const { size: now } = healthy
  const lowest = Math.min(now, Math.max(floor, now - Math.max(0, ...out)))
  return { group: group.name, ...(zone === undefined ? {} : { zone }), now, lowest, of: servers.length }
}

const leaves = ({ steps }: Phase): boolean => steps.some(({ kind }) => kind === 'deregister')
