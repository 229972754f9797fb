import { describe, expect, test } from '@jest/globals'
import { openScreen } from '../../demo/screen.ts'
import type { View } from '../../demo/watch.ts'

const VIEW: View = {
  title: 'a story',
  seconds: 61,
  servers: [
    { id: 'i-web-1', place: 'draining', version: '1.0.1', served: 1234, perSecond: 0 },
    { id: 'i-web-2', place: 'in', version: '1.0.2', served: 12, perSecond: 198 },
  ],
  served: 1246,
  failed: 0,
  servedPerSecond: 198,
  failedPerSecond: 0,
  said: 'waiting for i-web-1 to drain',
}

class Terminal {
  text = ''
  readonly columns = 60
  readonly isTTY: boolean

  constructor(isTTY: boolean) {
    this.isTTY = isTTY
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
    expect(plain).toMatch(/\ni-web-1 +◐ draining +1\.0\.1 +1 23\n/)
    for (const line of plain.split(/[\r\n]+/)) expect(line.length).toBeLessThan(60)
    expect(terminal.text.endsWith('\x1b[?25h')).toBe(true)
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
      '1:01  i-web-1 1.0.1 draining · i-web-2 1.0.2 in · 1 246 served (198/s), 0 failed · action: waiting for i-web-1 to drain',
      '1:03  i-web-1 1.0.1 in · 1 246 served (198/s), 0 failed · action: waiting for i-web-1 to drain',
      '1:09  1 246 served (198/s), 0 failed · action: waiting for i-web-1 to drain',
      '',
    ])
  })
})
