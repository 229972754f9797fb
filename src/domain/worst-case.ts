import type { Fleet } from './fleet.ts'
import { longest, longestDrainMs } from './network.ts'
import { changesMs } from './pace.ts'
import type { Step } from './plan.ts'

/** For calls that are throttled, and for what the load balancer takes beyond its own numbers. */
const SLACK_MS = 2 * 60_000

/** The last question to the gates, when it is not answered. */
const ASKING_MS = 60_000

/** The longest that these steps of a phase may take before they end or fail, with room to spare. */
export function worstCaseMs(steps: readonly Step[], fleet: Fleet): number {
  const longestMs = longest(fleet.groups, longestDrainMs)
  return steps.reduce((sum, step) => sum + stepMs(step, longestMs), SLACK_MS)
}

function stepMs(step: Step, drainMs: number): number {
  switch (step.kind) {
    case 'reserve-capacity':
    case 'update':
    case 'check':
      return step.withinMs
    case 'await-drained':
      return drainMs
    // A target that is still draining can come back only when it has drained.
    case 'await-healthy':
      return drainMs + step.withinMs + step.forMs
    case 'deregister':
    case 'register':
      return SLACK_MS
    case 'await-ready':
      return step.withinMs + step.forMs
    // There, and back again.
    case 'set-weights':
      return 2 * changesMs(step.routes.length) + SLACK_MS
    case 'hold':
      return step.forMs + ASKING_MS
  }
}
