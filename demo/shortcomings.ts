import type { LoadCounts } from './load.ts'
import type { Group } from './load-balancer.ts'
import { lostOtherwise } from './losses.ts'
import { count } from './picture.ts'
import type { RunResult } from './runner.ts'
import type { Scene } from './scenes.ts'
import type { Stage } from './stage.ts'
import { exposureIn, type Shift, shareOf } from './traffic.ts'

/** How it all ended. */
export interface Ending {
  readonly scene: Scene
  readonly stage: Stage
  readonly result: RunResult
  readonly counts: LoadCounts
  readonly shifts: readonly Shift[]
}

/** What did not hold; nothing when all is well. */
export function shortcomings(ending: Ending): string[] {
  const { scene, stage, result } = ending
  const { outcome, versions } = scene.expected
  const said = result.outputs.outcome ?? ''
  return [
    ...(said === outcome ? [] : [`the action ended as '${said}', not as '${outcome}'`]),
    ...wrongLosses(ending),
    ...stage.groups.flatMap((group) => wrongServers(stage, group, versions[group.name])),
    ...wrongTraffic(ending),
  ]
}

function wrongLosses({ scene, counts, shifts }: Ending): string[] {
  const { loses } = scene.expected
  if (loses === undefined) return counts.failed > 0 ? [`${count(counts.failed)} requests failed`] : []
  const most = exposureIn(shifts)?.most ?? 0
  return [
    ...lostOtherwise({ counts, shifts }, loses),
    ...(most === loses.percent
      ? []
      : [`${loses.version} had ${most}% of the traffic, not ${loses.percent}%`]),
    // Without one it has not been seen to be bad.
    ...(counts.failed > 0 ? [] : ['no request failed']),
  ]
}

function wrongServers(stage: Stage, { name, fleet }: Group, version: string | undefined): string[] {
  const states = new Map(stage.targets(name).map(({ Id, State }) => [Id, State]))
  return fleet.servers.flatMap((server) => {
    const state = states.get(server.id) ?? 'not registered'
    return [
      ...(server.version === version ? [] : [`${server.id} runs ${server.version}, not ${version}`]),
      ...(state === 'healthy' ? [] : [`${server.id} is ${state}`]),
    ]
  })
}

function wrongTraffic({ scene, stage }: Ending): string[] {
  const { carries } = scene.expected
  const percent = shareOf(carries, stage.weights())
  return percent === 100 ? [] : [`${carries} has ${percent}% of the traffic`]
}
