import { phaseTitle } from '../domain/outlook-words.ts'
import type { PhaseReport, Report } from '../domain/report.ts'
import { showShare, WHOLE } from '../domain/traffic.ts'
import { duration } from '../domain/wording.ts'
import { row, table } from './table.ts'
import { cell, code } from './text.ts'

/** Of a blue-green rollout: where the traffic goes, and how it got there. */
export function trafficPart({ traffic, phases, conclusion }: Report): string {
  if (traffic === undefined) return ''
  const open = conclusion === undefined ? 'under way' : 'not finished'
  return ['### Traffic', trafficLine(traffic), stepTable(phases, open)]
    .filter((part) => part !== '')
    .join('\n\n')
}

const MOST_ROUTES = 10

function trafficLine({
  blue,
  green,
  share,
  isSure,
  routes,
  routeNames,
}: NonNullable<Report['traffic']>): string {
  const named = routeNames.slice(0, MOST_ROUTES).map(code).join(', ')
  const more = routes > MOST_ROUTES ? ` and ${routes - MOST_ROUTES} more` : ''
  const shares = `Blue, ${code(blue)}: ${showShare(WHOLE - share)}. Green, ${code(green)}: ${showShare(share)}`
  const seen = isSure ? shares : `${shares} when it was seen last, and some may have changed since`
  return `${seen}. Routes: ${named}${more}.`
}

function stepTable(phases: readonly PhaseReport[], open: string): string {
  const rows = phases.map((phase) => {
    const { startedAt, failure, stoppedBy } = phase
    const endedAt = phase.endedAt ?? phase.steps.at(-1)?.endedAt
    const took = endedAt === undefined ? '' : duration(endedAt - startedAt)
    const result = failure ?? (phase.endedAt === undefined && stoppedBy === undefined ? open : 'done')
    return row([phaseTitle(phase, phase.batch), took, cell(result)])
  })
  return table(['Step', 'Took', 'Result'], rows)
}
