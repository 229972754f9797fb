import type { Outcome } from '../domain/outcome.ts'
import type { PhaseReport, PlannedPhase, Report, ServerReport } from '../domain/report.ts'
import { showShare } from '../domain/traffic.ts'
import { duration } from '../domain/wording.ts'
import { planParts } from './plan.ts'
import { table } from './table.ts'
import { cell, code } from './text.ts'

/** Of a blue-green rollout: where the traffic goes, step by step, and what green's servers went through. */
export function shiftParts(report: Report): string[] {
  const { traffic, phases } = report
  if (traffic === undefined) return []
  const open = report.conclusion === undefined ? 'under way' : 'not finished'
  return [trafficLine(traffic), ...planParts(report), stepTable(phases, open), serverTable(phases)].filter(
    (part) => part !== '',
  )
}

function trafficLine({ blue, green, share, routes }: NonNullable<Report['traffic']>): string {
  const where = routes === 1 ? 'one route' : `${routes} routes`
  return `Traffic on ${where}: ${code(blue)} ${showShare(1000 - share)} · ${code(green)} ${showShare(share)}`
}

function stepTable(phases: readonly PhaseReport[], open: string): string {
  const rows = phases.map((phase) => {
    const { startedAt, endedAt } = phase
    const took = endedAt === undefined ? '' : duration(endedAt - startedAt)
    return `| ${title(phase)} | ${took} | ${cell(phase.failure ?? (endedAt === undefined ? open : 'done'))} |`
  })
  return table(['Step', 'Took', 'Result'], rows)
}

function title({ kind, share = 0 }: Pick<PlannedPhase, 'kind' | 'share'>): string {
  switch (kind) {
    case 'ready':
      return 'Make green ready without traffic'
    case 'shift':
      return `Shift ${showShare(share)} to green`
    case 'bake':
      return 'Bake'
    default:
      return share === 0 ? 'All traffic back to blue' : `Back to ${showShare(share)} on green`
  }
}

/** What to do now, by how it has ended. */
export function nextOfShift({ facts }: Report, outcome: Outcome): string | undefined {
  const id = code(facts.rolloutId)
  switch (outcome) {
    case 'held':
      return `Go on with ${code('mode: promote')}, or back with ${code('mode: rollback')} and ${code('rollout-id')} ${id}; until then no other rollout begins on these target groups.`
    case 'succeeded':
      return facts.mode === 'rollback'
        ? undefined
        : `${code('mode: rollback')} with ${code('rollout-id')} ${id} takes the traffic back in seconds, for as long as the other group holds the version before.`
    case 'planned':
      return 'Run it again without `dry-run` to do it.'
    case 'refused':
      return 'Nothing was changed. Put right what is listed, then run it again.'
    case 'rolled-back':
      return 'The version before carries all traffic. Look at the step that failed below, then deploy a version that mends it.'
    case 'interrupted':
      return `The reason says who carries the traffic. Run ${code('mode: recover')} with these target groups to put right what is left, or run it again: it does that first.`
    case 'failed':
      return `The reason says who carries the traffic. ${code('mode: rollback')} with ${code('rollout-id')} ${id} takes it all back to the version before.`
  }
}

function serverTable(phases: readonly PhaseReport[]): string {
  const servers = phases.filter(({ kind }) => kind === 'ready').flatMap((phase) => phase.servers)
  return table(['Server of green', 'Result', 'Updated', 'Smoke test'], servers.map(row))
}

function row({ id, failure, isInService, updateMs, smoke = '' }: ServerReport): string {
  const result = failure === undefined ? (isInService ? 'ready' : 'not ready') : `failed: ${failure}`
  const updated = updateMs === undefined ? '' : duration(updateMs)
  return `| <code>${cell(id)}</code> | ${cell(result)} | ${updated} | ${smoke} |`
}
