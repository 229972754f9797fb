import type { PhaseReport, Report, VerdictReport } from '../domain/report.ts'
import { plural } from '../domain/wording.ts'
import { phaseTitle } from './phase-title.ts'
import { row, table } from './table.ts'
import { cell, code } from './text.ts'

const SAID = { pass: 'passed', fail: '**failed**', unknown: 'could not judge' } as const
const MOST_ROWS = 60

/** What the gates have said, and by what; what they have said of many servers in one row. */
export function verdicts(report: Report): string {
  const rows = [...healthRows(report), ...together(report.verdicts).map((said) => verdictRow(report, said))]
  if (rows.length === 0) return ''
  // Who has failed is at the end of the way forward, and so the last ones count.
  const shown =
    rows.length > MOST_ROWS ? [...rows.slice(0, MOST_ROWS / 2), ...rows.slice(-MOST_ROWS / 2)] : rows
  const left = rows.length - shown.length
  return [
    '### Checks',
    table(['When', 'Check', 'Of', 'Verdict', 'Evidence'], shown),
    ...(left > 0 ? [`${plural(left, 'row')} in the middle left out; the report has them all.`] : []),
  ].join('\n\n')
}

interface Together {
  readonly said: VerdictReport
  readonly count: number
}

/** The same verdict of the same gate in the same phase; one that failed stands alone. */
function together(verdicts: readonly VerdictReport[]): Together[] {
  const groups = Map.groupBy(verdicts, (said) =>
    said.server === undefined || said.verdict === 'fail'
      ? said
      : JSON.stringify([said.phase, said.gate, said.verdict]),
  )
  return [...groups.values()].map((group) => ({ said: group[0] as VerdictReport, count: group.length }))
}

function verdictRow({ phases }: Report, { said, count }: Together): string {
  const { gate, server, scope, verdict, evidence, phase } = said
  return row([
    when(phases, phase),
    cell(gate),
    server === undefined ? OF[scope] : count === 1 ? code(server) : plural(count, 'server'),
    SAID[verdict],
    count === 1 ? cell(evidence) : `${cell(evidence)} (the first of them)`,
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

/** The load balancer's own check is one too. */
function healthRows({ phases }: Report): string[] {
  return phases.flatMap((phase) => {
    if (!phase.steps.some(({ kind }) => kind === 'await-healthy')) return []
    const healthy = phase.servers.filter(({ isInService }) => isInService)
    const failed = phase.servers.filter(({ failedIn }) => failedIn === 'await-healthy')
    const line = (of: string, verdict: string, evidence: string) =>
      row([phaseTitle(phase), 'health check', of, verdict, evidence])
    return [
      ...(healthy.length === 0
        ? []
        : [line(plural(healthy.length, 'server'), SAID.pass, 'healthy, and stayed so')]),
      ...failed.map(({ id, failure = '' }) => line(code(id), SAID.fail, cell(failure))),
    ]
  })
}
