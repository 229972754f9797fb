import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createConsole } from '../../src/action/console.ts'
import type { Happening } from '../../src/domain/events.ts'
import type { UpdateListener, UpdateResult } from '../../src/domain/ports.ts'
import { createDrainLooks, createShellUpdater } from '../../src/updaters/shell.ts'
import { RunnerLog } from '../action/runner-log.ts'
import { CONTEXT, fleet, never, optionsAt } from './options.ts'
import { Place } from './place.ts'
import { until } from './real-clock.ts'

const SERVERS = 300
const version = 'v2'

/** Hands everything on to the log, as the engine does. */
class Logged implements UpdateListener {
  readonly results = new Map<string, UpdateResult>()
  mostRunning = 0
  text = ''
  #running = 0
  readonly #console = createConsole({
    write: (more) => {
      this.text += more
    },
    token: '0123456789abcdef0123',
  })

  async mayBegin(): Promise<void> {}

  started(server: string): void {
    this.mostRunning = Math.max(this.mostRunning, ++this.#running)
    this.#show({ type: 'update-started', server, version })
  }

  output(server: string, line: string): void {
    this.#show({ type: 'update-output', server, line })
  }

  ended(server: string, result: UpdateResult): void {
    this.#running--
    this.results.set(server, result)
    this.#show(
      result.ok
        ? { type: 'update-succeeded', server, version }
        : { type: 'update-failed', server, version, ...result },
    )
  }

  lines(): readonly string[] {
    this.#console.close()
    return RunnerLog.of(this.text).lines
  }

  #show(happening: Happening): void {
    this.#console.show({ ...happening, at: Date.now() })
  }
}

let place: Place
beforeEach(() => {
  place = new Place()
})
afterEach(() => place.leave())

test('the log of three hundred servers that print a lot can be read, and is no flood', async () => {
  const script = 'seq -f "$ROLLOUT_TARGET_ID says %.0f" 1200; test "$ROLLOUT_TARGET_ID" != s7'
  const logged = new Logged()
  const updater = createShellUpdater(optionsAt(place, script, { concurrency: 50 }))
  await updater.update(fleet(SERVERS), CONTEXT, logged, never)
  expect([...logged.results].filter(([, { ok }]) => !ok)).toEqual([
    ['s7', { ok: false, reason: 'exit code 1', ended: true, tail: expect.arrayContaining(['s7 says 1200']) }],
  ])
  expect(logged.mostRunning).toBe(50)

  const lines = logged.lines()
  const said = lines.filter((line) => line.includes(' says '))
  const ofTail = said.filter((line) => line.includes(' | '))
  const shown = said.filter((line) => !line.includes(' | '))
  expect(ofTail.map((line) => line.split(' ')[0])).toEqual(Array(20).fill('[s7]'))
  expect(shown).toHaveLength(SERVERS * 1_000)
  // Every line tells whose it is, and those of a server follow each other, a hundred at a time.
  expect(shown.filter((line) => !/^\[(s\d+)\] \1 says /.test(line))).toEqual([])
  const blocks = shown.filter((line, index) => whose(line) !== whose(shown[index - 1] ?? ''))
  expect(blocks.length).toBeLessThanOrEqual(SERVERS * 10)
  expect(lines.filter((line) => line.endsWith('… 200 more lines of this update are left out'))).toHaveLength(
    SERVERS,
  )
}, 60_000)

const whose = (line: string): string => line.slice(0, line.indexOf(']'))

test('three hundred commands that run are ended by an abort, whatever they have started', async () => {
  const logged = new Logged()
  const abort = new AbortController()
  const script = 'sleep 1000 & echo runs; wait'
  const update = createShellUpdater(optionsAt(place, script)).update(
    fleet(SERVERS),
    CONTEXT,
    logged,
    abort.signal,
  )
  await until(() => logged.mostRunning === SERVERS)
  abort.abort()
  await update
  const results = [...logged.results.values()]
  expect(results).toHaveLength(SERVERS)
  expect(results.filter((result) => result.ok || !result.ended)).toEqual([])
}, 60_000)

// Each notes how many there are with it.
const COUNT =
  'mkdir "$ROLLOUT_TARGET_ID"; set -- s*; echo $# >> counts; sleep 0.05; rmdir "$ROLLOUT_TARGET_ID"'

test('no more than fifty servers are asked at once whether they have drained', async () => {
  const looks = createDrainLooks(optionsAt(place, COUNT))
  const answers = await Promise.all(fleet(150).map((server) => looks.isDrained(server, CONTEXT, never)))
  expect(answers.every(Boolean)).toBe(true)
  const counts = place.read('counts').trim().split('\n').map(Number)
  expect(counts).toHaveLength(150)
  expect(Math.max(...counts)).toBeLessThanOrEqual(50)
  expect(Math.max(...counts)).toBeGreaterThan(1)
}, 60_000)
