import { messageOf } from '../domain/errors.ts'
import type { Snapshot } from '../domain/fleet.ts'
import { fleetOf } from '../domain/fleet.ts'
import { ledgerAfter } from '../domain/ledger.ts'
import type { Conclusion, Course, Stop } from '../domain/outcome.ts'
import { conclude } from '../domain/outcome.ts'
import type { Plan, Strategy } from '../domain/plan.ts'
import type { Settings } from '../domain/settings.ts'
import { duration } from '../domain/wording.ts'
import { perform } from './perform.ts'
import { putBackWhatIsSafe } from './put-back.ts'
import type { Run } from './run.ts'
import type { Scene } from './scene.ts'
import { newRun } from './scene.ts'
import { healthyIn } from './survey.ts'
import type { Tenure } from './tenure.ts'

/** A plan that may begin now. */
export interface Cleared {
  readonly settings: Settings
  readonly strategy: Strategy
  readonly snapshot: Snapshot
  readonly plan: Plan
  readonly tenure: Tenure
}

/** From here on things change, and whatever happens ends in a conclusion. */
export async function rollOut(scene: Scene, cleared: Cleared): Promise<Conclusion> {
  const { settings, strategy, snapshot, plan } = cleared
  const { emit, progress, cancel } = scene
  const course = { settings, fleet: fleetOf(snapshot), progress }
  const forward = await goForward(scene, cleared)
  if (forward === undefined) return finish(scene, cleared, course)

  emit({ type: 'stopped', stop: forward, direction: 'forward' })
  if (forward.cause === 'ousted') return conclude({ ...course, forward })
  if (forward.cause === 'cancel') {
    await putBackWhatIsSafe(runOf(scene, cleared, { plan, signal: cancel }))
    return finish(scene, cleared, { ...course, forward })
  }
  const run = runOf(scene, cleared, {
    plan: strategy.afterFailure(settings, snapshot, progress),
    signal: cancel,
  })
  const back = await perform(run)
  if (back === undefined) return finish(scene, cleared, { ...course, forward })
  emit({ type: 'stopped', stop: back, direction: 'rollback' })
  if (back.cause === 'ousted') return conclude({ ...course, forward, back })
  if (back.cause === 'cancel') await putBackWhatIsSafe(run)
  return finish(scene, cleared, { ...course, forward, back })
}

/** `timeout` bounds the way forward only: the way back has a signal of its own, which only a cancel can abort. */
async function goForward(scene: Scene, cleared: Cleared): Promise<Stop | undefined> {
  const { clock } = scene.ports
  const forward = new AbortController()
  const ended = new AbortController()
  const { timeoutMs } = cleared.settings
  if (timeoutMs !== undefined) {
    const stop: Stop = { cause: 'timeout', reason: `not done within the timeout of ${duration(timeoutMs)}` }
    clock.sleep(timeoutMs, ended.signal).then(
      () => forward.abort(stop),
      () => {},
    )
  }
  const signal = AbortSignal.any([scene.cancel, forward.signal])
  try {
    return await perform(runOf(scene, cleared, { plan: cleared.plan, signal }))
  } finally {
    ended.abort()
  }
}

function runOf(scene: Scene, cleared: Cleared, facts: { plan: Plan; signal: AbortSignal }): Run {
  const { settings, snapshot, tenure } = cleared
  return newRun(scene, {
    ...facts,
    fleet: fleetOf(snapshot),
    strategy: settings.strategy,
    wasHealthy: healthyIn(snapshot),
    journal: tenure,
  })
}

/** A cancelled step has little time left for writing down how it ended; others have plenty. */
const CLOSE_WITHIN_MS = { cancelled: 2_000, ended: 10 * 60_000 }

/** Writes the end down. That it could not be written changes nothing about it. */
async function finish(scene: Scene, { tenure }: Cleared, course: Course): Promise<Conclusion> {
  const { emit, progress, ports, cancel } = scene
  const conclusion = conclude(course)
  const limit = new AbortController()
  const over = new AbortController()
  ports.clock.sleep(cancel.aborted ? CLOSE_WITHIN_MS.cancelled : CLOSE_WITHIN_MS.ended, over.signal).then(
    () => limit.abort(new Error('no time left')),
    () => {},
  )
  try {
    await tenure.close(
      {
        ledger: ledgerAfter({
          course,
          conclusion,
          found: tenure.ledgerFound,
          rolloutId: tenure.rolloutId,
          at: ports.clock.now(),
        }),
        out: progress.where((server) => server.place === 'out'),
        inDoubt: progress.where((server) => server.inDoubt),
      },
      limit.signal,
    )
  } catch (error) {
    emit({ type: 'warned', text: `could not write down how the rollout ended: ${messageOf(error)}` })
  } finally {
    over.abort()
  }
  return conclusion
}
