import { parseArgs } from 'node:util'
import { lostOtherwise } from '../demo/losses.ts'
import { NEW, type Rollout, rollOut, step } from '../demo/rehearsal.ts'
import type { Fault } from '../demo/server.ts'
import { exposureIn } from '../demo/traffic.ts'

/** A rollout of the built action under load, which is judged by the metrics of that load. */

export interface LiveCase {
  /** How many times as fast as real time everything goes: the action, the load balancer, and the minutes of its metrics. */
  readonly timeLapse: number
  readonly traffic: string
  readonly fault?: Fault
  readonly inputs?: Readonly<Record<string, string>>
}

/** In a time lapse, a machine that is busy answers late. */
const CHECKS = { intervalSeconds: 30, checkTimeoutSeconds: 20 }

export function canaryRollout({ timeLapse, traffic, fault, inputs }: LiveCase): Promise<Rollout> {
  const badVersions = fault === undefined ? [] : [{ version: NEW, fault }]
  return rollOut(
    { servers: 2, green: {}, cloudWatch: {}, badVersions, timeLapse, ...CHECKS },
    step({ traffic, 'settle-time': '10s', 'max-error-rate': '1%, 2x', ...inputs }),
  )
}

/** One in five of its answers is a 500, which neither a health check nor a smoke test sees: a bad tenth, then all. */
export const BAD_CANARY = { traffic: '10% for 10m, 100% for 5m', fault: 'fails-at-times' } as const

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { 'time-lapse': { type: 'string', default: '1' } } })
  const timeLapse = Number(values['time-lapse'])
  if (!(timeLapse >= 1))
    throw new Error(`--time-lapse takes a number from 1 on, not '${values['time-lapse']}'`)
  console.log(
    `A bad version at 10% of the traffic, ${timeLapse} times as fast as real time (1: some five minutes)`,
  )
  const rollout = await canaryRollout({ timeLapse, ...BAD_CANARY })
  const { outputs } = rollout.result
  const { from, until } = exposureIn(rollout.shifts) ?? {}
  const seconds = (until?.atSeconds ?? Number.NaN) - (from?.atSeconds ?? 0)
  const lost = lostOtherwise(rollout, { version: NEW })
  console.log(`${outputs.outcome}: ${outputs.reason}`)
  console.log(`green had 10% for ${Math.round(seconds * timeLapse)} s of its time`)
  console.log(`${rollout.counts.failed} of ${rollout.counts.sent} requests failed, on green's share`)
  for (const wrong of lost) console.log(`wrong: ${wrong}`)
  return outputs.outcome === 'rolled-back' && lost.length === 0 ? 0 : 1
}

if (import.meta.main) process.exitCode = await main()
