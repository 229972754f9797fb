import { explain } from '../domain/errors.ts'
import { isServerIn } from '../domain/fleet.ts'
import type { Stop } from '../domain/outcome.ts'
import { within } from '../domain/within.ts'
import { duration } from '../domain/wording.ts'
import { Ousted } from './fence.ts'
import { healthOfGroups } from './observe.ts'
import { perform } from './perform.ts'
import { putBack } from './registration.ts'
import type { Run } from './run.ts'
import { serversIn } from './run.ts'

/** A cancelled step has 7.5 s in all before it is killed. */
const WITHIN_MS = 5_000
/** Reads may be 3 s older than our last write. */
const READ_BACK_FOR_MS = 3_000
const LOOK_EVERY_MS = 1_000

/** Performs a plan that makes things safe in the seconds that a cancelled step has. */
export async function makeSafe(run: Run | undefined): Promise<void> {
  if (run === undefined) return
  const { ports, emit } = run
  const late: Stop = { cause: 'timeout', reason: `not done within ${duration(WITHIN_MS)}` }
  const limit = { ms: WITHIN_MS, reason: late }
  const stop = await within(ports.clock, limit, (signal) => perform({ ...run, signal }))
  if (stop?.cause === 'ousted') throw new Ousted(stop.reason)
  if (stop !== undefined) {
    emit({ type: 'warned', text: `could not make sure that everything is right: ${stop.reason}` })
  }
}

/** Everything that is out and whose update has ended goes back in; whether it serves is for the health checks to say. */
export async function putBackWhatIsSafe(cancelled: Run): Promise<void> {
  const { progress, ports, emit } = cancelled
  const out = progress.where((server) => server.place !== 'in' && !server.inDoubt)
  if (out.length === 0) return
  const limit = { ms: WITHIN_MS, reason: new Error(`not done within ${duration(WITHIN_MS)}`) }
  try {
    await within(ports.clock, limit, async (signal) => {
      const run = { ...cancelled, signal }
      await putBack(run, out)
      await readBack(run, out)
    })
  } catch (error) {
    if (error instanceof Ousted) throw error
    emit({ type: 'warned', text: `could not make sure that everything is back in: ${explain(error)}` })
    emit({ type: 'still-out', servers: out })
  }
}

/** A target that was still draining may have been accepted and yet not be in, or have gone right after. */
async function readBack(run: Run, ids: readonly string[]): Promise<void> {
  const { clock, loadBalancer } = run.ports
  const { groups } = run.fleet
  const until = clock.now() + READ_BACK_FOR_MS
  while (true) {
    const health = await healthOfGroups(loadBalancer, groups, run.signal)
    const missing = serversIn(run, ids)
      .filter((server) => !groups.every((group) => isServerIn(server, group.arn, health)))
      .map(({ id }) => id)
    if (clock.now() >= until) {
      if (missing.length > 0) run.emit({ type: 'still-out', servers: missing })
      return
    }
    if (missing.length > 0) await putBack(run, missing)
    await clock.sleep(LOOK_EVERY_MS, run.signal)
  }
}
