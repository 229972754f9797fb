import { autoScalingProblems } from '../domain/auto-scaling-preflight.ts'
import type { Fleet, Snapshot } from '../domain/fleet.ts'
import type { Plan } from '../domain/plan.ts'
import { showShare } from '../domain/traffic.ts'
import { duration } from '../domain/wording.ts'
import type { Scene } from './scene.ts'

/** What those outside who update, watch and measure have against a beginning. The way back asks nobody. */
export async function objections(
  scene: Scene,
  { plan, fleet, snapshot }: { plan: Plan; fleet: Fleet; snapshot: Snapshot },
): Promise<string[]> {
  const { settings, ports, cancel } = scene
  if (settings.mode === 'rollback' || settings.mode === 'recover') return []
  const { updater, watches, trafficGates } = ports
  const { shift } = plan
  const updated = plan.phases.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === 'update' ? step.servers : [])),
  )
  const found = await Promise.all([
    updated.length === 0 ? [] : updater.problems?.(updated, cancel),
    ...watches.map((watch) => watch.problems(cancel)),
    ...trafficGates.map((gate) => (shift === undefined ? [] : gate.problems?.(shift, cancel))),
  ])
  const known = snapshot.autoScaling
  return [
    ...found.flatMap((problems) => problems ?? []),
    ...tooShort(scene, plan),
    ...autoScalingProblems({ settings, fleet, known }),
  ]
}

/** What may keep drains from ending early: no reason not to begin. */
export async function drainDoubts({ settings, ports, cancel }: Scene, { phases }: Plan): Promise<string[]> {
  if (settings.mode !== 'deploy') return []
  const draining = phases.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === 'await-drained' ? step.servers : [])),
  )
  if (draining.length === 0) return []
  const doubts = (await ports.drainProbe?.doubts?.(draining, cancel)) ?? []
  return doubts.map(
    (doubt) => `drained-check may see nothing, and drains take the whole deregistration delay then: ${doubt}`,
  )
}

/** A share that does not stay for long enough cannot be measured. */
function tooShort({ ports }: Scene, { phases }: Plan): string[] {
  const leastMs = Math.max(0, ...ports.trafficGates.map(({ leastHoldMs }) => leastHoldMs))
  const shifts = phases.filter(({ kind }) => kind === 'shift')
  return shifts.flatMap(({ share = 0, steps }) =>
    steps.flatMap((step) => {
      if (step.kind !== 'hold' || step.watch === undefined) return []
      const needed = leastMs + step.watch.settleMs
      if (leastMs === 0 || step.forMs >= needed) return []
      return [
        `traffic stays at ${showShare(share)} for ${duration(step.forMs)}, and the metrics of a share can be judged after ${duration(needed)} at the earliest (with settle-time): give it that long, or leave max-error-rate and max-latency out`,
      ]
    }),
  )
}
