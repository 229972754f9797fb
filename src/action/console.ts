import type { Event } from '../domain/events.ts'
import type { Clock } from '../domain/ports.ts'
import { type Entry, entriesFor } from './event-lines.ts'
import { type AnnotationLevel, LogWriter, type LogWriterOptions } from './log-writer.ts'
import { OutputBlocks } from './output-blocks.ts'
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
  /** Without it, output that is held back waits for the next event. */
  readonly clock?: Clock
}

export function createConsole(options: ConsoleOptions): RolloutConsole {
  const log = new LogWriter(options)
  let watch = options.startedAt === undefined ? undefined : new Stopwatch(options.startedAt)
  const blocks = new OutputBlocks()
  const show = (event: Event) => {
    watch ??= new Stopwatch(event.at)
    for (const entry of entriesFor(event, watch)) put(entry, log)
  }
  const alarm = new Alarm(options.clock, (now) => {
    for (const event of blocks.due(now)) show(event)
    return blocks.dueAt
  })
  return {
    show(event) {
      for (const shown of blocks.take(event)) show(shown)
      alarm.set(blocks.dueAt)
    },
    annotate: (level, text) => log.annotate(level, text),
    mask: (secret) => log.mask(secret),
    close() {
      alarm.stop()
      for (const event of blocks.rest()) show(event)
      log.close()
    },
  }
}

function put(entry: Entry, log: LogWriter): void {
  if (typeof entry === 'string') log.line(entry)
  else if (entry.kind === 'group') log.group(entry.title)
  else if (entry.kind === 'end-group') log.endGroup()
  else log.annotate('warning', entry.text)
}

/** Rings at the time that was set, and again at the one that this answers. */
class Alarm {
  readonly #clock: Clock | undefined
  readonly #ring: (now: number) => number
  readonly #over = new AbortController()
  #isSet = false

  constructor(clock: Clock | undefined, ring: (now: number) => number) {
    this.#clock = clock
    this.#ring = ring
  }

  set(at: number): void {
    const clock = this.#clock
    if (clock === undefined || this.#isSet || !Number.isFinite(at) || this.#over.signal.aborted) return
    this.#isSet = true
    clock.sleep(Math.max(0, at - clock.now()), this.#over.signal).then(
      () => {
        this.#isSet = false
        this.set(this.#ring(clock.now()))
      },
      () => {},
    )
  }

  stop(): void {
    this.#over.abort()
  }
}
