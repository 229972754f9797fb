import { explain } from '../domain/errors.ts'
import type { Conclusion, Course, Stop } from '../domain/outcome.ts'
import type { Phase } from '../domain/plan.ts'
import { isProof } from '../domain/plan.ts'
import { withUpdateTime } from '../domain/update-times.ts'
import { within } from '../domain/within.ts'
import { duration } from '../domain/wording.ts'
import { type Cleared, runOf, runOfThose, type Way } from './cleared.ts'
import { Ousted } from './fence.ts'
import { follow, hasSomebodyCome } from './follow.ts'
import { letGo, stillWatched, tellStragglers, withRemarks } from './let-go.ts'
import { perform } from './perform.ts'
import { suspendProcesses } from './processes.ts'
import { makeSafe, putBackWhatIsSafe } from './put-back.ts'
import type { Run } from './run.ts'
import type { Scene } from './scene.ts'
import { closing } from './scene.ts'
import { noteAllVanished } from './vanished.ts'
import { whileWatched } from './watching.ts'

/** From here on things change, and whatever happens ends in a conclusion. */
export async function rollOut(scene: Scene, cleared: Cleared): Promise<Conclusion> {
  const { settings, strategy, tenure } = cleared
  tenure.know(cleared.snapshot.autoScaling?.members.keys() ?? [])
  const { conclude } = strategy
  const forward = await goForward(scene, cleared)
  const { snapshot } = cleared
  const fleet = strategy.fleet(settings, snapshot)
  const course = { settings, snapshot, fleet, progress: scene.progress }
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
  // Weights wait for nobody.
  if (strategy.reads !== 'routes') await noteAllVanished(runOf(scene, cleared, { plan, signal: cancel }))
  const way = strategy.afterFailure(settings, snapshot, progress)
  const run = runOfThose(scene, cleared, { plan: way, signal: cancel })
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
      performAll(scene, cleared, { plan, signal: AbortSignal.any([signal, objection]) }),
    )
  const { timeoutMs: ms } = settings
  if (ms === undefined) return go(scene.cancel)
  const reason: Stop = { cause: 'timeout', reason: `not done within the timeout of ${duration(ms)}` }
  return within(scene.ports.clock, { ms, reason }, (late) => go(AbortSignal.any([scene.cancel, late])))
}

/** The plan, then one for the servers that have appeared meanwhile; and when all are there, what proves the version. */
async function performAll(scene: Scene, cleared: Cleared, way: Way): Promise<Stop | undefined> {
  const { plan } = way
  const isLater = (phase: Phase) => cleared.strategy.prove !== undefined && isProof(phase)
  const changes = { ...plan, phases: plan.phases.filter((phase) => !isLater(phase)) }
  const run = runOf(scene, cleared, { ...way, plan: changes })
  const stop = (await suspendProcesses(run, cleared.snapshot.autoScaling)) ?? (await perform(run))
  return stop ?? followAndProve(scene, cleared, { ...way, batch: run.batch })
}

/** How often servers that have just appeared, and run the old version, may spoil what proves the new one. */
const MOST_PROOFS = 4

const SPOILT =
  'servers have just appeared, which run another version and may have answered; they are updated, then it is tried again'

async function followAndProve(scene: Scene, cleared: Cleared, way: Way): Promise<Stop | undefined> {
  const { strategy, settings } = cleared
  let batch = way.batch ?? 0
  for (let proofs = 1; ; proofs++) {
    const followed = await follow(scene, cleared, { ...way, batch })
    if (followed.stop !== undefined) return followed.stop
    batch = followed.batch
    const plan = strategy.prove?.(settings, cleared.snapshot, scene.progress)
    if (plan === undefined || plan.phases.length === 0) return undefined
    const objection = await perform(runOf(scene, cleared, { ...way, plan, batch }))
    if (objection === undefined) return (await follow(scene, cleared, { ...way, batch })).stop
    const mayBeSpoilt = objection.byService === true && !way.signal.aborted && proofs < MOST_PROOFS
    if (!mayBeSpoilt || !(await hasSomebodyCome(scene, cleared, way))) return objection
    scene.emit({ type: 'warned', text: `${objection.reason}: but ${SPOILT}` })
  }
}

/** Writes the end down. That it could not be written changes nothing about it, unless somebody else has come meanwhile. */
async function finish(scene: Scene, cleared: Cleared, course: Course): Promise<Conclusion> {
  const { emit, ports } = scene
  const { tenure, strategy } = cleared
  const conclusion = strategy.conclude(course)
  const { rolloutId, ledgersFound: found } = tenure
  let suspended: readonly string[] = []
  try {
    suspended = await letGo(scene, cleared, course)
    await closing(scene, async (signal) => {
      await tenure.confirm(signal)
      const facts = { conclusion, found, rolloutId, at: ports.clock.now() }
      const ending = withUpdateTime(strategy.ending(course, facts), found, scene.updateTimes.eachMs)
      await tenure.close({ ...ending, out: stillWatched(cleared, course) ?? ending.out }, signal)
    })
  } catch (error) {
    if (error instanceof Ousted) return strategy.conclude(oustedFrom(course, error.message))
    emit({ type: 'warned', text: `could not write down how the rollout ended: ${explain(error)}` })
  }
  const stragglers = course.forward === undefined ? cleared.stragglers : undefined
  tellStragglers(scene, stragglers)
  return withRemarks(conclusion, { suspended, stragglers: [...(stragglers?.keys() ?? [])] })
}

function oustedFrom(course: Course, reason: string): Course {
  const stop: Stop = { cause: 'ousted', reason }
  return course.forward === undefined ? { ...course, forward: stop } : { ...course, back: stop }
}
