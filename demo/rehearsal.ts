import type { LoadCounts } from './load.ts'
import { type RunOptions, type RunResult, requireBuild } from './runner.ts'
import { Stage, type StageOptions } from './stage.ts'
import { logShifts, type Shift, type Weights } from './traffic.ts'

/**
 * The load balancer's time runs faster than the action's: a drain of 3 s takes 1.5 s, and the action looks after 3 s. The
 * longest answer takes 0.5 s, so that there is a second left for a machine that is busy with other things.
 */
export const FAST = { speed: 2, delaySeconds: 3, intervalSeconds: 5, checkTimeoutSeconds: 4 } as const

export const OLD = '1.0.1'
export const NEW = '1.0.2'

/** The demo's inputs, made quick. */
export const INPUTS = { version: NEW, 'previous-version': OLD, 'healthy-for': '1s' }

/** Those of blue-green. */
export const SHIFT_INPUTS = { ...INPUTS, 'settle-time': '1s', 'bake-time': '1s' }

/** What a rollout did to the fleet, and to those who used it meanwhile. */
export interface Rollout {
  readonly result: RunResult
  readonly counts: LoadCounts
  /** Of the servers of the first group. */
  readonly versions: readonly string[]
  /** Of the targets of the first group. */
  readonly states: readonly string[]
  /** The same of each group, by its name: `web`, or `blue` and `green`. */
  readonly groups: Readonly<
    Record<string, { readonly versions: readonly string[]; readonly states: readonly string[] }>
  >
  /** At the end, by the name of the route: `production`, … */
  readonly weights: Readonly<Record<string, Weights>>
  /** Each change of weights, of the routes that show blue. */
  readonly shifts: readonly Shift[]
  /** The fewest servers of the first group that were healthy at any moment. */
  readonly leastHealthy: number
  /** Requests to the API, by action. */
  readonly calls: Readonly<Record<string, number>>
}

export type Setting = Partial<StageOptions> & Pick<StageOptions, 'servers'>

/** What is done on the stage; answers how the action ended. */
export type Perform = (stage: Stage) => Promise<RunResult>

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
    const shifts = logShifts(stage, load)
    const result = await perform(stage)
    const counts = await load.stop()
    return { ...{ result, counts, shifts, leastHealthy, calls: stage.api.calls() }, ...atTheEnd(stage) }
  } finally {
    await stage.close()
  }
}

/** As a step in a workflow: started, and waited for. */
export function step(inputs: Readonly<Record<string, string>>, options: Partial<RunOptions> = {}): Perform {
  return (stage) => stage.run({ ...defaultsFor(stage), ...inputs }, options).ended
}

const defaultsFor = (stage: Stage): Readonly<Record<string, string>> =>
  stage.groups.length === 1 ? INPUTS : SHIFT_INPUTS

function atTheEnd(stage: Stage): Pick<Rollout, 'versions' | 'states' | 'groups' | 'weights'> {
  const groups = stage.groups.map(({ name, fleet }) => {
    const versions = fleet.servers.map((server) => server.version)
    const states = stage.targets(name).map((target) => target.State)
    return [name, { versions, states }] as const
  })
  const weights = stage.routes.map(({ name }) => [name, stage.weights(name)])
  const { versions = [], states = [] } = groups[0]?.[1] ?? {}
  return { versions, states, groups: Object.fromEntries(groups), weights: Object.fromEntries(weights) }
}

const countHealthy = (stage: Stage): number =>
  stage.targets().filter((target) => target.State === 'healthy').length
