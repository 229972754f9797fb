import { ApiError, explain, messageOf } from '../domain/errors.ts'
import type { Happening } from '../domain/events.ts'
import type { Fleet, Snapshot } from '../domain/fleet.ts'
import type { Asker } from '../domain/holder.ts'
import type { Conclusion, Stop } from '../domain/outcome.ts'
import { refusal, withoutArns } from '../domain/outcome.ts'
import type { Plan } from '../domain/plan.ts'
import type { Emit, Journal } from '../domain/ports.ts'
import { Progress } from '../domain/progress.ts'
import type { Listener } from '../domain/routing.ts'
import type { Settings } from '../domain/settings.ts'
import type { Strategy } from '../domain/strategy.ts'
import { UpdateTimes } from '../domain/update-times.ts'
import { within } from '../domain/within.ts'
import { Pacer } from './pacer.ts'
import type { Patience } from './persist.ts'
import { BRIEFLY_MS, persistent, persistentAutoScaling, persistentRouting } from './persist.ts'
import type { Ports, RouteChange, Run } from './run.ts'
import { Tenure } from './tenure.ts'

/** What the entry gives: what is asked, by whom, and the outside world. */
export interface Mission {
  readonly settings: Settings
  /** By name, as the journal names them. */
  readonly strategies: Readonly<Record<string, Strategy>>
  readonly rolloutId: string
  readonly asker: Asker
  /** Servers whose update, begun by a process that is dead, could not be ended: they must not go back in. */
  readonly stillUpdating?: readonly string[]
  readonly ports: Ports
  readonly emit: Emit
  /** Aborted with a `Stop` when the runner asks us to end. */
  readonly cancel: AbortSignal
}

/** A mission under way. */
export interface Scene extends Omit<Mission, 'emit' | 'asker' | 'settings' | 'rolloutId'> {
  /** Its `completed` is filled as GitHub tells of workflow runs. */
  readonly asker: Asker & { readonly completed: Set<string> }
  readonly emit: (event: Happening) => void
  /** A rollback learns from the journal where to go, and which rollout it is about. */
  settings: Settings
  rolloutId: string
  /** From the claim on. */
  tenure?: Tenure
  /** Where every server stands; replaced when what is known of the versions changes. */
  progress: Progress
  /** Changes of routes are paced, and remembered, over the way forward and the way back. */
  readonly pacer: Pacer
  readonly changedRoutes: Map<string, RouteChange>
  readonly updateTimes: UpdateTimes
}

/** Before a deploy has changed anything there is nothing to save; otherwise giving up leaves servers out. */
const READ_FOR_MS = 2 * 60_000
const PERSIST_FOR_MS = 10 * 60_000

export function open(mission: Mission): Scene {
  const { clock } = mission.ports
  const warnings = new Set<string>()
  const scene: Scene = {
    ...mission,
    asker: { ...mission.asker, completed: new Set() },
    progress: new Progress(),
    pacer: new Pacer(clock),
    changedRoutes: new Map(),
    updateTimes: new UpdateTimes(mission.settings.updateConcurrency),
    emit: (event) => {
      // What holds in every phase is said once.
      if (event.type === 'warned') {
        if (warnings.has(event.text)) return
        warnings.add(event.text)
      }
      const at = clock.now()
      scene.progress.note(event)
      scene.updateTimes.note(event, at)
      mission.emit({ ...event, at })
    },
  }
  return scene
}

export const reading = ({ ports, emit, settings, tenure }: Scene): Patience => ({
  clock: ports.clock,
  emit,
  // One with a claim has put right what another left: it may have suspended processes, say.
  giveUpAfterMs: settings.mode === 'deploy' && tenure === undefined ? READ_FOR_MS : PERSIST_FOR_MS,
})

export const changing = ({ ports, emit }: Scene): Patience => ({
  clock: ports.clock,
  emit,
  giveUpAfterMs: PERSIST_FOR_MS,
})

/** `rolloutId`: the rollout that the entries speak of; a rollback speaks of the one that it undoes. */
export function newTenure(scene: Scene, rolloutId = scene.rolloutId): Tenure {
  const { ports, settings, asker, emit } = scene
  return new Tenure({
    rolloutId,
    asker,
    emit,
    store: ports.store,
    clock: ports.clock,
    groupArns: settings.targetGroupArns,
    patience: changing(scene),
  })
}

