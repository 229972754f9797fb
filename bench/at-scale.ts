import { sdkClient } from '../__tests__/support/sdk-client.ts'
import { runCommand } from '../__tests__/support/ssm-place.ts'
import { NEW, World } from '../__tests__/support/world.ts'
import type { CallEvent } from '../simulator/events.ts'

/** A rollout of many instances by Run Command, in virtual time, through the real clients of the SDK. */
export interface AtScale {
  readonly servers: number
  readonly batch: number
}

export type Service = 'elbv2' | 'ssm'

export interface Scaled {
  readonly given: AtScale
  readonly outcome: string
  readonly updated: number
  /** Virtual. */
  readonly seconds: number
  /** By service, then by action; those that were throttled too. */
  readonly calls: Readonly<Record<Service, Readonly<Record<string, number>>>>
  readonly throttled: number
}

const SECOND = 1_000
/** 20 to 58 s, as installing and starting a service may take. */
const updateMs = (id: string): number => (20 + (Number.parseInt(id.slice(2), 16) % 39)) * SECOND

/**
 * With the token buckets that AWS publishes for ELBv2. It publishes none for Systems Manager: each operation is taken to
 * have 20 calls, and 5 more each second (`simulator/ssm/faults.ts`).
 */
export async function rollOutAtScale(given: AtScale): Promise<Scaled> {
  const world = new World({
    ...{ servers: given.servers, targetType: 'instance', client: sdkClient, ssm: runCommand(), updateMs },
    faults: { buckets: true },
  })
  const calls: Record<Service, Record<string, number>> = { elbv2: {}, ssm: {} }
  let throttled = 0
  const count = (service: Service, { action, error = '' }: CallEvent) => {
    calls[service][action] = (calls[service][action] ?? 0) + 1
    if (error.startsWith('Throttling')) throttled++
  }
  world.simulator.observe((event) => event.type === 'call' && count('elbv2', event))
  world.ssm.observe((event) => count('ssm', event))
  const startedAt = world.clock.now()
  const { outcome } = await world.rollOut({ batchSizes: [{ count: given.batch }] })
  const updated = world.versions().filter((version) => version === NEW).length
  return { given, outcome, updated, seconds: (world.clock.now() - startedAt) / SECOND, calls, throttled }
}
