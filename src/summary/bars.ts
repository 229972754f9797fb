import type { StepKind } from '../domain/plan.ts'
import type { PhaseReport, Report, StepReport } from '../domain/report.ts'
import { showShare } from '../domain/traffic.ts'
import { duration, plural } from '../domain/wording.ts'
import { phaseTitle } from './phase-title.ts'

/** A section of the timeline. */
export interface Section {
  readonly title: string
  readonly bars: readonly Bar[]
}

/** Milliseconds since the epoch. */
export interface Bar {
  readonly name: string
  readonly startedAt: number
  readonly endedAt: number
  readonly look: 'wait' | 'work' | 'proof' | 'failed'
}

/** Steps of one look that follow one another are one bar. */
const PARTS: Readonly<Record<StepKind, { readonly name: string; readonly look: Bar['look'] }>> = {
  'reserve-capacity': { name: 'Wait for capacity', look: 'wait' },
  deregister: { name: 'Drain', look: 'wait' },
  'await-drained': { name: 'Drain', look: 'wait' },
  update: { name: 'Update', look: 'work' },
  check: { name: 'Smoke test', look: 'proof' },
  register: { name: 'Health check', look: 'proof' },
  'await-healthy': { name: 'Health check', look: 'proof' },
  'await-ready': { name: 'Health check', look: 'proof' },
  'set-weights': { name: 'Change weights', look: 'work' },
  hold: { name: 'Hold', look: 'wait' },
}

/** What takes less says nothing. */
const LEAST_MS = 1_000

export function sectionOf(phase: PhaseReport, report: Report): Section {
  const runs: StepReport[][] = []
  for (const step of phase.steps) {
    const last = runs.at(-1)
    if (last !== undefined && PARTS[last[0]?.kind ?? 'hold'].name === PARTS[step.kind].name) last.push(step)
    else runs.push([step])
  }
  const bars = runs.map((steps) => barOf(steps, { phase, report }))
  const title = shortTitle(phase)
  const shown = bars.filter(
    ({ startedAt, endedAt, look }) => look === 'failed' || endedAt - startedAt >= LEAST_MS,
  )
  if (shown.length > 0) return { title, bars: shown }
  const { startedAt } = phase
  const look = phase.failure === undefined ? 'work' : 'failed'
  return {
    title,
    bars: [
      {
        name: phase.endedAt === undefined ? 'Begun' : 'Done',
        look,
        startedAt,
        endedAt: endOf(phase, report),
      },
    ],
  }
}

/** What stands at the side has little room. */
function shortTitle(phase: PhaseReport): string {
  const { kind, share = 0 } = phase
  if (kind !== 'shift-back') return phaseTitle(phase).replace(' (newcomers)', ' - new')
  return share === 0 ? 'back to blue' : `back to ${showShare(share)}`
}

/** One that has not ended is under way, or was cut short with the process. */
export const endOf = ({ endedAt, steps }: PhaseReport, report: Report): number =>
  endedAt ?? steps.at(-1)?.endedAt ?? report.endedAt

function barOf(
  steps: readonly StepReport[],
  { phase, report }: { readonly phase: PhaseReport; readonly report: Report },
): Bar {
  const [first] = steps as [StepReport]
  const last = steps.at(-1) as StepReport
  const endedAt = last.endedAt ?? endOf(phase, report)
  const { name, look } = PARTS[first.kind]
  const took = duration(Math.max(0, endedAt - first.startedAt))
  const servers = first.servers === 0 ? '' : ` ${plural(first.servers, 'server')}`
  const failure = failureOf(steps, phase)
  const how = failure ?? (last.end === undefined ? ' - under way' : last.end === 'done' ? '' : ' - cut short')
  return {
    name: `${nameIn(phase, first.kind, name)}${servers} ${took}${how}`,
    look: failure === undefined ? look : 'failed',
    startedAt: first.startedAt,
    endedAt,
  }
}

/** Some servers may fail without failing the step. */
function failureOf(steps: readonly StepReport[], { servers }: PhaseReport): string | undefined {
  const kinds = new Set(steps.map(({ kind }) => kind))
  const lost = servers.filter(({ failedIn }) => failedIn !== undefined && kinds.has(failedIn)).length
  if (lost === 0) return steps.some(({ end }) => end === 'failed') ? ' - failed' : undefined
  return lost < (steps[0]?.servers ?? 0) ? ` - ${lost} failed` : ' - failed'
}

function nameIn({ kind, share }: PhaseReport, step: StepKind, name: string): string {
  if (step !== 'hold' && step !== 'set-weights') return name
  if (kind === 'bake') return 'Bake'
  if (kind === 'shift-back' && step === 'hold') return 'Let it settle'
  const at = share === undefined ? '' : showShare(share)
  return step === 'hold' ? `Hold at ${at}` : `Change weights to ${at}`
}
