import { describe, expect, jest, test } from '@jest/globals'
import type { Event } from '../../src/domain/events.ts'
import { reportOf } from '../../src/domain/report.ts'
import { markdown } from '../../src/summary/markdown.ts'
import { NEW, OLD } from '../support/world.ts'
import { STARTED_AT as at, facts, shown, tell } from './told.ts'

// A thousand servers take seconds on a machine that has other work.
jest.setTimeout(60_000)

/** GitHub drops a larger one whole. */
const LIMIT = 1024 * 1024
const MANY = 1_000

/** Without all of a summary in a failure's message. */
const has = (summary: string, text: string) => summary.includes(text)
const missing = (summary: string, ids: readonly string[]) => ids.filter((id) => !has(summary, id))

const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => `i-${`${index}`.padStart(17, '0')}`)

describe('a summary of very many servers', () => {
  test('that all went well has a line for each batch, and says where the rest is', async () => {
    const { report } = await tell(
      { servers: MANY, targetType: 'instance' },
      { batchSizes: [{ percent: 25 }] },
    )
    const text = shown(markdown(report))
    expect(Buffer.byteLength(text)).toBeLessThan(20_000)
    expect(text).toContain('1000 servers: 1000 went well, 0 failed.')
    expect(text).toContain(
      'Servers that went well are a line for each phase; the file at the output `report-path` has each of them.',
    )
    expect(text.match(/^\| batch \d \| 250 servers \|/gm)).toHaveLength(4)
  })

  test('one after another does not draw each of them', async () => {
    const { report } = await tell({ servers: 150, targetType: 'instance' }, { batchSizes: [{ count: 1 }] })
    const text = markdown(report)
    expect(report.phases).toHaveLength(150)
    expect(Buffer.byteLength(text)).toBeLessThan(60_000)
    expect(text.split('\n').filter((line) => line.includes(' :done, t')).length).toBeLessThan(20)
  })

  test('names each of those that failed', async () => {
    const fails = (id: string) => /[147]/.test(id.slice(2, 3))
    const { report } = await tell(
      {
        ...{ servers: MANY, targetType: 'instance' },
        updateFails: (id, version) => (fails(id) && version === NEW ? 'exit code 3' : undefined),
      },
      { batchSizes: [{ percent: 25 }], maxFailures: { percent: 50 } },
    )
    const text = shown(markdown(report))
    const failed = report.phases.flatMap(({ servers }) =>
      servers.filter(({ failure }) => failure !== undefined),
    )
    expect(failed.length).toBeGreaterThan(300)
    expect(
      missing(
        text,
        failed.map(({ id }) => `| ${id} |`),
      ),
    ).toEqual([])
    expect(Buffer.byteLength(text)).toBeLessThan(LIMIT)
  })

  describe('that all fail, with texts that take much room', () => {
    const servers = ids(MANY)

    function summary(count: number, text: string, more: readonly Event[] = []): string {
      const tail = Array.from({ length: 20 }, () => text.repeat(200))
      const all = ids(count)
      const step = { type: 'step-started', step: 'update', servers: all, at } as const
      const phase = { type: 'phase-started', phase: 'batch', direction: 'forward', version: NEW, at } as const
      const events: Event[] = [
        { ...phase, servers: all, batch: 1, batches: 1 },
        step,
        ...all.flatMap((server, index): Event[] => [
          { type: 'update-failed', server, version: NEW, reason: 'exit code 1', tail, ended: true, at },
          {
            type: 'judged',
            gate: text.repeat(9),
            scope: 'server',
            server,
            verdict: 'fail',
            evidence: `${index} ${text.repeat(500)}`,
            at,
          },
          { type: 'server-failed', server, reason: `${index} update failed: ${text.repeat(500)}`, at },
        ]),
        ...more,
        { type: 'ended', outcome: 'failed', reason: `all of them: ${text.repeat(5_000)}`, at },
      ]
      return markdown(reportOf(facts, events))
    }

    // Some characters take many bytes where they stand for themselves.
    test.each(['x', '<', '|', '`', '@', '\u0000', '\u202e', '😀'])('stays under the limit: %j', (text) => {
      const others: Event[] = servers.flatMap((server) => [
        { type: 'warned', text: `${server}: ${text.repeat(1_000)}`, at },
        { type: 'refused', problems: [text.repeat(1_000)], at },
      ])
      for (const given of [summary(MANY, text), summary(MANY, text, others)]) {
        expect(Buffer.byteLength(given)).toBeLessThan(LIMIT)
        expect(given.slice(0, 30)).toMatch(/^## ❌ Failed: all of them/)
        expect(missing(given, servers)).toEqual([])
        expect(has(given, '990 more failed updates; the log has their output.')).toBe(true)
      }
      expect(/^- … and 9\d\d more; the log has them all\.$/m.test(summary(MANY, text, others))).toBe(true)
    })

    test('names as many as there is room for, and how many there are beyond', () => {
      const given = summary(20_000, '<')
      expect(Buffer.byteLength(given)).toBeLessThan(LIMIT)
      expect(/ and \d{4,5} more; the report has them all\./.test(given)).toBe(true)
    })
  })

  test('of a shift stays under the limit too', () => {
    const all = ids(5_000)
    const found = { type: 'routes-found', blue: 'a', green: 'b', routes: [], share: 0, at } as const
    const phase = { type: 'phase-started', phase: 'ready', direction: 'forward', version: NEW, at } as const
    const events: Event[] = [
      found,
      { ...phase, servers: all, batch: 1, batches: 1 },
      ...all.map(
        (server, index): Event => ({
          type: 'server-failed',
          server,
          reason: `${index}${'<'.repeat(500)}`,
          at,
        }),
      ),
    ]
    const text = markdown(reportOf({ ...facts, strategy: 'blue-green', previousVersion: OLD }, events))
    expect(Buffer.byteLength(text)).toBeLessThan(LIMIT)
    expect(missing(text, all)).toEqual([])
  })
})
