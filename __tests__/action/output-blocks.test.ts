import { describe, expect, test } from '@jest/globals'
import { VirtualClock } from '../../simulator/clock.ts'
import { createConsole } from '../../src/action/console.ts'
import { OutputBlocks } from '../../src/action/output-blocks.ts'
import type { Event, Happening } from '../../src/domain/events.ts'
import { RunnerLog } from './runner-log.ts'

const version = '1.0.2'
const started = (server: string): Happening => ({ type: 'update-started', server, version })
const output = (server: string, line: string): Happening => ({ type: 'update-output', server, line })
const succeeded = (server: string): Happening => ({ type: 'update-succeeded', server, version })

/** What is shown of happenings, a second apart unless said otherwise; and when it is. */
function shown(happenings: readonly Happening[], everyMs = 1_000): { event: string; at: number }[] {
  const blocks = new OutputBlocks()
  return happenings.flatMap((happening, index) =>
    blocks.take({ ...happening, at: index * everyMs }).map((event) => ({ event: tell(event), at: index })),
  )
}

function tell(event: Event): string {
  if (event.type === 'update-output') return `${event.server}: ${event.line}`
  return 'server' in event ? `${event.type} ${event.server}` : event.type
}

const eventsOf = (happenings: readonly Happening[], everyMs?: number) =>
  shown(happenings, everyMs).map(({ event }) => event)

describe('output of updates', () => {
  test('of one alone is shown as it comes', () => {
    expect(shown([started('a'), output('a', '1'), output('a', '2'), succeeded('a')])).toEqual([
      { event: 'update-started a', at: 0 },
      { event: 'a: 1', at: 1 },
      { event: 'a: 2', at: 2 },
      { event: 'update-succeeded a', at: 3 },
    ])
  })

  test('of two at once is shown one after the other, each before its end', () => {
    const mixed = [output('a', '1'), output('b', '1'), output('a', '2'), output('b', '2')]
    expect(eventsOf([started('a'), started('b'), ...mixed, succeeded('b'), succeeded('a')], 1)).toEqual([
      'update-started a',
      'update-started b',
      'b: 1',
      'b: 2',
      'update-succeeded b',
      'a: 1',
      'a: 2',
      'update-succeeded a',
    ])
  })

  test('of one that is the last to run is shown as it comes again', () => {
    const all = [
      started('a'),
      started('b'),
      output('a', '1'),
      succeeded('b'),
      output('a', '2'),
      output('a', '3'),
    ]
    expect(shown(all).slice(2)).toEqual([
      { event: 'update-succeeded b', at: 3 },
      { event: 'a: 1', at: 4 },
      { event: 'a: 2', at: 4 },
      { event: 'a: 3', at: 5 },
    ])
  })

  test('is held back for ten seconds at most, as soon as anything happens', () => {
    const lines = Array.from({ length: 12 }, (_, index) => output('b', `${index}`))
    const all = shown([started('a'), started('b'), output('a', 'hangs'), ...lines])
    expect(all.find(({ event }) => event === 'a: hangs')).toEqual({ event: 'a: hangs', at: 12 })
  })

  test('is shown in blocks of a hundred lines', () => {
    const lines = Array.from({ length: 250 }, (_, index) => output('a', `${index}`))
    const at = shown([started('a'), started('b'), ...lines, succeeded('a')], 1)
    expect([...new Set(at.slice(2).map((one) => one.at))]).toEqual([101, 201, 252])
  })

  test.each([
    ['a line', 'x', 1_000, 9_000],
    ['a long line', 'x'.repeat(8_000), 25, 9_975],
  ])('that is a flood (%s) is cut, and it says by how much', (_, line, kept, left) => {
    const lines = Array.from({ length: 10_000 }, () => output('a', line))
    const events = eventsOf(
      [started('a'), started('b'), ...lines, succeeded('a'), started('a'), output('a', 'again')],
      1,
    )
    expect(events.filter((event) => event === `a: ${line}`)).toHaveLength(kept)
    expect(events.slice(-3)).toEqual([
      `a: … ${left} more lines of this update are left out`,
      'update-succeeded a',
      'update-started a',
    ])
  })

  test('before or after an update is shown at once', () => {
    expect(eventsOf([output('a', '1'), started('a'), succeeded('a'), output('a', '2')])).toContain('a: 2')
  })
})

describe('the log', () => {
  const START = Date.UTC(2026, 10, 23)

  function opened() {
    const clock = new VirtualClock(START)
    let text = ''
    const write = (more: string) => {
      text += more
    }
    const console = createConsole({ write, token: '0123456789abcdef0123', startedAt: START, clock })
    const show = (happening: Happening) => console.show({ ...happening, at: clock.now() })
    return { clock, console, show, lines: () => RunnerLog.of(text).lines }
  }

  test('shows what hangs although nothing else happens', async () => {
    const { clock, show, lines } = opened()
    for (const one of [started('a'), started('b'), output('a', 'last words'), output('b', 'too')]) show(one)
    await clock.run(clock.sleep(9_999))
    expect(lines()).not.toContain('[a] last words')
    await clock.run(clock.sleep(1))
    expect(lines().slice(2)).toEqual(['[a] last words', '[b] too'])
    show(output('a', 'more'))
    await clock.run(clock.sleep(10_000))
    expect(lines().at(-1)).toBe('[a] more')
  })

  test('that is closed has everything, and waits for nothing', async () => {
    const { clock, console, show, lines } = opened()
    for (const one of [started('a'), started('b'), output('a', 'last words')]) show(one)
    console.close()
    expect(lines().at(-1)).toBe('[a] last words')
    await clock.run(clock.sleep(20_000))
    expect(lines().filter((line) => line === '[a] last words')).toHaveLength(1)
  })
})
