import type { Event } from '../../src/domain/events.ts'
import type { Report, ReportFacts } from '../../src/domain/report.ts'
import { reportOf } from '../../src/domain/report.ts'
import type { Settings } from '../../src/domain/settings.ts'
import { markdown } from '../../src/summary/markdown.ts'
import { NEW, OLD, World, type WorldOptions } from '../support/world.ts'

export const STARTED_AT = Date.UTC(2026, 10, 23)
export const ARN = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/73e2d6bc24d8a067'

export const facts: ReportFacts = {
  rolloutId: '20261123T000000Z-7-1-c0ffee',
  mode: 'deploy',
  strategy: 'in-place',
  version: NEW,
  previousVersion: OLD,
  targetGroupArns: [ARN],
  startedAt: STARTED_AT,
  inputs: { updatesBy: 'update-command' },
}

export const workflow: NonNullable<ReportFacts['workflow']> = {
  actor: 'octocat',
  sha: '3f1ef7f2b6a9d4c8e0f1a2b3c4d5e6f708192a3b',
  runUrl: 'https://github.com/octo-org/shop/actions/runs/19532640001',
  runNumber: '12',
  workflow: 'Deploy',
  refName: 'main',
}

export interface Told {
  readonly report: Report
  readonly events: readonly Event[]
  readonly world: World
}

/** A whole run, start to end. */
export async function tell(
  options: WorldOptions,
  settings: Partial<Settings> = {},
  given: Partial<ReportFacts> = {},
): Promise<Told> {
  const world = new World(options)
  const conclusion = await world.rollOut(settings)
  const events: Event[] = [...world.events, { type: 'ended', at: world.clock.now(), ...conclusion }]
  const { mode = 'deploy', strategy = options.pair === undefined ? 'in-place' : 'blue-green' } = settings
  const version = settings.version ?? NEW
  return { world, events, report: reportOf({ ...facts, mode, strategy, version, ...given }, events) }
}

export const summaryOf = async (...given: Parameters<typeof tell>): Promise<string> =>
  markdown((await tell(...given)).report)

/** As a reader sees it. */
export const shown = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, number) => String.fromCharCode(Number(number)))
    .replaceAll('&nbsp;', ' ')
    .replace(/<\/?(code|span)>/g, '')

/** The diagrams of a kind, as Mermaid gets them. */
export const diagramsOf = (summary: string): string[] =>
  [...summary.matchAll(/^```mermaid\n([\s\S]*?)\n```$/gm)].map(([, source = '']) => source)
