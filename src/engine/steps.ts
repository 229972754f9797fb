import type { StepKind } from '../domain/plan.ts'
import { check } from './check.ts'
import { awaitDrained } from './drain.ts'
import { awaitHealthy } from './health.ts'
import { deregister, register } from './registration.ts'
import { reserveCapacity } from './reserve.ts'
import type { Handler } from './run.ts'
import { update } from './update.ts'

/** How each kind of step is performed; the compiler lists every kind that has no handler. */
export const steps: { readonly [Kind in StepKind]: Handler<Kind> } = {
  'reserve-capacity': reserveCapacity,
  deregister,
  'await-drained': awaitDrained,
  update,
  check,
  register,
  'await-healthy': awaitHealthy,
}
