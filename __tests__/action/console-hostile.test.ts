import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createConsole } from '../../src/action/console.ts'
import type { Event } from '../../src/domain/events.ts'
import { RunnerLog } from './runner-log.ts'

const TOKEN = '0123456789abcdef0123'

const HOSTILE = [
  '::set-output name=version::evil',
  '::error::forged',
  '  ::error::forged',
  '##[command]rm -rf /',
  'x ##[set-env name=PATH;]evil',
  '##[group]forged',
  'a\n::add-mask::b',
  'a\r::stop-commands::x',
  'a\r\n##[error]b',
  '\n::endgroup::\n',
  `::${TOKEN}::`,
  `\n::${TOKEN}::\n::set-env name=A::b\n`,
  `##[${TOKEN}]`,
  '#\u001b[0m#[error]x',
  ':\u001b[31m:error::x',
  '\u001b[2J\u001b]0;title\u0007',
  '\u0085::error::x',
  '\u2028::error::x\u2029',
  '\u202e::rorre::',
  '\ud800',
  '\u0000',
  '%0A::error::x',
  '::',
  '$(id)',
]

type Text = fc.Arbitrary<string>

/** All types of events, made of texts. The mapped type keeps the list complete. */
function events(text: Text): fc.Arbitrary<Event> {
  const texts = fc.array(text, { maxLength: 3 })
  const step = fc.constantFrom('update', 'check')
  const direction = fc.constantFrom('forward', 'rollback')
  const servers = { servers: texts }
  const reason = { reason: text }
  const fields: { readonly [T in Event['type']]: Readonly<Record<string, fc.Arbitrary<unknown>>> } = {
    'stage-started': { stage: text },
    observed: {
      groups: fc.array(
        fc.record({ name: text, targets: fc.nat(), healthy: fc.nat(), servers: fc.constant([]) }),
        { maxLength: 2 },
      ),
      loadBalancers: fc.constant([]),
    },
    'places-unknown': reason,
    planned: { rolloutId: text, plan: plans(text), outlook: outlooks(text) },
    refused: { problems: texts },
    warned: { text },
    'phase-started': {
      ...servers,
      phase: fc.constantFrom('batch', 'put-back', 'ready', 'shift', 'bake', 'check', 'shift-back'),
      share: fc.nat(1000),
      direction,
      version: text,
      batch: fc.nat(),
      batches: fc.nat(),
    },
    'batch-cut': { ...servers, later: texts },
    'batch-retreated': { ...servers, ...reason },
    'phase-ended': {},
    'step-started': { ...servers, step },
    'step-ended': { step },
    'step-failed': { ...reason, step },
    leaving: servers,
    deregistered: { ...servers, group: text },
    'drain-confirmed': servers,
    drained: { server: text, by: fc.constantFrom('load-balancer', 'command') },
    'update-started': { server: text, version: text },
    'update-output': { server: text, line: text },
    'update-succeeded': { server: text, version: text },
    'update-failed': { ...reason, server: text, version: text, tail: texts, ended: fc.boolean() },
    judged: { gate: text, server: text, verdict: fc.constantFrom('pass', 'fail', 'unknown'), evidence: text },
    registered: { ...servers, group: text },
    returned: servers,
    'still-out': servers,
    'left-in-doubt': servers,
    'unfinished-found': {
      ...servers,
      rolloutId: text,
      version: text,
      batch: fc.nat(),
      batches: fc.nat(),
      inDoubt: texts,
    },
    'routes-found': {
      blue: text,
      green: text,
      routes: fc.array(fc.record({ name: text, weights: text }), { maxLength: 2 }),
      share: fc.nat(1000),
    },
    'unfinished-shift-found': { rolloutId: text, version: text, base: fc.nat(1000) },
    shifting: { share: fc.nat(1000) },
    'routes-drifted': { drift: text },
    'route-changed': { route: text, weights: text },
    shifted: { share: fc.nat(1000), routes: fc.nat() },
    ready: { ...servers, group: text, least: fc.nat(), unready: texts },
    healthy: { server: text },
    'in-service': { server: text },
    'server-failed': { ...reason, server: text },
    'server-vanished': { ...reason, server: text },
    'servers-appeared': servers,
    'processes-suspended': { group: text, processes: texts },
    'processes-resumed': { group: text, processes: texts },
    'server-still-unhealthy': { ...reason, server: text },
    waiting: { text, elapsedMs: fc.nat() },
    stopped: {
      direction,
      stop: fc.record({ cause: fc.constantFrom('cancel', 'failure'), reason: text, step: text }),
    },
    ended: { ...reason, outcome: fc.constantFrom('succeeded', 'failed') },
  }
  return fc.oneof(
    ...Object.entries(fields).map(([type, record]) =>
      fc.record({ type: fc.constant(type), at: fc.nat(), ...record }),
    ),
  ) as fc.Arbitrary<unknown> as fc.Arbitrary<Event>
}

