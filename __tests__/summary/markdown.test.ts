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
  text.replace(/&#(\d+);/g, (_, number) => String.fromCharCode(Number(number))).replace(/<\/?code>/g, '')

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

  test('of 5,000 servers that all fail stays under the limit of 1 MiB', async () => {
    const servers = Array.from({ length: 5_000 }, (_, index) => `i-${index}`)
    const tail = Array.from({ length: 20 }, () => 'x'.repeat(200))
    const at = facts.startedAt
    const events: Event[] = [
      {
        type: 'phase-started',
        phase: 'batch',
        direction: 'forward',
        version: NEW,
        servers,
        batch: 1,
        batches: 1,
        at,
      },
      ...servers.flatMap((server): Event[] => [
        { type: 'update-failed', server, version: NEW, reason: 'exit code 1', tail, ended: true, at },
        { type: 'server-failed', server, reason: `update failed: ${'y'.repeat(500)}`, at },
      ]),
      { type: 'ended', outcome: 'failed', reason: 'all of them', at },
    ]
    const text = markdown(reportOf(facts, events))
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024)
    expect(text).toContain('3500 more rows')
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
        const own = /<\/?(code|details|summary|pre)>/g
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
