import type { LoadCounts } from './load.ts'
import { count } from './picture.ts'
import { plainText } from './plain-text.ts'
import type { Ending } from './shortcomings.ts'

/** `wrong` is what did not hold. */
export function endingText(ending: Ending, wrong: readonly string[]): string {
  const { result, counts } = ending
  // Its file goes with the runner's folder.
  const { 'report-path': _, ...outputs } = result.outputs
  return [
    section('SUMMARY', plainText(result.summary)),
    section('OUTPUTS', pairs(outputs)),
    section('REQUESTS', pairs({ ...shown(counts.servedByVersion, 'served by '), ...failuresOf(counts) })),
    wrong.length === 0 ? `✓ ${good(ending)}` : wrong.map((each) => `✗ ${each}`).join('\n'),
    '',
  ].join('\n')
}

function good({ scene, stage, counts }: Ending): string {
  const { versions, carries, loses } = scene.expected
  const sent = count(counts.sent)
  if (loses !== undefined) {
    const lost = `${count(counts.failed)} of ${sent} requests failed, all on its share`
    return `${loses.version} was caught at ${loses.percent}% and rolled back;\n  ${lost}`
  }
  const other = stage.groups.find(({ name }) => name !== carries)?.name
  const none = `and none of ${sent} requests failed`
  if (other === undefined) return `${versions[carries]} runs on all servers, ${none}`
  return `${versions[carries]} (${carries}) has all of the traffic, ${versions[other]} (${other}) stands by,\n  ${none}`
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