function plans(text: Text) {
  const servers = fc.array(text, { maxLength: 3 })
  const phase = fc.record({ kind: fc.constantFrom('batch', 'put-back'), servers, steps: fc.constant([]) })
  return fc.record({
    direction: fc.constantFrom('forward', 'rollback'),
    version: text,
    phases: fc.array(phase, { maxLength: 3 }),
    maxFailures: fc.nat({ max: 2 }),
  })
}

function outlooks(text: Text) {
  const parts = fc.array(fc.record({ cause: fc.constant('drain'), ms: fc.nat(), why: text }), {
    maxLength: 2,
  })
  const chapter = fc.record({
    ...{ kind: fc.constant('batch'), shares: fc.constant([]), from: fc.constant(0), phases: fc.nat(3) },
    steps: fc.array(text, { maxLength: 2 }),
  })
  const lowest = fc.record({ group: text, zone: text, now: fc.nat(9), lowest: fc.nat(9), of: fc.nat(9) })
  const times = { ms: fc.nat(), knowsUpdates: fc.boolean() }
  return fc.record({
    estimate: fc.record({ ...times, spreadMs: fc.nat(), parts, phases: fc.constant([]) }),
    chapters: fc.array(chapter, { maxLength: 2 }),
    capacity: fc.record({ lowest: fc.array(lowest, { maxLength: 2 }), neededOfGreen: fc.nat(9) }),
    wayBack: fc.record({ ...times, text }),
    permissions: fc.array(text, { maxLength: 2 }),
  })
}

/** The same event, if everybody wrote harmless words. Numbers and our own words stay. */
function harmless(value: unknown, key = ''): unknown {
  const ours = ['type', 'kind', 'phase', 'direction', 'step', 'by', 'verdict', 'cause', 'outcome']
  if (typeof value === 'string') return ours.includes(key) && !isForeign(value) ? value : 'word'
  if (Array.isArray(value)) return value.map((item) => harmless(item, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, harmless(inner, name)]))
}

/** `step` of a stop is free text. */
const isForeign = (value: string): boolean => !/^[a-z-]+$/.test(value)

function shown(all: readonly Event[]): RunnerLog {
  let output = ''
  const write = (text: string) => {
    output += text
  }
  const console = createConsole({ write, token: TOKEN })
  for (const event of all) console.show(event)
  return RunnerLog.of(output)
}

const names = (log: RunnerLog): string[] => log.commands.map(({ name }) => name)
const INVISIBLE = /[^\P{Cc}\t]|[\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/u

function expectHarmless(all: readonly Event[]): void {
  const log = shown(all)
  const model = shown(all.map((event) => harmless(event) as Event))
  expect(names(log)).toEqual(names(model))
  expect(log.lines).toHaveLength(model.lines.length)
  expect(log.isStopped).toBe(true)
  for (const line of log.lines) {
    expect(line).not.toMatch(INVISIBLE)
    expect(line).not.toMatch(/^\s*::|##\[/)
  }
  for (const { data } of log.commands) expect(data.replaceAll('\n', '')).not.toMatch(INVISIBLE)
}

describe('a text that looks like a command', () => {
  const everyType = fc.sample(events(fc.constant('TEXT')), { numRuns: 2_000, seed: 1 })
  const oneOfEach = [...new Map(everyType.map((event) => [event.type, event])).values()]

  test.each(HOSTILE)('%j does nothing in any event', (hostile) => {
    const all = JSON.parse(JSON.stringify(oneOfEach), (_, value) =>
      value === 'TEXT' ? hostile : value,
    ) as Event[]
    expectHarmless(all)
  })
})

test('no text whatever executes a command, forges a line or hides', () => {
  const text = fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc
      .array(fc.constantFrom(...HOSTILE, ':', '#', '[', '\n', '\r', '\t', ' '), { maxLength: 5 })
      .map((all) => all.join('')),
  )
  fc.assert(
    fc.property(fc.array(events(text), { maxLength: 12 }), (all) => expectHarmless(all)),
    { numRuns: 500 },
  )
})

test('groups never nest', () => {
  fc.assert(
    fc.property(fc.array(events(fc.string()), { maxLength: 30 }), (all) => {
      const groups = names(shown(all)).filter((name) => name.endsWith('group'))
      for (const [index, name] of groups.entries()) expect(name).toBe(index % 2 === 0 ? 'group' : 'endgroup')
    }),
  )
})

test('an ordinary text is shown as it is', () => {
  const line = 'C:\\temp\\new "quoted" 100% émoji 🎉 a::b #[x] $HOME'
  const event: Event = { type: 'update-output', server: 'i-1', line, at: 0 }
  expect(shown([event]).lines).toEqual([`[i-1] ${line}`])
})

test('colors are dropped, other escapes are shown', () => {
  const line = '\u001b[1;32mok\u001b[0m \u001b[2J\r'
  expect(shown([{ type: 'update-output', server: 'i-1', line, at: 0 }]).lines).toEqual([
    '[i-1] ok \\x1b[2J\\r',
  ])
})
