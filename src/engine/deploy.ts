import { ApiError, messageOf } from '../domain/errors.ts'
import type { Happening } from '../domain/events.ts'
import type { Snapshot } from '../domain/fleet.ts'
import { fleetOf, isHealthy } from '../domain/fleet.ts'
import type { Conclusion, Stop } from '../domain/outcome.ts'
import { conclude, refusal } from '../domain/outcome.ts'
import type { Plan, Strategy } from '../domain/plan.ts'
import type { Emit } from '../domain/ports.ts'
import { Progress } from '../domain/progress.ts'
import type { Settings } from '../domain/settings.ts'
import { duration, plural } from '../domain/wording.ts'
import { observe } from './observe.ts'
import { perform } from './perform.ts'
import { persistent } from './persist.ts'
import { putBackWhatIsSafe } from './put-back.ts'
import type { Ports, Run } from './run.ts'

/** Before anything has changed there is nothing to save; later, giving up costs a rollback. */
const OBSERVE_WITHIN_MS = 2 * 60_000
const PERSIST_FOR_MS = 10 * 60_000

export interface Deployment {
  readonly settings: Settings
  readonly strategy: Strategy
  readonly ports: Ports
  readonly emit: Emit
  /** Aborted with a `Stop` when the runner asks us to end. */
  readonly cancel: AbortSignal
}

/** Takes the fleet to the version: observe, plan, preflight, claim, run, and back again if it fails. */
export async function deploy(deployment: Deployment): Promise<Conclusion> {
  const { settings } = deployment
  const { clock } = deployment.ports
  const progress = new Progress(settings.previousVersion)
  const emit = (event: Happening) => {
    progress.note(event)
    deployment.emit({ ...event, at: clock.now() })
  }
  const scene: Scene = { ...deployment, emit, progress }

  const seen = await look(scene)
  return 'outcome' in seen ? seen : prepare(scene, seen)
}

/** A deployment under way. */
interface Scene extends Omit<Deployment, 'emit'> {
  readonly emit: (event: Happening) => void
  readonly progress: Progress
}

/** What is there, or why nothing can be begun with it. */
async function look({ settings, strategy, ports, emit, cancel }: Scene): Promise<Snapshot | Conclusion> {
  try {
    emit({ type: 'stage-started', stage: 'Observe' })
    const patience = { clock: ports.clock, emit, giveUpAfterMs: OBSERVE_WITHIN_MS }
    const loadBalancer = persistent(ports.loadBalancer, patience)
    const snapshot = await observe(loadBalancer, settings.targetGroupArns, cancel)
    emit({ type: 'observed', groups: observedGroups(snapshot) })
    const problems = strategy.problems(settings, snapshot)
    return problems.length === 0 ? snapshot : refuse(emit, problems)
  } catch (error) {
    if (cancel.aborted) return { outcome: 'interrupted', reason: 'cancelled before anything was changed' }
    return refuse(emit, [`${messageOf(error)}${permissionHint(error)}`])
  }
}

async function prepare(scene: Scene, snapshot: Snapshot): Promise<Conclusion> {
  const { settings, strategy, emit } = scene
  const plan = strategy.plan(settings, snapshot)
  emit({ type: 'stage-started', stage: 'Plan' })
  emit({ type: 'planned', plan })
  emit({ type: 'stage-started', stage: 'Preflight' })
  for (const text of strategy.warnings(settings, snapshot)) emit({ type: 'warned', text })
  if (settings.dryRun) {
    const batches = plural(plan.phases.length, 'batch', 'batches')
    return {
      outcome: 'planned',
      reason: `${settings.version} would be rolled out in ${batches}; nothing was changed`,
    }
  }
  emit({ type: 'stage-started', stage: 'Claim' })
  await scene.ports.journal.claim()
  return rollOut(scene, snapshot, plan)
}

/** From here on things change, and whatever happens ends in a conclusion. */
async function rollOut(scene: Scene, snapshot: Snapshot, plan: Plan): Promise<Conclusion> {
  const { settings, strategy, emit, progress } = scene
  const forward = await goForward(scene, snapshot, plan)
  const course = { settings, fleet: fleetOf(snapshot), progress }
  if (forward === undefined) return finish(scene, conclude(course))

  emit({ type: 'stopped', stop: forward, direction: 'forward' })
  if (forward.cause === 'cancel') {
    await putBackWhatIsSafe(newRun(scene, snapshot, { plan, signal: scene.cancel }))
    return finish(scene, conclude({ ...course, forward }))
  }
  const way = strategy.afterFailure(settings, snapshot, progress)
  const run = newRun(scene, snapshot, { plan: way, signal: scene.cancel })
  const back = await perform(run)
  if (back !== undefined) emit({ type: 'stopped', stop: back, direction: 'rollback' })
  if (back?.cause === 'cancel') await putBackWhatIsSafe(run)
  return finish(scene, conclude({ ...course, forward, ...(back === undefined ? {} : { back }) }))
}

/** `timeout` bounds the way forward only: the way back has a signal of its own, which only a cancel can abort. */
async function goForward(scene: Scene, snapshot: Snapshot, plan: Plan): Promise<Stop | undefined> {
  const { settings, cancel } = scene
  const { clock } = scene.ports
  const forward = new AbortController()
  const ended = new AbortController()
  const { timeoutMs } = settings
  if (timeoutMs !== undefined) {
    const stop: Stop = { cause: 'timeout', reason: `not done within the timeout of ${duration(timeoutMs)}` }
    clock.sleep(timeoutMs, ended.signal).then(
      () => forward.abort(stop),
      () => {},
    )
  }
  const signal = AbortSignal.any([cancel, forward.signal])
  try {
    return await perform(newRun(scene, snapshot, { plan, signal }))
  } finally {
    ended.abort()
  }
}

function newRun(scene: Scene, snapshot: Snapshot, facts: { plan: Plan; signal: AbortSignal }): Run {
  const { progress, emit } = scene
  const patience = { clock: scene.ports.clock, emit, giveUpAfterMs: PERSIST_FOR_MS }
  const loadBalancer = persistent(scene.ports.loadBalancer, patience)
  return {
    ...facts,
    ports: { ...scene.ports, loadBalancer },
    patience,
    progress,
    emit,
    fleet: fleetOf(snapshot),
    healthBefore: snapshot.health,
    failures: new Map(),
    costing: new Set(),
    leftAt: new Map(),
    batch: 0,
    batches: facts.plan.phases.length,
  }
}

async function finish({ ports, settings, emit }: Scene, conclusion: Conclusion): Promise<Conclusion> {
  try {
    await ports.journal.close({ outcome: conclusion.outcome, version: settings.version })
  } catch (error) {
    emit({ type: 'warned', text: `could not write the end of the rollout down: ${messageOf(error)}` })
  }
  return conclusion
}

function refuse(emit: (event: Happening) => void, problems: readonly string[]): Conclusion {
  emit({ type: 'stage-started', stage: 'Preflight' })
  emit({ type: 'refused', problems })
  return refusal(problems)
}

const permissionHint = (error: unknown): string =>
  error instanceof ApiError && error.failure === 'denied'
    ? ` (the credentials need the permission ${error.permission})`
    : ''

const observedGroups = (snapshot: Snapshot) =>
  snapshot.groups.map((group) => {
    const health = snapshot.health.get(group.arn) ?? []
    return { name: group.name, targets: health.length, healthy: health.filter(isHealthy).length }
  })
