import type { Expected } from './estimate-checks.ts'
import { type EstimateFacts, type Standing, stepCosts } from './estimate-steps.ts'
import type { Phase, Plan } from './plan.ts'

/** How long a plan takes when all goes well, and what the time goes into. */

/** `calls`: to AWS. `registration`: of a network load balancer. `health-check`: the first one that passes. */
export type Cause =
  | 'claim'
  | 'calls'
  | 'drain'
  | 'update'
  | 'registration'
  | 'health-check'
  | 'healthy-for'
  | 'slow-start'
  | 'routes'
  | 'settle-time'
  | 'traffic'
  | 'bake-time'

/** Time that goes into one cause. Milliseconds. */
export interface Part {
  readonly cause: Cause
  readonly ms: number
  /** What is behind it, in a few words: `the deregistration delay of web, 300 s`. */
  readonly why: string
}

export interface PhaseEstimate {
  readonly ms: number
  readonly parts: readonly Part[]
  /** So long may updates take before they fail. */
  readonly updatesWithinMs: number
}

export interface Estimate {
  readonly ms: number
  /** It may well be that much less or more, by when the health checks happen to come. */
  readonly spreadMs: number
  /** Of all phases and the claim, the largest first; their sum is `ms`. */
  readonly parts: readonly Part[]
  /** As the plan has them. */
  readonly phases: readonly PhaseEstimate[]
  /** Whether the updates are in it, or come on top; true where there are none. */
  readonly knowsUpdates: boolean
}

/** Reading what is there, the claim and the wait for whoever claims at the same time (DESIGN §5), writing down the end. */
const CLAIM: Part = { cause: 'claim', ms: 4_000, why: 'to see that no other rollout is under way' }

/** The calls of one phase: the fence, the journal, what is changed. */
const CALLS: Part = { cause: 'calls', ms: 1_000, why: 'calls to AWS' }

/** Without the updates, unless `updateMs` tells how long each takes. */
export function estimateOf(plan: Plan, facts: EstimateFacts): Estimate {
  const standing: Standing = {
    servers: new Map(facts.fleet.servers.map((server) => [server.id, server])),
    ...{ weights: new Map(), updates: new Map(), attachedBeforeMs: 0 },
    ...{ elapsedMs: CLAIM.ms, fullAtMs: 0 },
  }
  const phases = plan.phases.map((phase) => estimatePhase(phase, { facts, standing }))
  const parts = together([CLAIM, ...phases.flatMap((phase) => phase.parts)])
  const variance = phases.reduce((sum, { deviationMs }) => sum + deviationMs ** 2, 0)
  return {
    ms: sumOf(parts),
    spreadMs: 2 * Math.sqrt(variance),
    parts: parts.toSorted((a, b) => b.ms - a.ms),
    phases: phases.map(({ deviationMs: _, ...phase }) => phase),
    knowsUpdates:
      facts.updateMs !== undefined || phases.every(({ updatesWithinMs }) => updatesWithinMs === 0),
  }
}

function estimatePhase(
  { kind, steps }: Phase,
  { facts, standing }: { readonly facts: EstimateFacts; readonly standing: Standing },
): PhaseEstimate & Pick<Expected, 'deviationMs'> {
  standing.elapsedMs += CALLS.ms
  const costs = steps.map((step) => {
    const cost = stepCosts(step, { ...facts, kind, standing })
    standing.elapsedMs += sumOf(cost.parts)
    return cost
  })
  const parts = together([CALLS, ...costs.flatMap((cost) => cost.parts)])
  const withinMs = steps.map((step) => (step.kind === 'update' ? step.withinMs : 0))
  return {
    ms: sumOf(parts),
    parts,
    updatesWithinMs: withinMs.reduce((sum, ms) => sum + ms, 0),
    deviationMs: Math.hypot(...costs.map((cost) => cost.deviationMs)),
  }
}

/** Each cause once. */
function together(parts: readonly Part[]): Part[] {
  return [...Map.groupBy(parts, ({ cause }) => cause)].flatMap(([cause, some]) => {
    const ms = sumOf(some)
    return ms === 0 ? [] : [{ cause, ms, why: some[0]?.why ?? '' }]
  })
}

const sumOf = (parts: readonly Part[]): number => parts.reduce((sum, { ms }) => sum + ms, 0)
