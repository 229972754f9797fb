import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Event } from '../../src/domain/events.ts'
import { reportOf } from '../../src/domain/report.ts'
import { plain } from '../../src/summary/diagram.ts'
import { markdown } from '../../src/summary/markdown.ts'
import { NEW, OLD } from '../support/world.ts'
import { diagramsOf, facts, STARTED_AT, summaryOf, tell } from './told.ts'

/** Of a gantt chart: what Mermaid makes of it. */
interface Chart {
  readonly sections: readonly string[]
  readonly bars: readonly Bar[]
}

interface Bar {
  readonly section: string
  readonly name: string
  readonly tags: readonly string[]
  readonly id: string
  readonly from: number
  readonly to: number
}

const BAR = /^ {4}([A-Za-z0-9 ._/%+-]+) :((?:\w+, )*)(t\d+x\d+), ([\d -]+:\d\d:\d\d), ([\d -]+:\d\d:\d\d)$/
const HEAD = [
  '%%{init: {"gantt": {"leftPadding": 120}}}%%',
  'gantt',
  '  title All times are UTC',
  '  dateFormat YYYY-MM-DD HH:mm:ss',
]

/** Fails on a line that is neither a head, a section nor a bar as they should be. */
function chartOf(summary: string): Chart {
  const source = diagramsOf(summary).find((text) => text.includes('gantt')) ?? ''
  const lines = source.split('\n')
  expect(lines.slice(0, 4)).toEqual(HEAD)
  expect(lines[4]).toMatch(/^ {2}axisFormat %H:%M(:%S)?$/)
  expect(lines[5]).toBe('  todayMarker off')
  const sections: string[] = []
  const bars: Bar[] = []
  for (const line of lines.slice(6)) {
    const section = /^ {2}section ([A-Za-z0-9 ._/%+-]+)$/.exec(line)?.[1]
    if (section !== undefined) {
      sections.push(section)
      continue
    }
    const [, name = '', tags = '', id = '', from = '', to = ''] = BAR.exec(line) ?? [line]
    expect(name).not.toBe('')
    bars.push({
      ...{ section: sections.at(-1) ?? '', name, id, from: timeOf(from), to: timeOf(to) },
      tags: tags.split(', ').filter((tag) => tag !== ''),
    })
  }
  return { sections, bars }
}

