import type { Event } from '../domain/events.ts'
import { type Entry, entriesFor } from './event-lines.ts'
import { type AnnotationLevel, LogWriter, type LogWriterOptions } from './log-writer.ts'
import { Stopwatch } from './stopwatch.ts'

/** The log as a view of the events: a group for each stage and phase, a line for each change. */
export interface RolloutConsole {
  show(event: Event): void
  /** A message on the run's page: the runner keeps ten of each level, and 4,096 characters of each. */
  annotate(level: AnnotationLevel, text: string): void
  /** Keeps a secret out of the log from here on; core.setSecret would show it while this console is open. */
  readonly mask: (secret: string) => void
  /** To be called before anybody else writes workflow commands: while this console is open they do nothing. */
  close(): void
}

export interface ConsoleOptions extends LogWriterOptions {
  /** Milliseconds since the epoch; by default the time of the first event. */
  readonly startedAt?: number
}

export function createConsole(options: ConsoleOptions): RolloutConsole {
  const log = new LogWriter(options)
  let watch = options.startedAt === undefined ? undefined : new Stopwatch(options.startedAt)
  return {
    show(event) {
      watch ??= new Stopwatch(event.at)
      for (const entry of entriesFor(event, watch)) put(entry, log)
    },
    annotate: (level, text) => log.annotate(level, text),
    mask: (secret) => log.mask(secret),
    close: () => log.close(),
  }
}

function put(entry: Entry, log: LogWriter): void {
  if (typeof entry === 'string') log.line(entry)
  else if (entry.kind === 'group') log.group(entry.title)
  else if (entry.kind === 'end-group') log.endGroup()
  else log.annotate('warning', entry.text)
}
