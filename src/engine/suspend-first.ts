import { ApiError, explain } from '../domain/errors.ts'
import type { Conclusion } from '../domain/outcome.ts'
import { withoutArns } from '../domain/outcome.ts'
import { within } from '../domain/within.ts'
import { type Cleared, runOf } from './cleared.ts'
import { withRemarks } from './let-go.ts'
import { resumeProcesses, suspendAll } from './processes.ts'
import type { Scene } from './scene.ts'
import { closing, refuse } from './scene.ts'

/** What takes longer is for the rollout, and its `timeout`. */
const BRIEFLY_MS = 30_000

/**
 * Keeps Auto Scaling still before anything begins. Who may not do that is refused, as by preflight: AWS cannot be asked
 * beforehand. What else goes wrong here the rollout meets again, and ends as it must.
 */
export async function suspendOrRefuse(scene: Scene, cleared: Cleared): Promise<Conclusion | undefined> {
  const { tenure, snapshot, plan } = cleared
  tenure.know(snapshot.autoScaling?.members.keys() ?? [])
  const { ports, cancel } = scene
  try {
    await within(ports.clock, { ms: BRIEFLY_MS, reason: new Error('no time left') }, (late) => {
      const signal = AbortSignal.any([cancel, late])
      return suspendAll(runOf(scene, cleared, { plan, signal }), snapshot.autoScaling)
    })
    return undefined
  } catch (error) {
    if (!(error instanceof ApiError) || error.failure !== 'denied') return undefined
    const why = `${explain(error)} (or say auto-scaling: ignore, if its groups are to be left alone)`
    return takeBack(scene, cleared, why)
  }
}

/** Of several groups some may be suspended already. */
async function takeBack(scene: Scene, { tenure }: Cleared, why: string): Promise<Conclusion> {
  const suspended = await resumeProcesses(scene, tenure)
  if (suspended.length > 0)
    return withRemarks({ outcome: 'failed', reason: withoutArns(why) }, { suspended, stragglers: [] })
  await closing(scene, (signal) => tenure.retract(signal))
  return refuse(scene, [why])
}
