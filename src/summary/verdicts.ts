import type { StepKind } from '../domain/plan.ts'
import type { PhaseReport, Report, VerdictReport } from '../domain/report.ts'
import { plural } from '../domain/wording.ts'
import { phaseTitle } from './phase-title.ts'
import { row, table } from './table.ts'
import { cell, code } from './text.ts'

const SAID = { pass: 'passed', fail: '**failed**', unknown: 'could not judge' } as const
const MOST_ROWS = 60

/** What the gates have said, and by what; what they have said of many servers in one row. */
export function verdicts(report: Report): string {
  const all = [...healthVerdicts(report), ...report.verdicts]
  const said = together({ ...report, verdicts: all })
  if (said.length === 0) return ''
  // Who has failed is at the end of the way forward, and so the last ones count.
  const half = MOST_ROWS / 2
  const shown = said.length > MOST_ROWS ? [...said.slice(0, half), ...said.slice(-half)] : said
  const left = said.length - shown.length
  return [
    '### Checks',
    table(
      ['When', 'Check', 'Of', 'Verdict', 'Evidence'],
      shown.map((one) => verdictRow(report, one)),
    ),
    ...(left > 0 ? [`${plural(left, 'row')} in the middle left out; the report has them all.`] : []),
  ].join('\n\n')
}

/** Verdicts that say the same. */
interface Together {
  readonly said: VerdictReport
  readonly servers: number
  /** Indices of the phases in which they were given. */
  readonly from: number | undefined
  readonly to: number | undefined
}

/** Servers and batches that passed are one row for each direction; those that failed alike, one for each phase. */
function together({ verdicts, phases }: Report): Together[] {
  const groups = Map.groupBy(verdicts, (said) => {
    const { gate, scope, verdict, evidence, phase = -1 } = said
    if (scope === 'watch' || scope === 'traffic') return said
    const key = [gate, scope, verdict, phases[phase]?.direction]
    return JSON.stringify(verdict === 'fail' ? [...key, phase, evidence] : key)
  })
  return [...groups.values()].map((group) => ({
    said: group[0] as VerdictReport,
    servers: new Set(group.map(({ server }) => server)).size,
    from: group[0]?.phase,
    to: group.at(-1)?.phase,
  }))
}

function verdictRow({ phases }: Report, { said, servers, from, to }: Together): string {
  const { gate, server, scope, verdict, evidence } = said
  const [first, last] = [when(phases, from), when(phases, to)]
  return row([
    first === last ? first : `${first} to ${last}`,
    cell(gate),
    server === undefined ? OF[scope] : servers === 1 ? code(server) : plural(servers, 'server'),
    SAID[verdict],
    servers === 1
      ? cell(evidence)
      : scope === 'server' && gate !== 'health check'
        ? `${cell(evidence)} (the first of them)`
        : cell(evidence),
  ])
}

const OF = {
  server: 'a server',
  service: 'the service',
  watch: 'all the way',
  traffic: 'the traffic',
} as const

function when(phases: readonly PhaseReport[], index: number | undefined): string {
  const phase = index === undefined ? undefined : phases[index]
  return phase === undefined ? 'before the first change' : phaseTitle(phase)
}

const HEALTH = 'health check'
const PROVES: ReadonlySet<StepKind> = new Set(['await-healthy', 'await-ready'])

/** The load balancer's own check is one too. */
function healthVerdicts({ phases }: Report): VerdictReport[] {
  return phases.flatMap((phase, index) => {
    if (!phase.steps.some(({ kind }) => PROVES.has(kind))) return []
    return phase.servers.flatMap(({ id, isInService, failedIn, failure = '' }): VerdictReport[] => {
      const said = {
        gate: HEALTH,
        scope: 'server',
        server: id,
        at: phase.startedAt,
        phase: index,
      } as const
      if (isInService) return [{ ...said, verdict: 'pass', evidence: 'healthy, and stayed so' }]
      return failedIn !== undefined && PROVES.has(failedIn)
        ? [{ ...said, verdict: 'fail', evidence: failure }]
        : []
    })
  })
}
