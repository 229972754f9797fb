import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { printable } from '../../src/domain/printable.ts'
import type { Report } from '../../src/domain/report.ts'
import { NEW, OLD } from '../support/world.ts'
import { Eyes, findChromium } from './browser.ts'
import { findings } from './findings.ts'
import { summaryOf } from './golden.ts'
import { paint, writeIndex } from './pictures.ts'
import { scenes } from './scenes/all.ts'
import { HOSTILE } from './scenes/hostile.ts'

const chromium = findChromium()
if (chromium === undefined)
  console.warn(
    'Skipped: what summaries look like in Chromium, as there is no chromium or google-chrome in the PATH.',
  )

const drawn = chromium === undefined ? describe.skip : describe

drawn('in Chromium', () => {
  let eyes: Eyes
  beforeAll(async () => {
    eyes = await Eyes.open(chromium ?? '')
  }, 60_000)
  afterAll(async () => {
    await eyes.close()
    writeIndex(scenes)
  })

  test.each(scenes)(
    '$name can be read',
    async ({ name, play }) => {
      const report = await play()
      const looks = await paint(eyes, name, summaryOf(report))
      expect(looks.map((look) => findings(look, report))).toEqual(looks.map(() => []))
    },
    60_000,
  )

  test.each(scenes.filter(({ name }) => name.startsWith('hostile')))(
    '$name: hostile names are shown as they are',
    async ({ play }) => {
      const report = await play()
      const { text } = await eyes.see(summaryOf(report))
      expect(namesIn(report).length).toBeGreaterThan(2)
      for (const name of namesIn(report)) expect(text).toContain(printable(HOSTILE[name] ?? '').slice(0, 60))
    },
    60_000,
  )

  describe('is found', () => {
    const report = {
      facts: { workflow: { runUrl: 'https://github.com/octo-org/shop/actions/runs/1' } },
      conclusion: { outcome: 'failed', reason: 'all is lost' },
    } as Report
    const GOOD = '## ❌ Failed: all is lost\n\n**Next:** Look at what is written below.\n\n'
    const found = async (markdown: string) => findings(await eyes.see(GOOD + markdown), report)
    const gantt = (...tasks: string[]) =>
      ['```mermaid', 'gantt', 'dateFormat YYYY-MM-DD HH:mm:ss', 'axisFormat %H:%M:%S', ...tasks, '```'].join(
        '\n',
      )
    const FIRST = 'first :a, 2026-11-23 00:00:00, 60s'

    test('nothing where nothing is wrong', async () => {
      const flowchart = '```mermaid\nflowchart LR\n  a["web-1"] --> b["web-2"]\n```'
      const link = '[run](https://github.com/octo-org/shop/actions/runs/1)'
      expect(
        await found([gantt(FIRST, 'second :b, 2026-11-23 00:01:00, 30s'), flowchart, link].join('\n\n')),
      ).toEqual([])
    })

    const wide = Array.from(
      { length: 40 },
      (_, at) => `  a${at}["server ${at}"] --> a${at + 1}["server ${at + 1}"]`,
    )
    test.each([
      ['a name with a colon', gantt('10:30 :a, 2026-11-23 00:00:00, 60s'), /what is this line of a gantt/],
      [
        'seconds since the epoch',
        '```mermaid\ngantt\ndateFormat X\naxisFormat %H:%M\nfirst :a, 1795392000, 1795392060\n```',
        /no bar of "first" begins at 2026-11-23 00:00:00/,
      ],
      [
        'a task that takes no time',
        gantt(FIRST, 'second :b, 2026-11-23 00:01:00, 0s'),
        /"second" cannot be seen/,
      ],
      ['a diagram with a mistake', '```mermaid\nflowchart LR\n  a["x"y"]\n```', /^diagram 1: /],
      ['a diagram of another kind', '```mermaid\npie\n"a" : 1\n```', /nobody has said what a pie/],
      [
        'letters too pale to read',
        '```mermaid\nflowchart LR\n  a["web-1"]\n  style a fill:#eee,color:#ddd\n```',
        /"web-1" can hardly be told from what is under it/,
      ],
      ['letters too small to read', ['```mermaid', 'flowchart LR', ...wide, '```'].join('\n'), /px high/],
      ['an image', '![x](https://evil.example/x.png)', /asked for https:\/\/evil\.example/],
      ['a link', 'See [this](https://evil.example)', /a link to https:\/\/evil\.example/],
      ['a mention', 'Thanks to @octocat', /a mention in @octocat/],
      ['a mention by its code', 'Thanks to &#64;octocat', /a mention in @octocat/],
      ['a formula', 'It costs $5 or $6', /a formula/],
      ['an emoji', 'Hurray :tada:', /an emoji in :tada:/],
      ['an issue', 'as in #12', /an issue in #12/],
      ['what is too wide', '<svg class="octicon" width="3000" height="9"></svg>', /the page is \d+ wide/],
    ])('%s', async (_, markdown, finding) => {
      expect(await found(markdown)).toContainEqual(expect.stringMatching(finding))
    })

    test('a first screen that does not tell what to do', async () => {
      const look = await eyes.see(Array(60).fill('All is well.').join('\n\n') + GOOD)
      expect(findings(look, report)).toEqual([
        'the first screen does not show the outcome',
        'the first screen does not show the reason',
        'the first screen does not show the next step',
      ])
    })
  })
})

/** What every summary names: versions and groups. */
function namesIn(report: Report): string[] {
  const told = JSON.stringify(report)
  const isTold = (text = '') => told.includes(JSON.stringify(text).slice(1, -1))
  return [OLD, NEW, 'web', 'blue', 'green'].filter((name) => isTold(HOSTILE[name]))
}