const timeOf = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`)

function expectSound({ sections, bars }: Chart): void {
  expect(new Set(sections).size).toBe(sections.length)
  expect(new Set(bars.map(({ id }) => id)).size).toBe(bars.length)
  for (const { from, to } of bars) expect(to).toBeGreaterThan(from)
  const starts = bars.map(({ from }) => from)
  expect(starts).toEqual(starts.toSorted((a, b) => a - b))
}

describe('the timeline', () => {
  test('has a bar for what each batch went through', async () => {
    const chart = chartOf(await summaryOf({ servers: 4 }))
    expectSound(chart)
    const second = (name: string) =>
      chart.bars.find((bar) => bar.section === 'Batch 1' && bar.name.startsWith(name))
    expect(second('Drain')).toMatchObject({
      name: 'Drain 2 servers 30 s',
      tags: ['done'],
      from: STARTED_AT + 3_000,
    })
    expect(second('Update')).toMatchObject({
      name: 'Update 2 servers 5 s',
      tags: [],
      from: STARTED_AT + 33_000,
    })
    expect(second('Health')).toMatchObject({ tags: [], from: STARTED_AT + 38_000 })
    expect(chart.sections).toEqual(['Start', 'Batch 1', 'Batch 2'])
  })

  test('shows in red what failed, and the way back in sections of its own', async () => {
    const summary = await summaryOf({
      updateFails: (id, version) => (id === '10.0.0.13' && version === NEW ? 'exit code 3' : undefined),
    })
    const chart = chartOf(summary)
    expectSound(chart)
    expect(chart.bars.filter(({ tags }) => tags.includes('crit'))).toMatchObject([
      { section: 'Batch 2', name: 'Update 2 servers 5 s - 1 failed' },
    ])
    expect(chart.sections).toContain('Rollback batch 1')
    expect(summary).toContain('Red has failed.')
  })

  test('shows shares, holds and bakes', async () => {
    const chart = chartOf(
      await summaryOf({ pair: {} }, { traffic: [{ share: 100, holdMs: 300_000 }, { share: 1000 }] }),
    )
    expectSound(chart)
    expect(chart.bars.map(({ section, name }) => `${section}: ${name}`)).toEqual([
      'Start: Look and plan 3 s',
      'Make green ready: Update 4 servers 5 s',
      expect.stringMatching(/^Make green ready: Health check /),
      'Shift to 10%: Hold at 10% 5 m',
      'Shift to 100%: Hold at 100% 30 s',
      'Bake: Bake 1 m',
    ])
  })

  test('of very many phases shows the first and last ones, and those that failed', async () => {
    const { report } = await tell(
      {
        servers: 60,
        updateFails: (id, version) => (id === '10.0.0.40' && version === NEW ? 'exit code 3' : undefined),
      },
      { batchSizes: [{ count: 1 }], maxFailures: { count: 1 } },
    )
    const chart = chartOf(markdown(report))
    expectSound(chart)
    expect(report.phases.length).toBe(60)
    expect(chart.bars.length).toBeLessThan(30)
    expect(chart.bars.filter(({ tags }) => tags.includes('crit'))).toHaveLength(1)
    expect(chart.sections).toContain('Batch 60')
    expect(chart.sections.filter((section) => /^Phases \d+ to \d+$/.test(section))).toHaveLength(2)
  })
})

describe('the picture', () => {
  const pictureOf = (summary: string) =>
    diagramsOf(summary).find((text) => text.startsWith('flowchart ')) ?? ''

  test('shows shares and versions before and after', async () => {
    const picture = pictureOf(
      await summaryOf({ pair: {} }, { traffic: [{ share: 100 }], previousVersion: OLD }),
    )
    expect(picture).toContain('beforeL -->|"100%"| beforeG0["target group<br/>blue"]')
    expect(picture).toContain('beforeL -.->|"0%"| beforeG1["target group<br/>green"]')
    expect(picture).toContain('afterL -->|"90%"| afterG0')
    expect(picture).toContain('afterL -->|"10%"| afterG1')
    expect(picture).toContain('["4 servers on 1.0.2"]:::fresh')
    expect(picture).toContain('["4 servers on 1.0.1"]:::old')
  })

  test('shows who is out, and who may still be updated', async () => {
    const picture = pictureOf(
      await summaryOf(
        { updateFails: (id, version) => (id === '10.0.0.13' && version === NEW ? 'exit code 3' : undefined) },
        { onFailure: 'freeze' },
      ),
    )
    expect(picture).toContain('["1 server<br/>version not known<br/>taken out<br/>10.0.0.13"]:::bad')
    expect(picture).toContain('afterG0 -.-x|out| afterS0x')
  })

  test('draws servers of several groups once', async () => {
    const picture = pictureOf(await summaryOf({ groups: [{}, { ports: [9090] }] }))
    expect(picture.match(/4 servers on 1\.0\.2/g)).toHaveLength(1)
    expect(picture).toContain('afterG0 --> afterS0x0')
    expect(picture).toContain('afterG1 --> afterS0x0')
  })
})

describe('names from outside', () => {
  test('are made harmless, whatever they are', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const name = plain(text)
        expect(name).toMatch(/^[A-Za-z0-9 ._/%+-]+$/)
        expect(name).not.toMatch(/%%|--/)
        expect(name.length).toBeLessThanOrEqual(30)
      }),
    )
  })

  test('never change what a diagram is made of', () => {
    const hostile = fc.oneof(
      fc.constantFrom(
        'end',
        'a:b',
        '"]; click x "javascript:alert(1)"',
        '%%{init: {"securityLevel": "loose"}}%%',
        '\n  section x\n',
        '```\n\n# owned',
        '<img src=x>',
        '#quot;',
      ),
      fc.string(),
    )
    fc.assert(
      fc.property(hostile, hostile, (name, id) => {
        const summary = markdown(reportOf({ ...facts, version: name }, events(name, id)))
        const chart = chartOf(summary)
        expectSound(chart)
        expect(chart.bars.map((bar) => bar.name)).toEqual([
          'Update 1 server 9 s',
          'Health check 1 server 10 s',
        ])
        for (const line of diagramsOf(summary)[0]?.split('\n') ?? []) expect(line).toMatch(FLOWCHART)
      }),
    )
  })

  const NODE = '\\w+\\["[A-Za-z0-9 ._/%+-]+(<br/>[A-Za-z0-9 ._/%+-]+)*"\\]'
  const FLOWCHART = new RegExp(
    `^(flowchart (LR|TB)|  subgraph (now|before|after)\\["\\w+"\\]|    direction LR|  end|  before ==> after|  classDef [\\w #:,]+|    ${NODE}(:::\\w+)?|    \\w+ (-->|-\\.-x\\|out\\||-\\.->\\|"0%"\\||-->\\|"\\d+%"\\|) (\\w+|${NODE}))$`,
  )

  function events(name: string, id: string): Event[] {
    const at = STARTED_AT
    const servers = [id]
    const phase = {
      type: 'phase-started',
      phase: 'batch',
      direction: 'forward',
      version: name,
      batch: 1,
      batches: 1,
    } as const
    const group = {
      name,
      targets: 1,
      healthy: 1,
      version: name,
      servers: [{ id, zone: name, state: 'healthy' as const }],
    }
    return [
      { type: 'observed', groups: [group], loadBalancers: [{ name, kind: 'application' }], at },
      { ...phase, servers, at },
      { type: 'step-started', step: 'update', servers, at },
      { type: 'step-ended', step: 'update', at: at + 9_000 },
      { type: 'step-started', step: 'await-healthy', servers, at: at + 9_000 },
      { type: 'step-ended', step: 'await-healthy', at: at + 19_000 },
      { type: 'phase-ended', at: at + 19_000 },
    ]
  }
})
