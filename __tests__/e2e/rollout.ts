import type { BadVersion } from '../../demo/fleet.ts'
import type { LoadCounts } from '../../demo/load.ts'
import { type RunOptions, type RunResult, requireBuild } from '../../demo/runner.ts'
import { Stage, type StageOptions } from '../../demo/stage.ts'

/**
 * The load balancer's time runs faster than the action's: a drain of 2 s takes 0.8 s, which still is longer than the
 * longest answer of 0.5 s, and the action looks after 2 s.
 */
export const FAST = { speed: 2.5, delaySeconds: 2, intervalSeconds: 5 } as const

export const OLD = '1.0.1'
export const NEW = '1.0.2'

/** The demo's inputs, made quick. */
export const INPUTS = { version: NEW, 'previous-version': OLD, 'healthy-for': '1s' }

export interface Rollout {
  readonly result: RunResult
  readonly counts: LoadCounts
  readonly versions: readonly string[]
  readonly states: readonly string[]
  /** The fewest servers that were healthy at any moment. */
  readonly leastHealthy: number
  /** Requests to the API, by action. */
  readonly calls: Readonly<Record<string, number>>
}

export interface Setting extends Partial<StageOptions> {
  readonly servers: number
  readonly badVersions?: readonly BadVersion[]
}

type Perform = (stage: Stage) => Promise<RunResult>

/** Opens a stage under load, runs the action on it, and tells how everything ended. */
export async function rollOut(setting: Setting, perform: Perform): Promise<Rollout> {
  requireBuild()
  const stage = await Stage.open({ ...FAST, version: OLD, ...setting })
  try {
    let leastHealthy = setting.servers
    stage.simulator.observe(() => {
      leastHealthy = Math.min(leastHealthy, countHealthy(stage))
    })
    const load = stage.startLoad()
    const result = await perform(stage)
    const counts = await load.stop()
    return {
      ...{ result, counts, leastHealthy, calls: stage.api.calls() },
      versions: stage.fleet.servers.map((server) => server.version),
      states: stage.targets().map((target) => target.State),
    }
  } finally {
    await stage.close()
  }
}

/** As a step in a workflow: started, and waited for. */
export function step(inputs: Readonly<Record<string, string>>, options: Partial<RunOptions> = {}): Perform {
  return (stage) => stage.run({ ...INPUTS, ...inputs }, options).ended
}

/** What everybody expects of a fleet of this size, whatever happened. */
export function allIn(servers: number, version: string): Pick<Rollout, 'versions' | 'states'> {
  return { versions: Array(servers).fill(version), states: Array(servers).fill('healthy') }
}

/** None of the actions that change anything. */
export function writesIn(calls: Readonly<Record<string, number>>): string[] {
  return Object.keys(calls).filter((action) => !action.startsWith('Describe'))
}

const countHealthy = (stage: Stage): number =>
  stage.targets().filter((target) => target.State === 'healthy').length
