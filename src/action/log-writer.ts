import { printable, printableLines } from '../domain/printable.ts'

export type AnnotationLevel = 'error' | 'warning' | 'notice'

export interface LogWriterOptions {
  readonly write: (text: string) => void
  /** Nobody else may know it: whoever writes `::<token>::` switches workflow commands on. Random in every process. */
  readonly token: string
}

/**
 * Writes to a log in which the runner looks for workflow commands. They are switched off, but for our own:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
 */
export class LogWriter {
  readonly #write: (text: string) => void
  readonly #token: string
  #stopped = false
  /** `over`: its end is written together with what comes next. */
  #group: 'none' | 'open' | 'over' = 'none'

  constructor({ write, token }: LogWriterOptions) {
    if (!/^[A-Za-z0-9]{16,}$/.test(token)) throw new Error('the token must be 16 or more letters and digits')
    this.#write = write
    this.#token = token
    this.#write(this.#stop())
  }

  /** One line, whatever the text holds. */
  line(text: string): void {
    const before = this.#group === 'over' ? this.#commands(this.#endOfGroup()) : this.#stop()
    this.#write(`${before}${asText(printable(text))}\n`)
  }

  /** Groups do not nest: the one before ends. */
  group(title: string): void {
    const end = this.#endOfGroup()
    this.#group = 'open'
    this.#write(this.#commands([...end, `::group::${escaped(printable(title))}`]))
  }

  endGroup(): void {
    if (this.#group === 'open') this.#group = 'over'
  }

  annotate(level: AnnotationLevel, text: string): void {
    const whole = printableLines(text)
    const message = forAnnotation(whole)
    if (message !== whole) this.line(text)
    const end = this.#group === 'over' ? this.#endOfGroup() : []
    this.#write(this.#commands([...end, `::${level}::${escaped(message)}`]))
  }

  /** From here on the runner shows stars in place of the value. Nobody has to wait: it reads line by line. */
  mask(value: string): void {
    this.#write(this.#commands([`::add-mask::${escaped(value)}`]))
  }

  /** From here on workflow commands of others work again. */
  close(): void {
    const end = this.#endOfGroup()
    if (this.#stopped) this.#write(`${[`::${this.#token}::`, ...end].join('\n')}\n`)
    this.#stopped = false
  }

  #endOfGroup(): string[] {
    const isOpen = this.#group !== 'none'
    this.#group = 'none'
    return isOpen ? ['::endgroup::'] : []
  }

  #commands(commands: readonly string[]): string {
    const start = this.#stopped ? [`::${this.#token}::`] : []
    this.#stopped = false
    return `${[...start, ...commands].join('\n')}\n${this.#stop()}`
  }

  #stop(): string {
    if (this.#stopped) return ''
    this.#stopped = true
    return `::stop-commands::${this.#token}\n`
  }
}

/** The runner cuts a message at 4,096 characters, and says nothing about it. */
const LONGEST_MESSAGE = 4_096
const MORE = '… (the log has all of it)'

function forAnnotation(text: string): string {
  if (text.length <= LONGEST_MESSAGE) return text
  return `${text.slice(0, LONGEST_MESSAGE - MORE.length).replace(/[\ud800-\udbff]$/, '')}${MORE}`
}

/** Would be no command even if commands were on. */
const asText = (line: string): string => line.replace(/^(\s*):(?=:)/, '$1\\x3a')

/** As @actions/core escapes a command's message. */
const escaped = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
