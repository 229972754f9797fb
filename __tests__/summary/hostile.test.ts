import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import type { Event } from '../../src/domain/events.ts'
import { reportOf } from '../../src/domain/report.ts'
import { markdown } from '../../src/summary/markdown.ts'
import { NEW } from '../support/world.ts'
import { STARTED_AT as at, facts, workflow } from './told.ts'

const HOSTILE = [
  '$(touch owned)',
  '`touch owned`',
  '"><script>alert(1)</script>',
  '</pre></details><h1>owned</h1>',
  '</code></summary>\n\n# owned',
  '| a | b |\n| --- | --- |',
  '**bold** _it_ ~~gone~~ [link](http://evil.example) ![image](http://evil.example/x.png)',
  '```mermaid\ngraph TD; a-->b\n```',
  '\n```\n',
  '@everyone #1 :tada: www.evil.example http://evil.example $x^2$',
  '<!-- comment -->',
  '<http://evil.example>',
  '[^1]: note',
  '[x]: http://evil.example',
  '::set-output name=outcome::succeeded',
  '\u202Egnp.exe\u0000\u001b[31m',
  '    indented',
  '\u001b[1m\tindented',
  '> [!CAUTION]',
  '- item\n- item',
  '&lt;b&gt;',
]

const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.tuple(fc.constantFrom(...HOSTILE), fc.string()).map(([text, noise]) => `${text}${noise}`),
)

interface Node {
  readonly type: string
  readonly value?: string
  readonly url?: string
  readonly lang?: string
  readonly depth?: number
  readonly children?: readonly Node[]
}

function nodesOf(summary: string): Node[] {
  const walk = (node: Node): Node[] => [node, ...(node.children ?? []).flatMap(walk)]
  return walk(unified().use(remarkParse).use(remarkGfm).parse(summary) as Node)
}

const KNOWN = new Set(
  'root heading text paragraph table tableRow tableCell html strong code list listItem link'.split(' '),
)
const OWN_TAGS = /<\/?(code|pre|details|summary|span)>|<details open>/g
const TITLES =
  /^(What failed|Before and (after|now)|What is there|Timeline|Traffic|Where the time went|Checks|Servers)$/

const textOf = (node: Node): string => node.value ?? (node.children ?? []).map(textOf).join('')

/** All of a run whose every text comes from somebody who means harm. */
function eventsOf(texts: readonly string[]): Event[] {
  let next = 0
  const text = () => texts[next++ % texts.length] ?? ''
  const servers = [text(), `${text()}2`]
  const [server = '', other = ''] = servers
  const [blue, green] = [text(), `${text()}g`]
  const group = (name: string) => ({
    ...{ name, targets: 2, healthy: 1, version: text() },
    servers: servers.map((id) => ({ id, zone: text(), state: 'unhealthy' as const, reason: text() })),
  })
  const version = text()
  const phase = { type: 'phase-started', direction: 'forward', version, batch: 1, batches: 2, at } as const
  return [
    {
      type: 'observed',
      groups: [group(blue), group(green)],
      loadBalancers: [{ name: text(), kind: 'network' }],
      at,
    },
    { type: 'routes-found', blue, green, routes: [{ name: text(), weights: text() }], share: 0, at },
    {
      ...{ type: 'unfinished-found', rolloutId: text(), version: text(), batch: 1, batches: 1, at },
      ...{ servers: [text()], inDoubt: [] },
    },
    { type: 'warned', text: text(), at },
    { type: 'refused', problems: [text(), text()], at },
    { ...phase, phase: 'batch', servers },
    { type: 'step-started', step: 'update', servers, at },
    {
      type: 'update-failed',
      server,
      version,
      reason: text(),
      tail: [text(), text(), ''],
      ended: true,
      at: at + 9_000,
    },
    {
      type: 'judged',
      gate: text(),
      scope: 'server',
      server,
      verdict: 'fail',
      evidence: text(),
      at: at + 9_000,
    },
    { type: 'judged', gate: text(), scope: 'watch', verdict: 'pass', evidence: text(), at: at + 9_000 },
    { type: 'server-failed', server, reason: text(), at: at + 9_000 },
    { type: 'batch-retreated', servers: [other], reason: text(), at: at + 9_000 },
    { type: 'step-failed', step: 'update', reason: text(), at: at + 9_000 },
    { type: 'phase-ended', at: at + 9_000 },
    { type: 'stopped', stop: { cause: 'failure', reason: text() }, direction: 'forward', at: at + 9_000 },
    { ...phase, phase: 'shift', share: 100, servers: [] },
    { type: 'ended', outcome: 'failed', reason: text(), at: at + 19_000 },
  ]
}

describe('text from outside', () => {
  test('is text, wherever it is shown, and changes nothing around it', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 3, maxLength: 40 }), (texts) => {
        const [first = '', second = '', third = ''] = texts
        const named = {
          actor: first,
          sha: second,
          runUrl: third,
          workflow: first,
          refName: second,
          runNumber: third,
        }
        const given = {
          ...{
            version: first,
            previousVersion: second,
            strategy: third,
            rolloutId: first,
            targetGroupArns: texts,
          },
          workflow: { ...workflow, ...named, attempt: second },
        }
        const nodes = nodesOf(markdown(reportOf({ ...facts, ...given }, eventsOf(texts))))
        for (const { type } of nodes) expect(KNOWN).toContain(type)
        for (const node of nodes.filter(({ type }) => type === 'html'))
          expect(node.value?.replace(OWN_TAGS, '')).not.toMatch(/[<>]/)
        for (const { lang } of nodes.filter(({ type }) => type === 'code'))
          expect(['mermaid', 'yaml', 'sh']).toContain(lang)
        const headings = nodes.filter(({ type }) => type === 'heading')
        expect(headings.map(({ depth }) => depth === 2)).toEqual(headings.map((_, index) => index === 0))
        for (const heading of headings.slice(1)) expect(textOf(heading)).toMatch(TITLES)
        expect(nodes.filter(({ type }) => type === 'link')).toEqual([])
        // All tables are whole: each row has as many cells as its head.
        for (const table of nodes.filter(({ type }) => type === 'table')) {
          const widths = table.children?.map((row) => row.children?.length)
          expect(new Set(widths).size).toBe(1)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('links nowhere but to GitHub, and only to what has the form of an address', () => {
    const linksOf = (given: Partial<typeof workflow>) =>
      nodesOf(markdown(reportOf({ ...facts, version: NEW, workflow: { ...workflow, ...given } }, [])))
        .filter(({ type }) => type === 'link')
        .map(({ url }) => url)
    const run = 'https://github.com/octo-org/shop/actions/runs/19532640001'
    const commit = `https://github.com/octo-org/shop/commit/${workflow.sha}`
    expect(linksOf({})).toEqual(['https://github.com/octocat', run, commit])
    expect(linksOf({ actor: 'dependabot[bot]' })).toEqual([run, commit])
    expect(linksOf({ runUrl: 'javascript:alert(1)' })).toEqual([])
    expect(linksOf({ runUrl: 'https://github.com/a/b/actions/runs/1)[x](http://evil.example' })).toEqual([])
  })
})
