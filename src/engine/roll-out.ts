import { explain } from '../domain/errors.ts'
import type { Snapshot } from '../domain/fleet.ts'
import type { Conclusion, Course, Stop } from '../domain/outcome.ts'
import type { Plan } from '../domain/plan.ts'
import type { Settings } from '../domain/settings.ts'
import type { Strategy } from '../domain/strategy.ts'
import { within } from '../domain/within.ts'
import { duration } from '../domain/wording.ts'
import { perform } from './perform.ts'
import { makeSafe, putBackWhatIsSafe } from './put-back.ts'
import type { Run } from './run.ts'
import type { Scene } from './scene.ts'
import { closing, newRun } from './scene.ts'
import { healthyIn } from './survey.ts'
import type { Tenure } from './tenure.ts'
import { Ousted } from './tenure.ts'
import { whileWatched } from './watching.ts'

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
  const { settings, snapshot, strategy } = cleared
  const fleet = strategy.fleet(settings, snapshot)
  const course = { settings, snapshot, fleet, progress: scene.progress }
  const { conclude } = strategy
  const forward = await goForward(scene, cleared)
  if (forward === undefined) return finish(scene, cleared, course)
  scene.emit({ type: 'stopped', stop: forward, direction: 'forward' })
  if (forward.cause === 'ousted') return conclude({ ...course, forward })
  try {
    const back = await goBack(scene, cleared, forward)
    const whole = { ...course, forward, ...(back === undefined ? {} : { back }) }
    return back?.cause === 'ousted' ? conclude(whole) : await finish(scene, cleared, whole)
  } catch (error) {
    if (!(error instanceof Ousted)) throw error
    return conclude(oustedFrom({ ...course, forward }, error.message))
  }
}

/** What follows a stop: after a cancel what is safe goes back in, after a failure the strategy knows a way. */
async function goBack(scene: Scene, cleared: Cleared, forward: Stop): Promise<Stop | undefined> {
  const { settings, strategy, snapshot, plan } = cleared
  const { emit, progress, cancel } = scene
  if (forward.cause === 'cancel') {
    await putBackWhatIsSafe(runOf(scene, cleared, { plan, signal: cancel }))
    await makeSafe(safetyRun(scene, cleared))
    return undefined
  }
  const way = strategy.afterFailure(settings, snapshot, progress)
  const run = runOf(scene, cleared, { plan: way, signal: cancel })
  const back = await perform(run)
  if (back !== undefined) emit({ type: 'stopped', stop: back, direction: 'rollback' })
  if (back?.cause === 'cancel') {
    await putBackWhatIsSafe(run)
    await makeSafe(safetyRun(scene, cleared))
  }
  return back
}

/** What the strategy wants to be put right at once, if anything; under no signal, since it is over when time is up. */
function safetyRun(scene: Scene, cleared: Cleared): Run | undefined {
  const { strategy, settings, snapshot } = cleared
  if (strategy.afterCancel === undefined || scene.progress.traffic?.hasMoved !== true) return undefined
  const plan = strategy.afterCancel(settings, snapshot, scene.progress)
  return runOf(scene, cleared, { plan, signal: new AbortController().signal })
}

/** `timeout` bounds the way forward only: the way back has a signal of its own, which only a cancel can abort. */
function goForward(scene: Scene, cleared: Cleared): Promise<Stop | undefined> {
  const { plan, settings } = cleared
  const go = (signal: AbortSignal) =>
    whileWatched(scene, (objection) =>
      perform(runOf(scene, cleared, { plan, signal: AbortSignal.any([signal, objection]) })),
    )
  const { timeoutMs: ms } = settings
  if (ms === undefined) return go(scene.cancel)
  const reason: Stop = { cause: 'timeout', reason: `not done within the timeout of ${duration(ms)}` }
  return within(scene.ports.clock, { ms, reason }, (late) => go(AbortSignal.any([scene.cancel, late])))
}

function runOf(scene: Scene, cleared: Cleared, facts: { plan: Plan; signal: AbortSignal }): Run {
  const { settings, snapshot, tenure, strategy } = cleared
  return newRun(scene, {
    ...facts,
    snapshot,
    fleet: strategy.fleet(settings, snapshot),
    strategy: settings.strategy,
    wasHealthy: healthyIn(snapshot),
    journal: tenure,
  })
}

/** Writes the end down. That it could not be written changes nothing about it, unless somebody else has come meanwhile. */
async function finish(scene: Scene, { tenure, strategy }: Cleared, course: Course): Promise<Conclusion> {
  const { emit, ports } = scene
  const conclusion = strategy.conclude(course)
  const { rolloutId, ledgersFound: found } = tenure
  try {
    await closing(scene, async (signal) => {
      await tenure.confirm(signal)
      const ending = strategy.ending(course, { conclusion, found, rolloutId, at: ports.clock.now() })
      await tenure.close(ending, signal)
    })
  } catch (error) {
    if (error instanceof Ousted) return strategy.conclude(oustedFrom(course, error.message))
    emit({ type: 'warned', text: `could not write down how the rollout ended: ${explain(error)}` })
  }
  return conclusion
}

function oustedFrom(course: Course, reason: string): Course {
  const stop: Stop = { cause: 'ousted', reason }
  return course.forward === undefined ? { ...course, forward: stop } : { ...course, back: stop }
}
