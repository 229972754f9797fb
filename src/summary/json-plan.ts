import type { Estimate } from '../domain/estimate.ts'
import type { PlannedPhase, Report } from '../domain/report.ts'
import type { JsonEstimate, JsonPlan, JsonPlannedPhase } from './json-shape.ts'
import { percentIf, seconds, secondsIf } from './json-units.ts'

export function jsonPlan({ plan, planned }: Report): JsonPlan | undefined {
  if (plan === undefined) return undefined
  const { direction, maxFailures, estimate, capacity, wayBack, permissions } = plan
  return {
    ...{ direction, maxFailures },
    estimate: jsonEstimate(estimate),
    lowestHealthy: capacity.lowest,
    neededOfGreen: capacity.neededOfGreen,
    wayBack: { text: wayBack.text, seconds: secondsIf(wayBack.ms) },
    permissions,
    phases: planned.map((phase, index) => jsonPhase(phase, estimate.phases[index]?.ms)),
  }
}

const jsonEstimate = ({ ms, spreadMs, knowsUpdates, parts }: Estimate): JsonEstimate => ({
  seconds: seconds(ms),
  spreadSeconds: seconds(spreadMs),
  includesUpdates: knowsUpdates,
  parts: parts.map(({ cause, why, ...part }) => ({ cause, seconds: seconds(part.ms), why })),
})

const jsonPhase = (
  { kind, share, holdMs, servers }: PlannedPhase,
  estimatedMs: number | undefined,
): JsonPlannedPhase => ({
  kind,
  greenPercent: percentIf(share),
  holdSeconds: seconds(holdMs),
  estimatedSeconds: secondsIf(estimatedMs),
  servers,
})
