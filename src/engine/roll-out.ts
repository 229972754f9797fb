import { messageOf } from '../domain/errors.ts'
import type { Snapshot } from '../domain/fleet.ts'
import type { Conclusion, Course, Stop } from '../domain/outcome.ts'
import type { Plan } from '../domain/plan.ts'
import type { Settings } from '../domain/settings.ts'
import type { Strategy } from '../domain/strategy.ts'
import { within } from '../domain/within.ts'
import { duration, idList } from '../domain/wording.ts'
import { type Arrivals, lookForArrivals, notUpdated, withArrivals } from './arrivals.ts'
import { perform, performing } from './perform.ts'
import { resumeProcesses, suspendProcesses } from './processes.ts'
import { makeSafe, putBackWhatIsSafe } from './put-back.ts'
import type { Run } from './run.ts'
import type { Scene } from './scene.ts'
import { closing, newRun } from './scene.ts'
import { healthyIn } from './survey.ts'
import type { Tenure } from './tenure.ts'
import { Ousted } from './tenure.ts'
import { noteVanished } from './vanished.ts'
import { whileWatched } from './watching.ts'

/** A plan that may begin now. */
export interface Cleared {
  readonly settings: Settings
  readonly strategy: Strategy
  /** Grows when servers appear. */
  snapshot: Snapshot
  readonly plan: Plan
  readonly tenure: Tenure
  /** Servers that appeared, and were not updated. */
  stragglers?: readonly string[]
}

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
  await goneMeanwhile(runOf(scene, cleared, { plan, signal: cancel }))
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
      performAll(scene, cleared, { plan, signal: AbortSignal.any([signal, objection]) }),
    )
  const { timeoutMs: ms } = settings
  if (ms === undefined) return go(scene.cancel)
  const reason: Stop = { cause: 'timeout', reason: `not done within the timeout of ${duration(ms)}` }
  return within(scene.ports.clock, { ms, reason }, (late) => go(AbortSignal.any([scene.cancel, late])))
}

interface Way {
  readonly plan: Plan
  readonly signal: AbortSignal
}

/** The plan, and after it a plan for the servers that have appeared meanwhile. */
async function performAll(scene: Scene, cleared: Cleared, way: Way): Promise<Stop | undefined> {
  const run = runOf(scene, cleared, way)
  const stop = (await suspendProcesses(run, cleared.snapshot.autoScaling)) ?? (await perform(run))
  return stop ?? follow(scene, cleared, way)
}

/** More often than this a group does not launch servers while a rollout ends. */
const MOST_ROUNDS = 4
const REGISTERED_EVERYWHERE_MS = 5_000

async function follow(scene: Scene, cleared: Cleared, way: Way): Promise<Stop | undefined> {
  const { settings, strategy, tenure } = cleared
  for (let round = 1; ; round++) {
    const arrivals = await whoCame(runOf(scene, cleared, way))
    if ('cause' in arrivals) return arrivals
    const { servers, others } = arrivals
    if (servers.length === 0 && others.length === 0) return undefined
    if (round === MOST_ROUNDS || strategy.follow === undefined) {
      cleared.stragglers = [...servers.map(({ id }) => id), ...others]
      return undefined
    }
    if (servers.length === 0) {
      const stop = await performing(runOf(scene, cleared, way), async () => {
        await scene.ports.clock.sleep(REGISTERED_EVERYWHERE_MS, way.signal)
        return undefined
      })
      if (stop !== undefined) return stop
      continue
    }
    cleared.snapshot = withArrivals(cleared.snapshot, arrivals)
    tenure.know(arrivals.members.keys())
    scene.emit({ type: 'servers-appeared', servers: servers.map(({ id }) => id) })
    const plan = strategy.follow(settings, cleared.snapshot, scene.progress)
    const run = runOf(scene, cleared, { ...way, plan })
    const stop = (await suspendProcesses(run, cleared.snapshot.autoScaling)) ?? (await perform(run))
    if (stop !== undefined) return stop
  }
}

/** Who has come, and who has gone. */
async function whoCame(run: Run): Promise<Arrivals | Stop> {
  let arrivals: Arrivals | undefined
  const stop = await performing(run, async () => {
    await noteVanished(
      run,
      run.fleet.servers.map(({ id }) => id),
    )
    arrivals = await lookForArrivals(run)
    return undefined
  })
  return arrivals ?? (stop as Stop)
}

/** Nothing is planned for a server that is gone. That it could not be seen does not keep the others waiting. */
async function goneMeanwhile(run: Run): Promise<void> {
  await performing(run, async () => {
    await noteVanished(
      run,
      run.fleet.servers.map(({ id }) => id),
    )
    return undefined
  })
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
      const ending = strategy.ending(course, { conclusion, found, rolloutId, at: ports.clock.now() })
      await tenure.close(ending, signal)
    })
  } catch (error) {
    if (error instanceof Ousted) return strategy.conclude(oustedFrom(course, error.message))
    emit({ type: 'warned', text: `could not write down how the rollout ended: ${messageOf(error)}` })
  }
  return withRemarks(conclusion, { suspended, stragglers: cleared.stragglers ?? [] })
}

/**
 * What was cut short leaves that to the post step: servers that have just been put back do not pass for healthy yet, and
 * their group would replace them. Answers the groups that stay suspended.
 */
async function letGo(
  scene: Scene,
  { tenure }: Cleared,
  { forward, back, progress }: Course,
): Promise<readonly string[]> {
  const isCutShort = forward?.cause === 'cancel' || back?.cause === 'cancel'
  if (isCutShort) return tenure.suspended.map(({ group }) => group)
  const out = progress.where(({ place }) => place === 'out')
  if (out.length > 0 && tenure.suspended.length > 0) {
    const text = `${idList(out)} ${out.length === 1 ? 'stays' : 'stay'} out of the load balancer: Auto Scaling may replace what it holds to be unhealthy`
    scene.emit({ type: 'warned', text })
  }
  return resumeProcesses(scene, tenure)
}

function withRemarks(
  conclusion: Conclusion,
  { suspended, stragglers }: { suspended: readonly string[]; stragglers: readonly string[] },
): Conclusion {
  const remarks = [
    ...(stragglers.length === 0 ? [] : [notUpdated(stragglers)]),
    ...(suspended.length === 0
      ? []
      : [
          `processes of Auto Scaling group ${idList(suspended)} stay suspended until mode: recover or the next deploy`,
        ]),
  ]
  return { ...conclusion, reason: [conclusion.reason, ...remarks].join('; ') }
}

function oustedFrom(course: Course, reason: string): Course {
  const stop: Stop = { cause: 'ousted', reason }
  return course.forward === undefined ? { ...course, forward: stop } : { ...course, back: stop }
}
