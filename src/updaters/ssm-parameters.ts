import type { Server } from '../domain/fleet.ts'
import type { ServerContext } from '../domain/ports.ts'
import type { SsmParameters } from '../domain/settings.ts'
import type { RolloutFacts } from './environment.ts'
import { scriptFor, shebangProblem } from './ssm-script.ts'

export const SHELL_DOCUMENT = 'AWS-RunShellScript'

/** What the agent takes, in seconds. */
const LONGEST_EXECUTION = 172_800

export interface Document {
  readonly name: string
  readonly parameters: SsmParameters
}

/** For one command. */
export interface Occasion {
  readonly servers: readonly Server[]
  readonly context: ServerContext
  readonly facts: Omit<RolloutFacts, 'processEnv'>
  readonly timeoutMs: number
}

export const isShellDocument = ({ name }: Pick<Document, 'name'>): boolean =>
  name === SHELL_DOCUMENT || name.endsWith(`document/${SHELL_DOCUMENT}`)

/** What is wrong with the parameters whatever the servers are, a sentence each. */
export function parameterProblems(document: Document): string[] {
  if (!isShellDocument(document)) return []
  const { commands, executionTimeout } = document.parameters
  const problems: string[] = []
  if (commands === undefined || commands.length === 0)
    problems.push(`ssm-parameters: ${SHELL_DOCUMENT} needs "commands", what is to be run on the servers`)
  if (executionTimeout !== undefined)
    problems.push('ssm-parameters: leave out "executionTimeout", which update-timeout gives')
  const problem = shebangProblem(commands ?? [])
  return problem === undefined ? problems : [...problems, `ssm-parameters: ${problem}`]
}

/**
 * The parameters of one command. A shell script is told the rollout's facts as environment variables, its commands stay
 * as they are. Which parameters another document has, nobody knows: there a value that is just `{version}` becomes the
 * version as a whole, and is left out when it is not known. What the document does with it is its author's business.
 */
export function parametersFor(document: Document, occasion: Occasion): SsmParameters {
  const { parameters } = document
  const seconds = String(Math.min(Math.ceil(occasion.timeoutMs / 1_000), LONGEST_EXECUTION))
  if (isShellDocument(document)) {
    const commands = scriptFor(parameters.commands ?? [], occasion)
    return { ...parameters, commands, executionTimeout: [seconds] }
  }
  const values = placeholders(occasion, seconds)
  const filled = Object.entries(parameters).map(([name, given]) => [name, fill(given, values)] as const)
  return Object.fromEntries(filled.filter(([name, all]) => all.length > 0 || parameters[name]?.length === 0))
}

function placeholders(
  { context, facts }: Occasion,
  seconds: string,
): ReadonlyMap<string, string | undefined> {
  return new Map([
    ['{version}', context.version],
    ['{previous-version}', context.leaves],
    ['{batch}', String(context.batch)],
    ['{batches}', String(context.batches)],
    ['{rollout-id}', facts.rolloutId],
    ['{mode}', facts.mode],
    ['{strategy}', facts.strategy],
    ['{update-timeout}', seconds],
  ])
}

function fill(given: readonly string[], values: ReadonlyMap<string, string | undefined>): string[] {
  return given.flatMap((text) => {
    const value = values.has(text) ? values.get(text) : text
    if (value === undefined) return []
    // Systems Manager would put the value of a stored parameter into it.
    if (value !== text && value.includes('{{'))
      throw new Error(`${text} cannot be given to the document: ${JSON.stringify(value)} contains {{`)
    return [value]
  })
}
