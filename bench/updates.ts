/**
 * What many servers that are updated at once, and print a lot, cost: real processes, and the real log.
 * `node bench/updates.ts [servers] [lines of each] [at once]`; prints a row of a table.
 */
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConsole } from '../src/action/console.ts'
import { systemClock } from '../src/action/system-clock.ts'
import type { Happening } from '../src/domain/events.ts'
import { createShellUpdater } from '../src/updaters/shell.ts'
import { PeakMemory } from './memory.ts'
import { table } from './table.ts'

const [servers = 300, lines = 10_000, atOnce = servers] = process.argv.slice(2).map(Number)
const folder = mkdtempSync(join(tmpdir(), 'elb-rollout-bench-'))
const log = join(folder, 'log')
const file = openSync(log, 'w')
const rolloutLog = createConsole({ write: (text) => writeSync(file, text), token: '0123456789abcdef' })
const emit = (event: Happening) => rolloutLog.show({ ...event, at: Date.now() })

const updater = createShellUpdater({
  script: `seq -f "step %.0f of many that this server takes on its way to $ROLLOUT_VERSION" ${lines}; test "$ROLLOUT_TARGET_ID" != i-7`,
  workingDirectory: folder,
  tempDirectory: folder,
  clock: systemClock,
  timeoutMs: 600_000,
  concurrency: atOnce,
  facts: { rolloutId: 'r-1', mode: 'deploy', strategy: 'in-place', groups: [], processEnv: process.env },
})

const memory = new PeakMemory(process.pid)
const startedAt = Date.now()
let stall = 0
let last = startedAt
const beat = setInterval(() => {
  stall = Math.max(stall, Date.now() - last - 50)
  last = Date.now()
}, 50)
await updater.update(
  Array.from({ length: servers }, (_, index) => ({ id: `i-${index}`, registrations: [] })),
  { direction: 'forward', version: '1.0.2', batch: 1, batches: 1 },
  {
    mayBegin: async () => {},
    started: (server) => emit({ type: 'update-started', server, version: '1.0.2' }),
    output: (server, line) => emit({ type: 'update-output', server, line }),
    ended: (server, result) =>
      emit(
        result.ok
          ? { type: 'update-succeeded', server, version: '1.0.2' }
          : { type: 'update-failed', server, version: '1.0.2', ...result },
      ),
  },
  new AbortController().signal,
)
const seconds = (Date.now() - startedAt) / 1_000
clearInterval(beat)
rolloutLog.close()
closeSync(file)
const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`
console.log(
  table(
    ['Servers', 'Lines of each', 'At once', 'Took', 'Longest stall', 'Log', 'Peak memory'],
    [
      [
        `${servers}`,
        `${lines}`,
        `${atOnce}`,
        `${seconds.toFixed(1)} s`,
        `${stall} ms`,
        mebibytes(statSync(log).size),
        mebibytes(memory.stop()),
      ],
    ],
  ),
)
rmSync(folder, { recursive: true })
