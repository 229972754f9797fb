import type { PhaseKind } from './plan.ts'

/** Of phases that are told without a number or a share, in the middle of a sentence. */
export const PHASE_NAMES: Readonly<Record<Exclude<PhaseKind, 'batch' | 'shift' | 'shift-back'>, string>> = {
  'put-back': 'put back',
  ready: 'make green ready',
  bake: 'bake',
  check: 'check of the service',
}
