import { afterEach, beforeEach } from '@jest/globals'
import { type Command, type CommandEnd, runCommand } from '../../src/updaters/command.ts'
import { Place } from './place.ts'
import { overWhen, realClock } from './real-clock.ts'

const TIMEOUT = 60_000

/** For each test of a file, a place where commands run, and the lines they have written. */
export class Running {
  place = new Place()
  lines: string[] = []
  /** A timeout that comes once the script has written a line. */
  readonly timeoutAfterLine = overWhen(TIMEOUT, () => this.lines.length > 0)

  static forEachTest(): Running {
    const running = new Running()
    running.place.leave()
    beforeEach(() => {
      running.place = new Place()
      running.lines = []
    })
    afterEach(() => running.place.leave())
    return running
  }

  run(script: string, changes: Partial<Command> & { signal?: AbortSignal } = {}): Promise<CommandEnd> {
    const { signal = new AbortController().signal, ...others } = changes
    const command: Command = {
      script,
      tempDirectory: this.place.temp,
      workingDirectory: this.place.directory,
      environment: this.place.environment,
      timeoutMs: TIMEOUT,
      clock: realClock,
      graces: { termMs: 10_000, abortMs: 10_000, strayMs: 100 },
      onLine: (line) => this.lines.push(line),
      ...others,
    }
    return runCommand(command, signal)
  }
}
