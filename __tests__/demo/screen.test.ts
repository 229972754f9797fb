import { describe, expect, test } from '@jest/globals'
import { openScreen } from '../../demo/screen.ts'
import type { View } from '../../demo/watch.ts'

const VIEW: View = {
  title: 'a story',
  seconds: 61,
  servers: [
    { id: 'i-0eb00001', place: 'draining', version: '1.0.1', served: 1234, failed: 0, perSecond: 0 },
    { id: 'i-0eb00002', place: 'in', version: '1.0.2', served: 12, failed: 0, perSecond: 198 },
  ],
  traffic: [],
  served: 1246,
  failed: 0,
  servedPerSecond: 198,
  failedPerSecond: 0,
  said: 'waiting for i-0eb00001 to drain',
}

const PAIR: View = {
  ...VIEW,
  servers: [
    { id: 'i-b1e00001', place: 'in', version: '1.0.1', served: 900, failed: 0, perSecond: 180 },
    { id: 'i-9ee00001', place: 'in', version: '1.0.2', served: 80, failed: 20, perSecond: 20 },
    { id: 'i-9ee00002', place: 'standing by', version: '1.0.2', served: 0, failed: 0, perSecond: 0 },
  ],
  traffic: [
    { group: 'blue', percent: 99.5 },
    { group: 'green', percent: 0.5 },
  ],
}

class Terminal {
  text = ''
  readonly columns: number
  readonly isTTY: boolean

  constructor(isTTY: boolean, columns = 60) {
    this.isTTY = isTTY
    this.columns = columns
  }

  write(text: string): boolean {
    this.text += text
    return true
  }
}

describe('in a terminal', () => {
  test('the picture is drawn anew in its place, no line longer than the terminal is wide', () => {
    const terminal = new Terminal(true)
    const screen = openScreen(terminal as never, { TERM: 'xterm' })
    screen.show(VIEW)
    const first = terminal.text
    screen.show({ ...VIEW, said: 'x'.repeat(200) })
    screen.close()
    const lines = first.split('\n').length - 1
    expect(terminal.text.slice(first.length)).toContain(`\x1b[${lines}A\r`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal understands
    const plain = terminal.text.replace(/\x1b\[[?\d]*[A-Za-z]/g, '')
    expect(plain).toMatch(/1:01 {2}a story\n/)
    expect(plain).toMatch(/\ni-0eb00001 +◐ draining +1\.0\.1 +1 23\n/)
    for (const line of plain.split(/[\r\n]+/)) expect(line.length).toBeLessThan(60)
    expect(terminal.text.endsWith('\x1b[?25h')).toBe(true)
  })

  test('two groups: who is where, who failed, and a bar of the traffic, in 80 columns', () => {
    const terminal = new Terminal(true, 80)
    openScreen(terminal as never, { TERM: 'xterm' }).show(PAIR)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal understands
    const lines = terminal.text.replace(/\x1b\[[?\d]*[A-Za-z]/g, '').split('\n')
    expect(lines).toContain('i-9ee00001  ● in, 20 errors               1.0.2           80    20/s')
    expect(lines).toContain('i-9ee00002  ◌ no traffic                  1.0.2            0     0/s')
    expect(lines).toContain(`traffic   blue 99.5%  ${'█'.repeat(39)}▒  green 0.5%`)
  })
})

describe.each([
  ['piped', false, {}],
  ['in CI', true, { CI: 'true' }],
  ['with NO_COLOR', true, { NO_COLOR: '1' }],
  ['in a dumb terminal', true, { TERM: 'dumb' }],
])('%s', (_, isTTY, environment) => {
  test('a line when something changes, and every five seconds', () => {
    const terminal = new Terminal(isTTY)
    const screen = openScreen(terminal as never, environment)
    screen.show(VIEW)
    screen.show({ ...VIEW, seconds: 62 })
    screen.show({ ...VIEW, seconds: 63, servers: VIEW.servers.map((server) => ({ ...server, place: 'in' })) })
    screen.show({ ...VIEW, seconds: 69, servers: VIEW.servers.map((server) => ({ ...server, place: 'in' })) })
    expect(terminal.text.split('\n')).toEqual([
      '1:01  i-0eb00001 1.0.1 draining · i-0eb00002 1.0.2 in · 1 246 served (198/s), 0 failed · action: waiting for i-0eb00001 to drain',
      '1:03  i-0eb00001 1.0.1 in · 1 246 served (198/s), 0 failed · action: waiting for i-0eb00001 to drain',
      '1:09  1 246 served (198/s), 0 failed · action: waiting for i-0eb00001 to drain',
      '',
    ])
  })
})

function linesOf(...views: View[]): string[] {
  const terminal = new Terminal(false)
  const screen = openScreen(terminal as never, {})
  for (const view of views) screen.show(view)
  return terminal.text.trimEnd().split('\n')
}

test('a line when the traffic changes', () => {
  const back = PAIR.traffic.map(({ group }) => ({ group, percent: group === 'blue' ? 100 : 0 }))
  const lines = linesOf(PAIR, { ...PAIR, seconds: 62 }, { ...PAIR, seconds: 63, traffic: back })
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/^1:01 {2}traffic blue 99\.5% green 0\.5% · i-b1e00001 1\.0\.1 in · /)
  expect(lines[1]).toMatch(/^1:03 {2}traffic blue 100% green 0% · 1 246 served/)
})

test('a line for the first request that fails, then one a second while more do', () => {
  const failing = (seconds: number, failed: number): View => ({ ...VIEW, seconds, failed })
  const lines = linesOf(VIEW, failing(61.1, 1), failing(61.2, 2), failing(62.2, 9), failing(63.3, 9))
  expect(lines.map((line) => /(\d+) failed/.exec(line)?.[1])).toEqual(['0', '1', '9'])
})
