import type { RunCommand } from './ssm-calls.ts'
import type { End } from './ssm-watch.ts'
import { Tail } from './tail.ts'

/** What it keeps; of more, the end is not known. */
const LONGEST_STDOUT = 24_000
const LONGEST_STDERR = 8_000

export interface Printer {
  readonly ssm: RunCommand
  /** How many more outputs may be asked for one by one: where many fail, the first tell enough. */
  left: number
  readonly signal: AbortSignal
}

/** The last lines of what the command has printed on a server, as far as Systems Manager keeps it. */
export async function lastLines(printer: Printer, end: End): Promise<readonly string[]> {
  const tail = new Tail()
  for (const text of await printed(printer, end)) {
    const lines = text.replaceAll('\r', '').split('\n')
    if (lines.at(-1) === '') lines.pop()
    for (const line of lines) tail.push(line)
  }
  return tail.lines()
}

async function printed(printer: Printer, { commandId, server, verdict, invocation }: End): Promise<string[]> {
  const { step } = invocation ?? {}
  if (step === undefined) return []
  const isWanted =
    !verdict.ok && step.startedAt !== undefined && printer.left-- > 0 && !printer.signal.aborted
  if (!isWanted) return [step.output]
  const of = { commandId, server, ...(step.name === undefined ? {} : { step: step.name }) }
  const all = await printer.ssm.printed(of, printer.signal).catch(() => undefined)
  if (all === undefined) return [step.output]
  return [marked(all.stdout, LONGEST_STDOUT), marked(all.stderr, LONGEST_STDERR)]
}

const marked = (text: string, longest: number): string =>
  text.length < longest ? text : `${text}\n… (Systems Manager keeps no more than ${longest} characters)`

const DOMAINS = [
  ['cn-', 'console.amazonaws.cn'],
  ['us-gov-', 'console.amazonaws-us-gov.com'],
] as const

/** Where people see all of it. */
export function consoleLink(region: string, { commandId, server }: End): string {
  const [, other] = DOMAINS.find(([prefix]) => region.startsWith(prefix)) ?? []
  const domain = other ?? `${region}.console.aws.amazon.com`
  return `https://${domain}/systems-manager/run-command/${commandId}/${server}?region=${region}`
}
