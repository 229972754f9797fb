import type { Stop } from '../domain/outcome.ts'
import type { Phase, Step } from '../domain/plan.ts'
import { isProof, narrow } from '../domain/plan.ts'
import { plural } from '../domain/wording.ts'
import { worstCaseMs } from '../domain/worst-case.ts'
import { Ousted } from './fence.ts'
import { performing, reasonOf } from './performing.ts'
import { takeOut } from './registration.ts'
import type { Run, StepResult } from './run.ts'
import { steps } from './steps.ts'
import { noteVanished } from './vanished.ts'

const MOST_RETREATS = 3

/** Performs the plan to its end, or until it must stop. */
export const perform = (run: Run): Promise<Stop | undefined> => performing(run, () => performPhases(run))

async function performPhases(run: Run): Promise<Stop | undefined> {
  const queue = [...run.plan.phases]
  let retreats = 0
  for (let phase = queue.shift(); phase !== undefined; phase = queue.shift()) {
    if (!isProof(phase)) run.batch++
    run.batches = run.batch + queue.filter((later) => !isProof(later)).length
    startPhase(run, phase)
    const result = await performPhase(run, phase)
    if (result.stop === undefined) await recordIn(run, phase)
    run.emit({ type: 'phase-ended' })
    if (result.stop !== undefined) return result.stop
    if (result.again !== undefined) queue.unshift(result.again)
    if (result.retreated === true && ++retreats > MOST_RETREATS) {
      return failure(run, 'reserve-capacity', `other servers failed while a batch drained, ${retreats} times`)
    }
  }
  return undefined
}

function recordIn(run: Run, phase: Phase): Promise<void> {
  const back = phase.servers.filter((id) => run.progress.of(id).place !== 'out')
  return run.journal.recordIn(back, run.signal)
}

interface PhaseResult {
  readonly stop?: Stop
  /** What is still to be done of this phase. */
  readonly again?: Phase
  readonly retreated?: boolean
}

async function performPhase(run: Run, whole: Phase): Promise<PhaseResult> {
  let phase = whole
  let again: Phase | undefined
  await noteVanished(run, whole.servers)
  for (let index = 0; index < phase.steps.length; index++) {
    const step = phase.steps[index] as Step
    const result = await performStep(run, step)
    if (result === undefined) continue
    if ('failed' in result)
      return { stop: { ...failure(run, step.kind, result.failed), ...byService(result) } }
    if ('retreat' in result) {
      const stop = await retreat(run, phase, result.retreat)
      return stop === undefined ? { again: whole, retreated: true } : { stop }
    }
    again = narrow(phase, result.cut)
    const { cut } = result
    phase = withoutServiceCheck(
      narrow(
        phase,
        phase.servers.filter((id) => !cut.includes(id)),
      ),
    )
    run.emit({ type: 'batch-cut', servers: phase.servers, later: cut })
  }
  return again === undefined ? {} : { again }
}

async function performStep(run: Run, step: Step): Promise<StepResult> {
  const left = withoutFailed(run, step)
  const servers = 'servers' in left ? left.servers : []
  if ('servers' in left && servers.length === 0) return undefined
  run.emit({ type: 'step-started', step: step.kind, servers })
  try {
    const result = await steps[step.kind](run, left as never)
    return result ?? (await settleFailures(run)) ?? ended(run, step)
  } catch (error) {
    if (run.signal.aborted || error instanceof Ousted) throw error
    return { failed: reasonOf(error) }
  }
}

function withoutFailed({ failures, progress }: Run, step: Step): Step {
  if (!('servers' in step)) return step
  const isLeft = (id: string) => !failures.has(id) && progress.of(id).vanished !== true
  return { ...step, servers: step.servers.filter(isLeft) }
}

function ended(run: Run, step: Step): undefined {
  run.emit({ type: 'step-ended', step: step.kind })
}

/** More failures than allowed stop the plan; those that are allowed stay out of the load balancer. */
async function settleFailures(run: Run): Promise<StepResult> {
  await noteVanished(run, [...run.failures.keys()])
  const failed = [...run.failures.keys()]
  if (failed.length > run.plan.maxFailures) return { failed: firstFailure(run) }
  const isIn = (id: string) => run.progress.of(id).place !== 'out'
  if (Number.isFinite(run.plan.maxFailures) && failed.some(isIn)) await takeOut(run, failed)
  return undefined
}

function firstFailure({ failures }: Run): string {
  const [[server, reason] = ['', '']] = failures
  const others = failures.size - 1
  return `${server}: ${reason}${others > 0 ? ` (and ${plural(others, 'other server')})` : ''}`
}

/** The service is asked when the rest of the batch has followed: until then some of it runs the old version. */
const withoutServiceCheck = (phase: Phase): Phase => ({
  ...phase,
  steps: phase.steps.filter((step) => step.kind !== 'check' || step.scope !== 'service'),
})

/** Brings the batch back in as it is, untouched; answers why the rollout must stop, if it must. */
async function retreat(run: Run, phase: Phase, reason: string): Promise<Stop | undefined> {
  run.emit({ type: 'batch-retreated', servers: phase.servers, reason })
  for (const step of phase.steps) {
    if (step.kind !== 'register' && step.kind !== 'await-healthy') continue
    const result = await performStep(run, step)
    if (result !== undefined && 'failed' in result) return failure(run, step.kind, result.failed)
  }
  return undefined
}

const byService = ({ byService }: { readonly byService?: true }) =>
  byService === undefined ? {} : { byService }

function failure(run: Run, step: Step['kind'], reason: string): Stop {
  run.emit({ type: 'step-failed', step, reason })
  return { cause: 'failure', reason, step }
}

function startPhase(run: Run, phase: Phase): void {
  run.costing = new Set()
  run.phaseWithinMs = worstCaseMs(phase.steps, run.fleet)
  run.emit({
    type: 'phase-started',
    phase: phase.kind,
    ...(phase.share === undefined ? {} : { share: phase.share }),
    direction: run.plan.direction,
    version: run.plan.version,
    servers: phase.servers,
    batch: run.batch,
    batches: run.batches,
  })
}
