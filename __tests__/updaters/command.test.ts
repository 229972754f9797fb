import { readFileSync, statSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { until } from './real-clock.ts'
import { Running } from './running.ts'

const running = Running.forEachTest()

test.each([
  ['true', 0],
  ['exit 3', 3],
  ['false\necho not reached', 1],
  ['false | true', 1],
  ['no-such-program', 127],
  ['(exit 2) || exit 4', 4],
  ['', 0],
])('%j ends with exit code %i', async (script, code) => {
  expect(await running.run(script)).toEqual({ ended: true, exit: { code } })
  expect(running.lines).not.toContain('not reached')
})

test('tells the signal that ended it', async () => {
  expect(await running.run('kill -SEGV $$')).toEqual({ ended: true, exit: { signal: 'SIGSEGV' } })
})

test('reads both outputs in the order they were written, with an empty standard input', async () => {
  const script = 'for i in {1..50}; do echo "out $i"; echo "err $i" >&2; done; cat; printf unfinished'
  await running.run(script)
  const pairs = Array.from({ length: 50 }, (_, index) => [`out ${index + 1}`, `err ${index + 1}`])
  expect(running.lines).toEqual([...pairs.flat(), 'unfinished'])
})

test('reads characters that arrive in pieces, and drops carriage returns', async () => {
  const split = `printf '\\xf0\\x9f'; sleep 0.05; printf '\\x9a\\x80 up\\r'; sleep 0.05; printf '\\n\\nlast\\r\\n'`
  await running.run(split)
  expect(running.lines).toEqual(['🚀 up', '', 'last'])
})

test('reads a million lines in bounded memory', async () => {
  let count = 0
  let last = ''
  const before = process.memoryUsage.rss()
  await running.run('seq 1000000', {
    onLine: (line) => {
      count++
      last = line
    },
  })
  expect([count, last]).toEqual([1_000_000, '1000000'])
  expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 2 ** 20)
})

test('cuts a line without end into pieces', async () => {
  await running.run(`head -c 5000000 /dev/zero | tr '\\0' x`)
  expect(running.lines.join('')).toHaveLength(5_000_000)
  expect(Math.max(...running.lines.map((line) => line.length))).toBe(8_192)
})

test('keeps the script off the command line, in a file that only we may read', async () => {
  const end = running.run('echo "pid $$ $0"; secret=hunter2; while [ ! -e go ]; do sleep 0.01; done; rm go')
  await until(() => running.lines.length === 1)
  const [, pid = '', file = ''] = /^pid (\d+) (.*)$/.exec(running.lines[0] ?? '') ?? []
  const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0')
  expect(commandLine).toEqual(['bash', '--noprofile', '--norc', '-eo', 'pipefail', file, ''])
  expect(readFileSync(file, 'utf8')).toContain('hunter2')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(file.slice(0, file.lastIndexOf('/'))).mode & 0o777).toBe(0o700)
  await running.run('touch go')
  expect(await end).toEqual({ ended: true, exit: { code: 0 } })
})

test('says that the working directory is missing', async () => {
  const error = await running.run('true', { workingDirectory: '/no/such/place' }).catch(String)
  expect(error).toBe('NotStarted: could not start bash: no directory /no/such/place')
})

test.each([
  ['an environment that is too large', { environment: { LARGE: 'x'.repeat(3_000_000) } }, 'E2BIG'],
  ['a value that no environment can hold', { environment: { ZERO: 'a\0b' } }, 'null bytes'],
  ['a missing folder for the script', { tempDirectory: '/no/such/place' }, 'ENOENT'],
])('does not start with %s', async (_, changes, reason) => {
  await expect(running.run('true', changes)).rejects.toThrow(reason)
})

test('says that there is no bash', async () => {
  const end = await running.run('true', { environment: { PATH: '/no/such/place' } })
  expect(end).toEqual({ ended: true, exit: { code: 127 } })
  expect(running.lines.join()).toContain('bash: not found')
})
