import { type Environment, environmentFor } from './environment.ts'
import type { Occasion } from './ssm-parameters.ts'

/**
 * The commands, after lines that export what is known about the rollout. One command goes to many servers: what differs
 * between them is chosen by the id that the agent gives to its scripts.
 */
export function scriptFor(commands: readonly string[], occasion: Occasion): string[] {
  const [first = '', ...others] = commands
  if (!first.startsWith('#!')) return [...preamble(occasion), ...commands]
  // The kernel looks at the very first line.
  const [shebang = '', ...rest] = first.split('\n')
  return [shebang, ...preamble(occasion), ...(rest.length === 0 ? [] : [rest.join('\n')]), ...others]
}

/** Nothing else understands the lines that come before the commands. */
export function shebangProblem([first = '']: readonly string[]): string | undefined {
  const [line = ''] = first.split('\n')
  if (!line.startsWith('#!') || /\b(ba|da|a|z|k|mk)?sh\b/.test(line)) return undefined
  return `"commands" must be for a shell, not ${JSON.stringify(line)}: call the program from a line of its own`
}

/** Not there with very old agents. */
const INSTANCE_ID = `"\${AWS_SSM_INSTANCE_ID-}"`

function preamble({ servers, context, facts }: Occasion): string[] {
  const environments = servers.map((server) => ({
    server: server.id,
    variables: environmentFor(server, context, { ...facts, processEnv: {} }),
  }))
  const names = new Set(environments.flatMap(({ variables }) => Object.keys(variables)))
  return [...names].flatMap((name) => exportsOf(name, environments))
}

export type Environments = readonly { readonly server: string; readonly variables: Environment }[]

/** The lines that give each server its value of one variable. */
export function exportsOf(name: string, environments: Environments): string[] {
  const serversByValue = Map.groupBy(environments, ({ variables }) => variables[name])
  const [[only] = []] = serversByValue
  if (serversByValue.size === 1 && only !== undefined) return [`export ${name}=${quoted(only)}`]
  if (name === 'ROLLOUT_TARGET_ID') return [`export ${name}=${INSTANCE_ID}`]
  const choices = [...serversByValue].flatMap(([value, some]) =>
    value === undefined
      ? []
      : [`${some.map(({ server }) => quoted(server)).join('|')}) export ${name}=${quoted(value)} ;;`],
  )
  return [`case ${INSTANCE_ID} in`, ...choices, 'esac']
}

/**
 * A literal that every shell takes as it is. Systems Manager fills in `{{…}}` before a shell sees anything, so no two
 * braces may follow each other: `{{` becomes `{''{`.
 */
export function quoted(value: string): string {
  return `'${value
    .toWellFormed()
    .replaceAll("'", `'\\''`)
    .replaceAll(/\{(?=\{)/g, `{''`)}'`
}
