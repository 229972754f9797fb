import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FILES = ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH'] as const

export type RunnerFile = (typeof FILES)[number]

/** The files through which a step tells the runner things, fresh for each step, in a folder of their own. */
export class RunnerFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'elb-rollout-run-'))

  constructor() {
    for (const name of FILES) writeFileSync(this.#path(name), '')
  }

  /** RUNNER_TEMP among them. */
  environment(): Record<string, string> {
    const paths = FILES.map((name) => [name, this.#path(name)])
    return { ...Object.fromEntries(paths), RUNNER_TEMP: this.folder }
  }

  text(name: RunnerFile): string {
    return readFileSync(this.#path(name), 'utf8')
  }

  values(name: RunnerFile): Record<string, string> {
    return parseValues(this.text(name))
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #path(name: RunnerFile): string {
    return join(this.folder, name.toLowerCase())
  }
}

/** `name=value`, or `name<<END`, lines, `END`; the last value of a name counts. Throws where the runner would fail. */
export function parseValues(text: string): Record<string, string> {
  const values: Record<string, string> = {}
  const lines = text.split(/\r?\n/)
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line === '') continue
    const [, name = '', end] = /^([^=<]+)<<(.+)$/.exec(line) ?? []
    if (end === undefined) {
      const equals = line.indexOf('=')
      if (equals < 1) throw new Error(`neither name=value nor name<<END: ${line}`)
      values[line.slice(0, equals)] = line.slice(equals + 1)
      continue
    }
    const close = lines.indexOf(end, at + 1)
    if (close === -1) throw new Error(`${name} has no end: ${end} is missing`)
    values[name] = lines.slice(at + 1, close).join('\n')
    at = close
  }
  return values
}
