/**
 * Writes into README.md what other files say: the tables of inputs and outputs from action.yml between
 * `<!-- inputs -->` and `<!-- /inputs -->` (and so for outputs), and the workflows of examples/ between
 * `<!-- example deploy -->` and `<!-- /example deploy -->`. With `--check` it only says whether they differ.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { parse } from 'yaml'
import { fill as fillIn } from './marks.ts'

interface Entry {
  readonly description: string
  readonly default?: string
  readonly required?: boolean
}

interface ActionFile {
  readonly inputs: Readonly<Record<string, Entry>>
  readonly outputs: Readonly<Record<string, Entry>>
}

/** The README with its tables as action.yml has them. Throws when a marker is missing. */
export function withTables(readme: string, actionYml: string): string {
  const action = parse(actionYml) as ActionFile
  return fill(fill(readme, 'inputs', inputTable(action)), 'outputs', outputTable(action))
}

/** The README with the workflows in its examples as they are in examples/, by name. */
export function withExamples(readme: string, examples: Readonly<Record<string, string>>): string {
  return Object.entries(examples).reduce(
    (text, [name, yaml]) => fill(text, `example ${name}`, `\n\`\`\`yaml\n${yaml.trim()}\n\`\`\`\n`),
    readme,
  )
}

const fill = (text: string, name: string, content: string): string =>
  fillIn({ file: 'README.md', text }, name, content)

function inputTable({ inputs }: ActionFile): string {
  const rows = Object.entries(inputs).map(([name, input]) => [code(name), preset(input), cell(input)])
  return table(['Input', 'Default', 'Meaning'], rows)
}

function outputTable({ outputs }: ActionFile): string {
  return table(
    ['Output', 'Meaning'],
    Object.entries(outputs).map(([name, output]) => [code(name), cell(output)]),
  )
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``

const preset = (input: Entry): string => {
  if (input.default !== undefined) return code(String(input.default))
  return input.required === true ? 'required' : ''
}

/** A table's cell is one line, and HTML but for what stands in backticks. */
function cell({ description }: Entry): string {
  const line = description
    .trim()
    .replace(/\n{2,}/g, '<br>')
    .replaceAll('\n', ' ')
    .replaceAll('|', '\\|')
  return line.replace(/`[^`]*`|<(?!br>)/g, (match) => (match === '<' ? '&lt;' : match))
}

function main(options: readonly string[]): void {
  const readme = readFileSync('README.md', 'utf8')
  const examples = ['deploy', 'canary', 'plan', 'rollback'].map((name) => [
    name,
    readFileSync(`examples/${name}.yml`, 'utf8'),
  ])
  const wanted = withExamples(
    withTables(readme, readFileSync('action.yml', 'utf8')),
    Object.fromEntries(examples),
  )
  if (wanted === readme) return
  if (options.includes('--check')) {
    process.stderr.write(
      'README.md differs from action.yml or examples/: run `node scripts/readme-tables.ts`\n',
    )
    process.exitCode = 1
  } else writeFileSync('README.md', wanted)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2))
