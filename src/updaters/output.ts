import type { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../domain/ports.ts'
import { LineSplitter } from './lines.ts'

const QUIET_MS = 50
const LONGEST_MS = 500

export interface Output {
  /** Reads what is left, and closes the stream. No line is told afterwards. */
  finish(clock: Clock): Promise<void>
}

/** Reads a stream as lines. */
export function readOutput(stream: Readable, onLine: (line: string) => void): Output {
  const splitter = new LineSplitter(onLine)
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    splitter.push(chunk)
  })
  // A broken pipe is the end of the output, not of the rollout.
  stream.on('error', () => {})
  const closed = new Promise<'closed'>((resolve) => stream.once('close', () => resolve('closed')))

  return {
    /** A process that left the session may hold the pipe open for ever: then quiet is the end, or half a second. */
    async finish(clock) {
      const start = clock.now()
      for (let seen = -1; seen !== bytes && clock.now() - start < LONGEST_MS; ) {
        seen = bytes
        if ((await Promise.race([closed, clock.sleep(QUIET_MS)])) === 'closed') break
        // After a stall the timer comes first; what waits in the pipe is read before this.
        await setImmediate()
      }
      stream.removeAllListeners('data').destroy()
      splitter.flush()
    },
  }
}
