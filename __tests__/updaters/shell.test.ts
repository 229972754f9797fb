import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { UpdateListener, UpdateResult } from '../../src/domain/ports.ts'
import { createShellUpdater } from '../../src/updaters/shell.ts'
import { CONTEXT, fleet, never, optionsAt, server } from './options.ts'
import { Place } from './place.ts'
import { overWhen, until } from './real-clock.ts'

/** What the listener was told, in order. */
class Record implements UpdateListener {
  mayBegin: () => Promise<void> = async () => {}
  readonly begun: string[] = []
  readonly lines: string[] = []
  readonly results = new Map<string, UpdateResult>()
  running = 0
  mostRunning = 0

  started(id: string): void {
    this.begun.push(id)
    this.mostRunning = Math.max(this.mostRunning, ++this.running)
  }

  output(id: string, line: string): void {
    expect(this.results.has(id)).toBe(false)
    this.lines.push(`${id}: ${line}`)
  }

  ended(id: string, result: UpdateResult): void {
    expect(this.results.has(id)).toBe(false)
    this.results.set(id, result)
    this.running--
  }
}

let place: Place
let record: Record
beforeEach(() => {
  place = new Place()
  record = new Record()
})
afterEach(() => place.leave())

test('updates all servers of a batch, each with its own environment', async () => {
  const updater = createShellUpdater(
    optionsAt(place, 'echo "$ROLLOUT_TARGET_ID $ROLLOUT_VERSION"; test $ROLLOUT_TARGET_ID != s1'),
  )
  await updater.update(fleet(3), CONTEXT, record, never)
  expect(Object.fromEntries(record.results)).toEqual({
    s0: { ok: true },
    s1: { ok: false, reason: 'exit code 1', tail: ['s1 v2'], ended: true },
    s2: { ok: true },
  })
  expect(record.lines.toSorted()).toEqual(['s0: s0 v2', 's1: s1 v2', 's2: s2 v2'])
})

test.each([
  ['kill -SEGV $$', 'ended by SIGSEGV'],
  ['touch ready; sleep 1000', 'no end within 10 m, ended by SIGTERM'],
  [`trap '' TERM; touch ready; sleep 1000`, 'no end within 10 m, ended by SIGKILL'],
])('%j fails: %s', async (script, reason) => {
  const timeoutMs = 600_000
  const clock = overWhen(timeoutMs, () => place.has('ready'))
  const graces = { termMs: script.startsWith('trap') ? 50 : 10_000 }
  await createShellUpdater(optionsAt(place, script, { timeoutMs, clock, graces })).update(
    [server('s')],
    CONTEXT,
    record,
    never,
  )
  expect(record.results.get('s')).toEqual({ ok: false, reason, tail: [], ended: true })
})

test.each([{ workingDirectory: '/no/such/place' }, { tempDirectory: '/no/such/place' }])(
  'a command that cannot start is a result: %j',
  async (changes) => {
    await createShellUpdater(optionsAt(place, 'true', changes)).update(fleet(2), CONTEXT, record, never)
    const result = {
      ok: false,
      reason: expect.stringMatching(/^could not start bash: /),
      tail: [],
      ended: true,
    }
    expect([...record.results.values()]).toEqual([result, result])
  },
)

test('reports the last lines of a failure, also when processes were left behind', async () => {
  const updater = createShellUpdater(optionsAt(place, 'seq 100; sleep 1000 & exit 1'))
  await updater.update([server('s')], CONTEXT, record, never)
  const result = record.results.get('s')
  expect(result).toMatchObject({ ok: false, reason: 'exit code 1', ended: true })
  const tail = result?.ok === false ? result.tail : []
  expect(tail).toHaveLength(20)
  expect(tail.slice(-2)).toEqual(['100', expect.stringContaining('left running were ended')])
})

test.each([
  '$(touch x)',
  '`touch x`',
  `'; touch x; '`,
  '"; touch x; "',
  'a\ntouch x\n',
  '-n',
  '*',
  `\${x:=$(touch x)}`,
])('a value is never code: %j', async (value) => {
  const script = 'printf %s "$ROLLOUT_VERSION" > version; printf %s "$ROLLOUT_TARGET_ID" > id'
  const updater = createShellUpdater(optionsAt(place, script))
  await updater.update([server(value)], { ...CONTEXT, version: value }, record, never)
  expect(record.results.get(value)).toEqual({ ok: true })
  expect([place.read('version'), place.read('id')]).toEqual([value, value])
  expect(readdirSync(place.directory)).not.toContain('x')
})

// Each waits until as many run as may: it ends only if the limit is reached, and counts if it is passed.
const MEET = 'mkdir "$ROLLOUT_TARGET_ID"; until [ "$(ls -d s* | wc -l)" -ge "$MEET" ]; do sleep 0.01; done'

test('runs the whole batch at once', async () => {
  const facts = { ...optionsAt(place, '').facts, processEnv: { ...place.environment, MEET: '20' } }
  await createShellUpdater(optionsAt(place, MEET, { facts })).update(fleet(20), CONTEXT, record, never)
  expect([...record.results.values()].every((result) => result.ok)).toBe(true)
  expect(record.mostRunning).toBe(20)
})

test('runs no more at once than it may', async () => {
  const facts = { ...optionsAt(place, '').facts, processEnv: { ...place.environment, MEET: '3' } }
  const updater = createShellUpdater(optionsAt(place, MEET, { facts, concurrency: 3 }))
  await updater.update(fleet(8), CONTEXT, record, never)
  expect(record.results.size).toBe(8)
  expect(record.mostRunning).toBe(3)
})

test('an abort ends what runs, and leaves alone what has not begun', async () => {
  const updater = createShellUpdater(optionsAt(place, 'echo begun; sleep 1000', { concurrency: 2 }))
  const abort = new AbortController()
  const update = updater.update(fleet(5), CONTEXT, record, abort.signal)
  await until(() => record.lines.length === 2)
  abort.abort()
  await update
  const result = { ok: false, reason: 'aborted, ended by SIGTERM', tail: ['begun'], ended: true }
  expect(Object.fromEntries(record.results)).toEqual({ s0: result, s1: result })
  expect(record.begun.toSorted()).toEqual(['s0', 's1'])
})

test('begins nothing when it is aborted already', async () => {
  await createShellUpdater(optionsAt(place, 'true')).update(fleet(5), CONTEXT, record, AbortSignal.abort())
  expect(record.begun).toEqual([])
})

test('an empty batch is done', async () => {
  await createShellUpdater(optionsAt(place, 'true')).update([], CONTEXT, record, never)
  expect(record.begun).toEqual([])
})

test('many updates under one signal raise no warning', async () => {
  const warnings: string[] = []
  const onWarning = (warning: Error) => warnings.push(warning.message)
  process.on('warning', onWarning)
  const { signal } = new AbortController()
  await createShellUpdater(optionsAt(place, 'sleep 0.1')).update(fleet(30), CONTEXT, record, signal)
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
})

test('an update that has to wait for others begins only when nobody objects, and those under way end', async () => {
  const record = new Record()
  let asked = 0
  record.mayBegin = async () => {
    if (++asked === 2) throw new Error('somebody else has taken over')
  }
  const updater = createShellUpdater(optionsAt(place, 'true', { concurrency: 1 }))
  const work = updater.update(fleet(5), CONTEXT, record, never)
  await expect(work).rejects.toThrow('somebody else has taken over')
  expect(record.results.size).toBe(2)
})
