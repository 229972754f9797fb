import type { LoadCounts } from './load.ts'
import { type RunOptions, type RunResult, requireBuild } from './runner.ts'
import { Stage, type StageOptions } from './stage.ts'

/**
 * The load balancer's time runs faster than the action's: a drain of 3 s takes 1.5 s, and the action looks after 3 s. The
 * longest answer takes 0.5 s, so that there is a second left for a machine that is busy with other things.
 */
export const FAST = { speed: 2, delaySeconds: 3, intervalSeconds: 5, checkTimeoutSeconds: 4 } as const

export const OLD = '1.0.1'
export const NEW = '1.0.2'

/** The demo's inputs, made quick. */
export const INPUTS = { version: NEW, 'previous-version': OLD, 'healthy-for': '1s' }

/** What a rollout did to the fleet, and to those who used it meanwhile. */
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

export type Setting = Partial<StageOptions> & Pick<StageOptions, 'servers'>

/** What is done on the stage; answers how the action ended. */
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

const countHealthy = (stage: Stage): number =>
  stage.targets().filter((target) => target.State === 'healthy').length
