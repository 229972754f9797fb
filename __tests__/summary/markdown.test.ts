import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Event } from '../../src/domain/events.ts'
import type { ReportFacts } from '../../src/domain/report.ts'
import { reportOf } from '../../src/domain/report.ts'
import type { Settings } from '../../src/domain/settings.ts'
import { markdown } from '../../src/summary/markdown.ts'
import { NEW, OLD, World, type WorldOptions } from '../support/world.ts'

const facts: ReportFacts = {
  rolloutId: '20261123T000000Z-7-1-c0ffee',
  mode: 'deploy',
  strategy: 'in-place',
  version: NEW,
  previousVersion: OLD,
  targetGroupArns: [],
  startedAt: Date.UTC(2026, 10, 23),
}

async function summaryOf(options: WorldOptions, settings: Partial<Settings> = {}): Promise<string> {
  const world = new World(options)
  const conclusion = await world.rollOut(settings)
  const events: Event[] = [...world.events, { type: 'ended', at: world.clock.now(), ...conclusion }]
  return markdown(reportOf({ ...facts, version: settings.version ?? NEW }, events))
}

/** As a reader sees it. */
const shown = (text: string) =>
  text
    .replace(/&#(\d+);/g, (_, number) => String.fromCharCode(Number(number)))
    .replace(/<\/?(code|span)>/g, '')

describe('the summary', () => {
  test('of a good rollout', async () => {
    expect(shown(await summaryOf({ servers: 2 }))).toBe(`## ✅ Succeeded: 1.0.2 runs on all 2 servers

1.0.1 → 1.0.2 · in-place · group-0 · 2 batches · 1 m 53 s · rollout r-001

| Batch | Server | Result | Drained | Updated | Smoke test | Healthy after | Stayed healthy |
| --- | --- | --- | --- | --- | --- | --- | --- |
| 1 | 10.0.0.11 | 1.0.2 in service | 30 s | 5 s |  | 3 s | 15 s |
| 2 | 10.0.0.12 | 1.0.2 in service | 30 s | 5 s |  | 7 s | 15 s |
`)
  })

  test('of one that was rolled back has the reason first, and the last words of the failed command', async () => {
    const text = shown(
      await summaryOf({
        updateFails: (id, version) => (id === '10.0.0.13' && version === NEW ? 'exit code 3' : undefined),
      }),
    )
    expect(text.split('\n')[0]).toBe(
      '## ⏪ Rolled back: 10.0.0.13: update failed: exit code 3; 1.0.1 serves on all 4 servers',
    )
    expect(text).toContain('| 2 | 10.0.0.13 | failed: update failed: exit code 3 | 30 s | 5 s |')
    expect(text).toContain('| rollback 1 | 10.0.0.13 | 1.0.1 in service |')
    expect(text).toContain('Last lines of the update of 10.0.0.13')
    expect(text).toContain('it says why')
  })

  test('says who has ended a drain early', async () => {
    const drained = async (drainProbe: NonNullable<WorldOptions['drainProbe']>) =>
      shown(
        await summaryOf({
          ...{ servers: 2, targetType: 'instance', groups: [{ delaySeconds: 60 }], drainProbe },
        }),
      )
    expect(await drained({ isDrained: async () => true })).toContain('| 12 s (drained-command) |')
    const connections = await drained(() => ({
      by: 'connections',
      watch: async ({ servers }, listener) => {
        for (const { id } of servers) listener.drained(id)
      },
    }))
    expect(connections).toContain('| 10 s (no connection) |')
  })

  test('of one that was refused lists every problem', async () => {
    const text = shown(
      await summaryOf({ servers: 3 }, { batchSizes: [{ count: 2 }], drainedCommand: 'true' }),
    )
    expect(text).toMatch(/^## ⛔ Refused: batch-size 2 of 3 servers is 2/)
    expect(text.match(/^- /gm)).toHaveLength(2)
  })

  test('of a plan shows the batches', async () => {
    const text = shown(await summaryOf({}, { dryRun: true }))
    expect(text).toMatch(/^## 📋 Planned: 1\.0\.2 would be rolled out in 2 batches; nothing was changed/)
    expect(text).toContain('| 2 | 2 | 10.0.0.13, 10.0.0.14 |')
  })

  test('of a run that is under way says so, in case it is the last that is written', async () => {
    const world = new World()
    await world.rollOut()
    const text = shown(markdown(reportOf(facts, world.events.slice(0, 40))))
    expect(text).toMatch(/^## ⏳ Rolling out 1\.0\.2/)
    expect(text).toContain('it was cut short')
  })

  describe('of 5,000 servers that all fail', () => {
    const at = facts.startedAt
    const servers = Array.from({ length: 5_000 }, (_, index) => `i-${index}`)

    function summary(text: string, more: readonly Event[] = []): string {
      const tail = Array.from({ length: 20 }, () => text.repeat(200))
      const events: Event[] = [
        {
          ...{ type: 'phase-started', phase: 'batch', direction: 'forward', version: NEW, servers, at },
          ...{ batch: 1, batches: 1 },
        },
        ...servers.flatMap((server): Event[] => [
          { type: 'update-failed', server, version: NEW, reason: 'exit code 1', tail, ended: true, at },
          { type: 'server-failed', server, reason: `update failed: ${text.repeat(500)}`, at },
        ]),
        ...more,
        { type: 'ended', outcome: 'failed', reason: `all of them: ${text.repeat(5_000)}`, at },
      ]
      return markdown(reportOf(facts, events))
    }

    // GitHub drops a larger one whole. Some characters take ten bytes where they stand for themselves.
    test.each(['x', '<', '|', '`', '\u0000', '\u202e', '😀'])(
      'stays under the limit of 1 MiB: %j',
      (text) => {
        const others: Event[] = servers.flatMap((server) => [
          { type: 'warned', text: `${server}: ${text.repeat(1_000)}`, at },
          { type: 'refused', problems: [text.repeat(1_000)], at },
        ])
        for (const given of [summary(text), summary(text, others)]) {
          expect(Buffer.byteLength(given)).toBeLessThan(1024 * 1024)
          expect(given).toMatch(/^## ❌ Failed: all of them/)
          expect(given).toMatch(/… and \d{4} more rows; the report has them all\./)
        }
        expect(summary(text, others)).toContain('- … and 4950 more; the log has them all.')
      },
    )

    test('shows the last lines of the first ten, and how many there are beyond', () => {
      const text = summary('x')
      expect(text.match(/Last lines of the update of i-\d+/g)).toHaveLength(10)
      expect(text).toContain('… and 4990 more failed updates; the log has their output.')
    })
  })

  test('of a shift to 5,000 servers stays under the limit too', () => {
    const at = facts.startedAt
    const servers = Array.from({ length: 5_000 }, (_, index) => `i-${index}`)
    const found = { type: 'routes-found', blue: 'a', green: 'b', routes: [], share: 0, at } as const
    const phase = { type: 'phase-started', phase: 'ready', direction: 'forward', version: NEW, at } as const
    const events: Event[] = [
      found,
      { ...phase, servers, batch: 1, batches: 1 },
      ...servers.map((server): Event => ({ type: 'server-failed', server, reason: '<'.repeat(500), at })),
    ]
    const text = markdown(reportOf({ ...facts, strategy: 'blue-green' }, events))
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024)
    expect(text).toContain('more rows')
  })
})

describe('text from outside', () => {
  const hostile = [
    '$(touch owned)',
    '`touch owned`',
    '"><script>alert(1)</script>',
    '</pre></details><h1>owned</h1>',
    '| a | b |\n| --- | --- |',
    '**bold** _it_ ~~gone~~ [link](http://evil.example) ![image](http://evil.example/x.png)',
    '```mermaid\ngraph TD; a-->b\n```',
    '@everyone #1 :tada: www.evil.example http://evil.example $x^2$',
    '<!-- comment -->',
    '::set-output name=outcome::succeeded',
    '\u202Egnp.exe\u0000\u001b[31m',
  ]

  test('is inert wherever it is shown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...hostile), fc.string(), async (text, noise) => {
        const version = `${text}${noise}`
        const summary = await summaryOf(
          { updateFails: (id, to) => (id === '10.0.0.11' && to !== OLD ? version : undefined) },
          { version },
        )
        const own = /<\/?(code|details|summary|pre|span)>/g
        const rest = summary.replace(own, '')
        expect(rest).not.toMatch(/[<>`~$@\\]|!\[|\]\(|www\.|https?:/)
        expect(summary.match(/<details>/g)).toHaveLength(1)
        for (const row of summary.split('\n').filter((line) => line.startsWith('|'))) {
          expect(row.match(/\|/g)).toHaveLength(9)
        }
      }),
      { numRuns: 200 },
    )
  })
})
