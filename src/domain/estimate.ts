import type { Fleet, TargetGroup } from './fleet.ts'
import { drainMs, isNetwork, lagMs, longest, NETWORK_REGISTRATION_MS } from './network.ts'
import { changesMs } from './pace.ts'
import type { Phase, Plan, Step } from './plan.ts'

/** How long a plan takes when all goes well, without the updates, whose time nobody knows. */
export function leastMs(plan: Plan, fleet: Fleet): number {
  return plan.phases.reduce((sum, phase) => sum + phaseMs(phase, fleet), 0)
}

function phaseMs({ steps }: Phase, fleet: Fleet): number {
  return steps.reduce((sum, step) => sum + stepMs(step, fleet), 0)
}

function stepMs(step: Step, { groups }: Fleet): number {
  switch (step.kind) {
    case 'await-drained':
      return Math.min(
        longest(groups, drainMs),
        Math.max(step.leastMs ?? Number.POSITIVE_INFINITY, lagMs(groups)),
      )
    // The first check comes half an interval after registration, on average.
    case 'await-healthy':
      return step.forMs + longest(groups, registrationMs) + longest(groups, intervalMs) / 2
    case 'await-ready':
      return step.withinMs === 0 ? 0 : step.forMs + longest(groups, intervalMs) / 2
    case 'set-weights':
      return changesMs(step.routes.length)
    case 'hold':
      return step.forMs
    default:
      return 0
  }
}

const intervalMs = ({ healthCheckIntervalMs }: TargetGroup): number => healthCheckIntervalMs

const registrationMs = (group: TargetGroup): number => (isNetwork(group) ? NETWORK_REGISTRATION_MS.least : 0)
