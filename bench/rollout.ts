import { Stage, type StageOptions } from '../demo/stage.ts'
import type { SimulatorEvent } from '../simulator/events.ts'
import { PeakMemory } from './memory.ts'

/** In real time, with the shortest interval that AWS has. */
export const CONDITIONS = { delaySeconds: 5, intervalSeconds: 5, healthyForSeconds: 5 } as const

export interface BenchCase {
  readonly servers: number
  readonly batch: number
}

export interface Measured {
  readonly given: BenchCase
  readonly seconds: number
  /** Of each batch: seconds that neither drain, update, first passing check nor healthy-for account for. */
  readonly beyond: readonly number[]
  /** Calls before the first change. */
  readonly callsBefore: Readonly<Record<string, number>>
  /** Calls from the first change on, but for polls. */
  readonly callsAfter: Readonly<Record<string, number>>
  /** DescribeTargetHealth, from the first change on. */
  readonly polls: number
  readonly peakMemoryBytes: number
}

/** The parts of the report that are read here. */
interface Report {
  readonly phases: readonly {
    readonly durationSeconds: number
    readonly servers: readonly { readonly id: string; readonly updateSeconds: number }[]
  }[]
}

/** One good rollout without load, watched from the load balancer's side. */
export async function measure(given: BenchCase): Promise<Measured> {
  const options: StageOptions = {
    ...CONDITIONS,
    servers: given.servers,
    version: '1.0.1',
    seed: given.servers,
  }
  const stage = await Stage.open(options)
  const events: SimulatorEvent[] = []
  stage.simulator.observe((event) => events.push(event))
  try {
    const run = stage.run({
      version: '1.0.2',
      'previous-version': '1.0.1',
      'batch-size': String(given.batch),
      'healthy-for': `${CONDITIONS.healthyForSeconds}s`,
    })
    const memory = new PeakMemory(run.pid)
    const { outputs, seconds, report } = await run.ended
    if (outputs.outcome !== 'succeeded')
      throw new Error(`a rollout ended as ${outputs.outcome}: ${outputs.reason}`)
    const beyond = beyondIn(report as Report, events)
    return { given, seconds, beyond, ...callsIn(events), peakMemoryBytes: memory.stop() }
  } finally {
    await stage.close()
  }
}

function beyondIn({ phases }: Report, events: readonly SimulatorEvent[]): number[] {
  return phases.map(({ durationSeconds, servers }) => {
    const updateMs = Math.max(...servers.map((server) => server.updateSeconds)) * 1000
    const checkMs = Math.max(...servers.map(({ id }) => checkMsOf(id, events)))
    const owedMs = (CONDITIONS.delaySeconds + CONDITIONS.healthyForSeconds) * 1000 + updateMs + checkMs
    return durationSeconds - owedMs / 1000
  })
}

/** From its registration until its first check has passed, as the load balancer saw it. */
function checkMsOf(id: string, events: readonly SimulatorEvent[]): number {
  const states = events.filter((event) => event.type === 'state').filter((event) => event.target.Id === id)
  const registered = states.find((event) => event.from === 'unregistered')
  const healthy = states.findLast((event) => event.to === 'healthy')
  return (healthy?.at ?? 0) - (registered?.at ?? 0)
}

function callsIn(events: readonly SimulatorEvent[]): Pick<Measured, 'callsBefore' | 'callsAfter' | 'polls'> {
  const calls = events.filter((event) => event.type === 'call').map((event) => event.action)
  const change = calls.indexOf('DeregisterTargets')
  const after = counted(calls.slice(change))
  const { DescribeTargetHealth: polls = 0, ...callsAfter } = after
  return { callsBefore: counted(calls.slice(0, change)), callsAfter, polls }
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