export interface RunFacts {
  readonly plan: Plan
  readonly fleet: Fleet
  readonly snapshot: Snapshot
  readonly strategy: string
  readonly wasHealthy: ReadonlySet<string>
  /** Batches before it in the same direction; by default there are none. */
  readonly batch?: number
  readonly signal: AbortSignal
  readonly journal: Journal
  /** Absent: those that the snapshot knows. */
  readonly members?: ReadonlySet<string>
}

export function newRun(scene: Scene, { snapshot, batch = 0, ...facts }: RunFacts): Run {
  const { progress, emit, ports, pacer, changedRoutes } = scene
  const patience = changing(scene)
  const { autoScaling } = ports
  return {
    members: new Set(snapshot.autoScaling?.members.keys()),
    ...facts,
    ports: {
      ...ports,
      ...(autoScaling === undefined
        ? {}
        : { autoScaling: persistentAutoScaling(autoScaling, patience, BRIEFLY_MS) }),
      loadBalancer: persistent(ports.loadBalancer, patience),
      routing: persistentRouting(ports.routing, patience),
    },
    groups: snapshot.groups,
    listeners: listenersOf(facts.plan, snapshot),
    routes: new Map(snapshot.routing?.routes.map((route) => [route.arn, route])),
    unready: new Set(),
    ...{ patience, progress, emit, pacer, changedRoutes },
    failures: new Map(),
    costing: new Set(),
    leftAt: new Map(),
    wasHealthy: new Set(facts.wasHealthy),
    batch,
    batches: batch + facts.plan.phases.length,
    phaseWithinMs: 0,
  }
}

/** Those that have a route which the plan changes. */
function listenersOf({ phases }: Plan, { routing }: Snapshot): Listener[] {
  const steps = phases.flatMap((phase) => phase.steps)
  const changed = new Set(
    steps.flatMap((step) => (step.kind === 'set-weights' ? step.routes.map(({ arn }) => arn) : [])),
  )
  const arns = new Set(
    routing?.routes.filter(({ arn }) => changed.has(arn)).map(({ listenerArn }) => listenerArn),
  )
  return (routing?.listeners ?? []).filter(({ arn }) => arns.has(arn))
}

export function refuse({ emit }: Scene, problems: readonly string[]): Conclusion {
  emit({ type: 'stage-started', stage: 'Preflight' })
  emit({ type: 'refused', problems })
  return refusal(problems)
}

/**
 * Whatever happens ends in a conclusion. A failure before the claim refuses, and names the permission that the credentials
 * lack; after it something may have been changed, and somebody has to look.
 */
export async function concluding(scene: Scene, work: () => Promise<Conclusion>): Promise<Conclusion> {
  try {
    return await work()
  } catch (error) {
    if (scene.tenure !== undefined) return abandon(scene, scene.tenure, error)
    if (scene.cancel.aborted)
      return { outcome: 'interrupted', reason: 'cancelled before anything was changed' }
    const denied = error instanceof ApiError && error.failure === 'denied'
    const hint = denied ? ` (the credentials need the permission ${error.permission})` : ''
    return refuse(scene, [`${messageOf(error)}${hint}`])
  }
}

/** How long writing down how it ended may take; a cancelled step has little time. */
const CLOSE_WITHIN_MS = { cancelled: 1_500, ended: 10 * 60_000 }

/** The last writes of a tenure. */
export function closing(
  { cancel, ports }: Scene,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const ms = cancel.aborted ? CLOSE_WITHIN_MS.cancelled : CLOSE_WITHIN_MS.ended
  return within(ports.clock, { ms, reason: new Error('no time left') }, work)
}

const RELEASE_WITHIN_MS = 1_500

/** What is written about servers stays; only the claim goes, so that the next one need not wait. */
async function abandon(scene: Scene, tenure: Tenure, error: unknown): Promise<Conclusion> {
  const { cancel, ports, emit } = scene
  const why = cancel.aborted ? (cancel.reason as Stop).reason : explain(error)
  const limit = { ms: RELEASE_WITHIN_MS, reason: new Error('no time left') }
  await within(ports.clock, limit, (signal) => tenure.release(signal)).catch((failed) =>
    emit({ type: 'warned', text: `could not remove the claim: ${explain(failed)}` }),
  )
  return { outcome: 'interrupted', reason: withoutArns(`${why}; mode: recover puts right what may be left`) }
}
