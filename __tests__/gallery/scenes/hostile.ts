import type { Report } from '../../../src/domain/report.ts'
import { NEW, OLD, type WorldOptions } from '../../support/world.ts'
import { disguise } from '../disguise.ts'
import { alarms } from '../gates.ts'
import { type Scene, Stage } from '../stage.ts'

/** What stands in a report that is harmless, and what somebody who means harm would write there. */
export const HOSTILE: Readonly<Record<string, string>> = {
  [NEW]: '2.0"><img src=x onerror=alert(1)>**b**[l](//evil.example)',
  [OLD]: '`1.0` <!-- $x^2$ @octocat #1 :tada: \\href{//evil.example}{x}',
  web: 'w</code></summary><script>alert(1)</script>|a|b',
  blue: 'b\n```mermaid\ngantt\nx : 1, 2\n```',
  green: 'g"];evil --> x["<i>i</i>',
  '10.0.0.11': '::set-output name=outcome::succeeded',
  '10.0.0.12': '\u202Egnp.exe\u0000\u001b[31mred',
  '10.0.0.13': `i-${'long'.repeat(20)}`,
  '10.0.0.14': '10.0.0.14: end; %%{init: {"theme": "dark"}}%% subgraph click callback',
  '10.0.1.11': 'x:::evil --- |y| #quot; &lt;b&gt; %% c',
  'exit code 3':
    'exit code 3\n# Owned\n| a | b |\n![i](https://evil.example/x.png) www.evil.example @octo-org/admins $$x$$',
  datapoints: '</h2><h1>Owned</h1>\r\n> [!NOTE]',
  octocat: 'octocat[bot]<img src=x>',
}

const TAIL = [
  '</pre></details><h1>Owned</h1>',
  '::error::owned',
  '\u001b[31mred\u001b[0m \u202Eterces\u0000',
  '```mermaid',
  'graph TD; a-->b',
  '```',
  'https://evil.example/?q=<script>alert(1)</script>',
  `${'x'.repeat(2_000)}`,
  '@octocat $x^2$ :tada: #1 <!--',
]

const FLEET: WorldOptions = {
  groups: [{ name: 'web' }],
  updateFails: (id, version) => (id === '10.0.0.13' && version === NEW ? 'exit code 3' : undefined),
  updateTail: TAIL,
}

const hostile = async (report: Promise<Report>): Promise<Report> => disguise(HOSTILE, await report)

export const hostileNames: readonly Scene[] = [
  {
    name: 'hostile-in-place',
    title: 'Hostile names, in-place: rolled back',
    play: () => hostile(new Stage(FLEET).tell()),
  },
  {
    name: 'hostile-frozen',
    title: 'Hostile names, in-place: frozen',
    play: () => hostile(new Stage(FLEET).tell({ settings: { onFailure: 'freeze' } })),
  },
  {
    name: 'hostile-dry-run',
    title: 'Hostile names, in-place: dry-run',
    play: () => hostile(new Stage(FLEET).tell({ settings: { dryRun: true } })),
  },
  {
    name: 'hostile-blue-green',
    title: 'Hostile names, blue-green: rolled back',
    play: () => {
      const stage: Stage = new Stage({
        pair: {},
        watches: [alarms(() => stage.world.of('phase-started').some(({ phase }) => phase === 'bake'))],
      })
      return hostile(stage.tell())
    },
  },
]
