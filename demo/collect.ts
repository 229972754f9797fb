import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { StringDecoder } from 'node:string_decoder'
import { setTimeout as pause } from 'node:timers/promises'

export interface Collected {
  /** 128 and the signal's number when a signal ended it. */
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** A process that the child left behind may hold its outputs open for ever. */
const LEFT_OPEN_MS = 500

/** What a process prints, line by line and whole, and how it ends. */
export async function collect(child: ChildProcess, onLine?: (line: string) => void): Promise<Collected> {
  const stdout = new Printed(onLine)
  const stderr = new Printed(onLine)
  child.stdout?.on('data', (chunk: Buffer) => stdout.add(chunk))
  child.stderr?.on('data', (chunk: Buffer) => stderr.add(chunk))
  const closed = once(child, 'close').catch(() => {})
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  await Promise.race([closed, pause(LEFT_OPEN_MS, undefined, { ref: false })])
  const exitCode = code ?? 128 + constants.signals[signal ?? 'SIGKILL']
  return { exitCode, stdout: stdout.text, stderr: stderr.text }
}

class Printed {
  text = ''
  readonly #decoder = new StringDecoder()
  readonly #onLine: ((line: string) => void) | undefined
  #rest = ''

  constructor(onLine: ((line: string) => void) | undefined) {
    this.#onLine = onLine
  }

  add(chunk: Buffer): void {
    const decoded = this.#decoder.write(chunk)
    this.text += decoded
    const lines = `${this.#rest}${decoded}`.split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#onLine?.(line)
  }
}
