import type { StepKind } from '../domain/plan.ts'
import { check } from './check.ts'
import { awaitDrained } from './drain.ts'
import { awaitHealthy } from './health.ts'
import { hold } from './hold.ts'
import { awaitReady } from './ready.ts'
import { deregister, register } from './registration.ts'
import { reserveCapacity } from './reserve.ts'
import type { Handler } from './run.ts'
import { update } from './update.ts'
import { setWeights } from './weights.ts'

/** How each kind of step is performed; the compiler lists every kind that has no handler. */
export const steps: { readonly [Kind in StepKind]: Handler<Kind> } = {
  'reserve-capacity': reserveCapacity,
  deregister,
  'await-drained': awaitDrained,
  update,
  check,
  register,
  'await-healthy': awaitHealthy,
  'await-ready': awaitReady,
  'set-weights': setWeights,
  hold,
}
