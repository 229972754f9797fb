/** What GitHub's runner makes of a step's output; after ActionCommand.cs and ActionCommandManager.cs of actions/runner. */

export interface Command {
  readonly name: string
  readonly data: string
}

/** The runner knows more; these are the ones that do harm, and ours. */
const REGISTERED = [
  'stop-commands',
  'group',
  'endgroup',
  'error',
  'warning',
  'notice',
  'debug',
  'echo',
  'add-mask',
  'add-path',
  'add-matcher',
  'remove-matcher',
  'set-env',
  'set-output',
  'save-state',
]

export class RunnerLog {
  /** What was executed, but for stopping and resuming. */
  readonly commands: Command[] = []
  /** What is shown as it is. */
  readonly lines: string[] = []
  readonly #registered = new Set(REGISTERED)
  #stopToken: string | undefined

  static of(output: string): RunnerLog {
    const log = new RunnerLog()
    const lines = output.split(/\r\n|\r|\n/)
    if (lines.at(-1) === '') lines.pop()
    for (const line of lines) log.#receive(line)
    return log
  }

  get isStopped(): boolean {
    return this.#stopToken !== undefined
  }

  #receive(line: string): void {
    const command = this.#parseV2(line) ?? this.#parseV1(line)
    if (command === undefined) this.lines.push(line)
    else if (this.#stopToken !== undefined) {
      if (command.name !== this.#stopToken) this.lines.push(line)
      else {
        this.#registered.delete(this.#stopToken)
        this.#stopToken = undefined
      }
    } else if (command.name === 'stop-commands') {
      this.#stopToken = command.data.toLowerCase()
      this.#registered.add(this.#stopToken)
    } else this.commands.push(command)
  }

  /** `::name properties::data`, after white space. */
  #parseV2(line: string): Command | undefined {
    const message = line.trimStart()
    const end = message.indexOf('::', 2)
    if (!message.startsWith('::') || end < 0) return undefined
    return this.#command(message.slice(2, end), message.slice(end + 2))
  }

  /** `##[name properties]data`, anywhere in the line. */
  #parseV1(line: string): Command | undefined {
    const start = line.indexOf('##[')
    const end = line.indexOf(']', start)
    if (start < 0 || end < 0) return undefined
    return this.#command(line.slice(start + 3, end), line.slice(end + 1))
  }

  #command(info: string, data: string): Command | undefined {
    const name = (info.split(' ')[0] ?? '').toLowerCase()
    if (!this.#registered.has(name)) return undefined
    const unescaped = data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
    return { name, data: unescaped }
  }
}
