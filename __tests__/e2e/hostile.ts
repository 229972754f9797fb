import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { failuresIn } from '../../demo/load.ts'
import { OLD, rollOut, step } from '../../demo/rehearsal.ts'
import { RunnerLog } from '../action/runner-log.ts'
import { allIn, PATIENCE_MS } from './expected.ts'

/** What somebody might write into a version, within its 180 bytes: a command in each quotation that a shell knows, … */
const forShells = (mark: string): string => `1 $(touch ${mark}) \`touch ${mark}\`";touch ${mark};'`

/** … and what a log or a page might take for its own. */
const forReaders = (): string =>
  [
    '::set-output name=outcome::succeeded',
    '##[error]forged',
    'ghadelimiter_0',
    '<script>alert(1)</script></pre>',
    '| **b** [l](https://evil.example) @octocat',
    '```mermaid\ngraph TD; A-->B\n```',
  ].join('\n')

/** Prints the same, on both outputs, before it goes on to fail as the demo's update command does. */
const COMMAND = [
  'printf "%s\\n" "$ROLLOUT_VERSION"',
  'printf "%s\\n" "$ROLLOUT_VERSION" >&2',
  'printf "##[add-mask]a\\n::add-mask::b\\n::save-state name=a::b\\n::stop-commands::c\\n::c::\\n::endgroup::\\n"',
  "printf '%%0A::error::forged\\nEOF\\n<img src=x onerror=alert(1)> </details> `code` #1 :tada:\\n'",
  'printf "\\x1b[2J\\x1b]0;title\\x07\\r::error::forged by the output\\r\\n"',
  'node demo/update.mjs',
].join('\n')

/** The tables of the summary: of each row, how many cells it has. */
const tablesOf = (summary: string): number[][] =>
  [...summary.matchAll(/(^\|.*\n)+/gm)].map(([rows]) =>
    rows
      .trim()
      .split('\n')
      .map((row) => row.split('|').length),
  )

/** What the summary has drawn and written for pasting is checked where it is made. */
const withoutBlocks = (summary: string): string =>
  summary.replace(/^```(mermaid|yaml|sh)\n[\s\S]*?\n```$/gm, '')

test.concurrent.each([
  ['shells', forShells],
  ['readers', forReaders],
] as const)(
  'a version that is hostile to %s, and such an output, run nothing, and break neither log nor summary nor outputs',
  async (_, hostile) => {
    const workspace = mkdtempSync(join(tmpdir(), 'hostile-'))
    const version = hostile(join(workspace, 'x'))
    expect(Buffer.byteLength(version)).toBeLessThanOrEqual(180)
    const { result, counts, ...rest } = await rollOut(
      { servers: 2, badVersions: [{ version, fault: 'update-fails', servers: ['i-0eb00002'] }] },
      step({ version, 'update-command': COMMAND }, { workspace }),
    )
    const created = readdirSync(workspace)
    rmSync(workspace, { recursive: true })
    expect(created).toEqual([])
    expect(failuresIn(counts)).toEqual([])
    expect(rest).toMatchObject(allIn(2, OLD))
    expect(result).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', version: OLD } })
    expect(result).toMatchObject({ stderr: '', exported: {}, leftBehind: [] })
    expect(Object.keys(result.state).sort()).toEqual(['claim', 'commands', 'outcome'])
    expectOurCommandsOnly(result.stdout)
    expectNoForeignMarkup(result.summary)
  },
  PATIENCE_MS,
)

function expectOurCommandsOnly(stdout: string): void {
  const { commands } = RunnerLog.of(stdout)
  const dataOf = (command: string) => commands.filter(({ name }) => name === command).map(({ data }) => data)
  expect([...new Set(commands.map(({ name }) => name))].sort()).toEqual(['endgroup', 'error', 'group'])
  expect(dataOf('error')).toEqual([expect.stringMatching(/^rolled-back: i-0eb00002/)])
  expect(dataOf('group')).toContainEqual(expect.stringMatching(/touch|set-output/))
}

function expectNoForeignMarkup(whole: string): void {
  const summary = withoutBlocks(whole)
  expect(summary.split('\n')[0]).toMatch(/^## ⏪ Rolled back: i-0eb00002/)
  expect(summary).not.toMatch(/<(?!\/?(?:code|details|summary|pre|span)>|details open>)/)
  expect(summary).not.toMatch(/\*\*bold|\[link|https:\/\/evil|`touch|@octocat|:tada:|```/)
  expect(summary).not.toContain('\u001b')
  for (const widths of tablesOf(summary)) expect(new Set(widths).size).toBe(1)
  expect(summary.match(/<details( open)?>/g)).toHaveLength(summary.match(/<\/details>/g)?.length ?? 0)
}
