import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Event } from '../../src/domain/events.ts'
import type { Conclusion } from '../../src/domain/outcome.ts'
import { type Report, reportOf } from '../../src/domain/report.ts'
import type { Settings } from '../../src/domain/settings.ts'
import { planParts } from '../../src/summary/plan.ts'
import { TAGS_BLOCK, WEIGHTS_BLOCK } from '../../src/summary/plan-infrastructure.ts'
import { World, type WorldOptions } from '../support/world.ts'

const facts = {
  ...{ rolloutId: 'r-1', mode: 'deploy', strategy: 'in-place', version: '1.0.2' },
  ...{ targetGroupArns: [], startedAt: Date.UTC(2026, 10, 23) },
}

const reported = (events: readonly Event[]): Report => reportOf(facts as never, events)

async function planned(options: WorldOptions, settings: Partial<Settings> = {}) {
  const world = new World(options)
  const conclusion = await world.rollOut({ ...settings, dryRun: true })
  return { world, report: reported([...world.events, endOf(world, conclusion)]) }
}

const endOf = (world: World, conclusion: Conclusion): Event => ({
  ...{ type: 'ended', at: world.clock.now() },
  ...conclusion,
})

/** As a reader sees it. */
const shown = (text: string) =>
  text
    .replace(/&#(\d+);/g, (_, number) => String.fromCharCode(Number(number)))
    .replace(/<\/?(code|b|span)>/g, '')
    .replaceAll('\u00a0', ' ')

describe('the plan in the summary', () => {
  test('of a shift', async () => {
    const traffic = [{ share: 100, holdMs: 300_000 }, { share: 1000 }]
    const { report } = await planned({ pair: {} }, { traffic })
    const text = shown(planParts(report).join('\n\n'))
    expect(text).toMatch(
      /^### The plan\n\n- \*\*Time:\*\* about 7 m 12 s without the updates, of which 5 m are the time that each/,
    )
    expect(text).toContain('| Shift 10% to green | 5 m 1 s | share stays 5 m |  |')
    expect(text).toContain('| 5 m | 69% | the time that each share of the traffic stays |')
    expect(text).toContain(
      '**Shift 10% to green**:\n\n1. see that green has 4 healthy servers\n2. give green',
    )
    expect(text).toContain('(11; 7 of them for a dry run)')
    expect(text).toContain(WEIGHTS_BLOCK)
  })

  test('of a thousand batches counts most of them', async () => {
    const { report } = await planned({ servers: 1_000 }, { batchSizes: [{ count: 1 }] })
    const text = shown(planParts(report).join('\n\n'))
    expect(text).toMatch(/\| Batch 20 \|.*\n\| 980 more \| 1\d h[^|]* \| {2}\| 980 \|/)
    expect(text).toContain('**Batches 1 to 1000**, each:')
    expect(text.length).toBeLessThan(8_000)
  })

  test('of a large batch shows some of its servers', async () => {
    const { report } = await planned({ servers: 40 })
    expect(shown(planParts(report).join('\n'))).toMatch(
      /\| 20: (10\.0\.0\.\d+, ){7}10\.0\.0\.\d+ and 12 more \|/,
    )
  })

  test('is one line once it has begun, and nothing where it has ended or was refused', async () => {
    const world = new World()
    const conclusion = await world.rollOut()
    const begun = world.events.findIndex(({ type }) => type === 'phase-started')
    expect(planParts(reported(world.events.slice(0, begun)))).not.toHaveLength(1)
    expect(planParts(reported(world.events.slice(0, begun + 1))).map(shown)).toEqual([
      expect.stringMatching(/^Planned: about 1 m 51 s without the updates.*\.$/),
    ])
    expect(planParts(reported([...world.events, endOf(world, conclusion)]))).toEqual([])
    const busy = { type: 'ended', outcome: 'refused', reason: 'another rollout is under way', at: 0 } as const
    expect(planParts(reported([...world.events.slice(0, begun), busy]))).toEqual([])
  })

  test('has for infrastructure code what the README has', () => {
    const readme = readFileSync('README.md', 'utf8')
    expect(readme).toContain(TAGS_BLOCK)
    expect(readme).toContain(WEIGHTS_BLOCK)
  })

  test('keeps every text from outside inert', async () => {
    const { world } = await planned({ groups: [{ attributes: STICKY }] })
    const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 30 }))
    fc.assert(
      fc.property(hostile, (name) => {
        const events = JSON.parse(
          JSON.stringify(world.events).replaceAll('group-0', JSON.stringify(name).slice(1, -1)),
        ) as Event[]
        const text = planParts(reported(events)).join('\n\n')
        const rest = text
          .replace(`\`\`\`hcl\n${TAGS_BLOCK}\n\`\`\``, '')
          .replace(/<\/?(code|b|span|details|summary)>/g, '')
          .replaceAll('**', '')
        expect(rest).not.toMatch(/[<>`~$@\\]|!\[|\]\(|www\.|https?:/)
        for (const row of text.split('\n').filter((line) => line.startsWith('| Batch')))
          expect(row.match(/\|/g)).toHaveLength(5)
      }),
      { numRuns: 200 },
    )
  })
})

const STICKY = { 'stickiness.enabled': 'true', 'stickiness.type': 'lb_cookie' }

const HOSTILE = [
  '`touch owned`',
  '"><script>alert(1)</script>',
  '</pre></details><h1>owned</h1>',
  '| a | b |\n| --- | --- |',
  '**bold** [link](http://evil.example) ![image](http://evil.example/x.png)',
  '```mermaid\ngraph TD; a-->b\n```',
  '@everyone #1 :tada: www.evil.example $x^2$',
  '\u202Egnp.exe\u0000\u001b[31m',
]
