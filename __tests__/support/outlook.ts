import type { Outlook } from '../../src/domain/outlook.ts'

const drain = { cause: 'drain', ms: 60_000, why: 'the deregistration delay of web (30 s each time)' } as const
const calls = { cause: 'calls', ms: 70_000, why: 'calls to AWS' } as const
const phase = { ms: 65_000, parts: [drain], updatesWithinMs: 630_000 }
/** Of a plan of two batches, and servers that are put back. */
export const OUTLOOK: Outlook = {
  estimate: {
    ...{ ms: 130_000, spreadMs: 20_000, knowsUpdates: false, parts: [calls, drain] },
    phases: [phase, phase, phase],
  },
  chapters: [
    { kind: 'batch', shares: [], from: 0, phases: 2, steps: ['take them out of web', 'update to 1.0.2'] },
  ],
  capacity: { lowest: [{ group: 'web', now: 3, lowest: 2, of: 4 }] },
  wayBack: { text: 'they go back', ms: 120_000, knowsUpdates: false },
  permissions: ['elasticloadbalancing:AddTags', 'elasticloadbalancing:RegisterTargets'],
}
