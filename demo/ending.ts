import type { LoadCounts } from './load.ts'
import { count } from './picture.ts'
import { plainText } from './plain-text.ts'
import type { RunResult } from './runner.ts'
import type { Scene } from './scenes.ts'
import type { Stage } from './stage.ts'

/** How it all ended. */
export interface Ending {
  readonly scene: Scene
  readonly stage: Stage
  readonly result: RunResult
  readonly counts: LoadCounts
}

/** What did not hold; nothing when all is well. */
export function shortcomings({ scene, stage, result, counts }: Ending): string[] {
  const { outcome, version } = scene.expected
  const said = result.outputs.outcome ?? ''
  const wrong: string[] = []
  if (said !== outcome) wrong.push(`the action ended as '${said}', not as '${outcome}'`)
  if (counts.failed > 0) wrong.push(`${count(counts.failed)} requests failed`)
  for (const server of stage.fleet.servers) {
    const state = stage.targets().find((target) => target.Id === server.id)?.State ?? 'not registered'
    if (server.version !== version) wrong.push(`${server.id} runs ${server.version}, not ${version}`)
    if (state !== 'healthy') wrong.push(`${server.id} is ${state}`)
  }
  return wrong
}

/** `wrong` is what did not hold. */
export function endingText(ending: Ending, wrong: readonly string[]): string {
  const { result, counts, scene } = ending
  // Its file goes with the runner's folder.
  const { 'report-path': _, ...outputs } = result.outputs
  const good = `✓ ${scene.expected.version} runs on all servers, and none of ${count(counts.sent)} requests failed`
  return [
    section('SUMMARY', plainText(result.summary)),
    section('OUTPUTS', pairs(outputs)),
    section('REQUESTS', pairs({ ...shown(counts.servedByVersion, 'served by '), ...failuresOf(counts) })),
    wrong.length === 0 ? good : wrong.map((each) => `✗ ${each}`).join('\n'),
    '',
  ].join('\n')
}

function failuresOf({ failed, failures }: LoadCounts): Record<string, string> {
  return { failed: count(failed), ...shown(failures, 'failed: ') }
}

function shown(counts: Readonly<Record<string, number>>, prefix: string): Record<string, string> {
  return Object.fromEntries(Object.entries(counts).map(([name, value]) => [`${prefix}${name}`, count(value)]))
}

function section(title: string, text: string): string {
  return `${title}\n\n${text}\n`
}

function pairs(values: Readonly<Record<string, string>>): string {
  const told = Object.entries(values).filter(([, value]) => value !== '')
  const width = Math.max(0, ...told.map(([name]) => name.length))
  return told.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
}
