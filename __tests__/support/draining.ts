import type { Behaviour } from '../../simulator/options.ts'
import type { Run } from '../../simulator/ssm/course.ts'
import type { SsmFaults } from '../../simulator/ssm/options.ts'
import { Ssm } from '../../simulator/ssm/ssm.ts'
import { createConnectionProbe } from '../../src/updaters/ssm.ts'
import { Traffic } from './in-flight.ts'
import { ssmClientOf } from './ssm-place.ts'
import { World, type WorldOptions } from './world.ts'

export type Reading = Behaviour['reregisterWhileDraining']

/** What AWS may do with a target that is registered while it drains; the first one is the kind one. */
export const READINGS: readonly Reading[] = ['accept', 'reject', 'ignore', 'defer']

/** The case: 300 s of delay, requests of up to a second, new ones for 8 s after a target has left. */
export const fleetOf = (reading: Reading): WorldOptions => ({
  targetType: 'instance',
  groups: [{ delaySeconds: 300 }],
  behaviour: { reregisterWhileDraining: reading, deregistrationLagMs: 8_000 },
})

export interface Measured {
  readonly seconds: number
  readonly outcome: string
  readonly sent: number
  readonly lost: readonly string[]
  readonly world: World
}

export type ProbeOf = (ask: { inFlightAt(id: string): number }) => WorldOptions['drainProbe']

/** Asks an app's own counter of requests. */
export const byCounter: ProbeOf = (ask) => ({ isDrained: async (server) => ask.inFlightAt(server.id) === 0 })

/** A rollout in halves under load. */
export async function measure(options: WorldOptions, probeOf?: ProbeOf): Promise<Measured> {
  const ask = { inFlightAt: (id: string) => traffic.inFlightAt(id) }
  const drainProbe = probeOf?.(ask)
  const world = new World({ ...options, ...(drainProbe === undefined ? {} : { drainProbe }) })
  const traffic = new Traffic(world, { perSecond: 20, longestMs: 1_000 })
  const startedAt = world.clock.now()
  const { outcome } = await world.rollOut()
  const { sent, lost } = traffic
  return { world, outcome, sent, lost, seconds: (world.clock.now() - startedAt) / 1_000 }
}

export interface ByConnections {
  readonly world: World
  readonly ssm: Ssm
}

/** A fleet whose servers are asked for their connections. `run`: how the script goes there. */
export function askedByRunCommand(
  options: WorldOptions,
  { run, faults }: { run: Run; faults?: Partial<SsmFaults> },
): ByConnections {
  const held: { ssm?: Ssm } = {}
  const world: World = new World({
    ...options,
    drainProbe: (clock) =>
      createConnectionProbe({
        client: ssmClientOf(world.clock, held.ssm as Ssm),
        clock,
        rolloutId: 'r-001',
      }),
  })
  const ssm = new Ssm({ clock: world.clock, run, ...(faults === undefined ? {} : { faults }) })
  held.ssm = ssm
  for (const id of world.servers.keys()) ssm.addNode(id)
  return { world, ssm }
}
