import type { UpdateListener } from '../domain/ports.ts'
import { plural } from '../domain/wording.ts'
import { tellingBeside } from './beside.ts'
import type { Handler, Run } from './run.ts'
import { failServer, serversIn } from './run.ts'

/** Puts the version on all servers of the batch. A failed server is noted; whether the plan goes on is not our business. */
export const update: Handler<'update'> = async (run, step) => {
  const servers = serversIn(run, step.servers)
  const { plan } = run
  const { direction, leaves, shift } = plan
  // Of a group without traffic all servers are one batch.
  const { batch, batches } = shift === undefined ? run : { batch: 1, batches: 1 }
  const context = {
    direction,
    version: step.version,
    batch,
    batches,
    ...(leaves === undefined ? {} : { leaves }),
  }
  await run.journal.confirm(run.signal)
  const count = { done: 0, failed: 0 }
  const updates = listener(run, step.version, count)
  await tellingBeside(run, { text: () => progressOf(servers.length, count), limitMs: step.withinMs }, () =>
    run.ports.updater.update(servers, context, updates, run.signal),
  )
  run.signal.throwIfAborted()
  return undefined
}

interface Count {
  done: number
  failed: number
}

function progressOf(servers: number, { done, failed }: Count): string {
  const failures = failed === 0 ? '' : `, ${failed} failed`
  return `updates: ${done} of ${plural(servers, 'server')} done${failures}`
}

function listener(run: Run, version: string, count: Count): UpdateListener {
  return {
    mayBegin: () => run.journal.confirm(run.signal),
    started: (server, handle) =>
      run.emit({ type: 'update-started', server, version, ...(handle === undefined ? {} : { handle }) }),
    output: (server, line) => run.emit({ type: 'update-output', server, line }),
    ended: (server, result) => {
      if (result.ok) count.done++
      else count.failed++
      if (result.ok) return run.emit({ type: 'update-succeeded', server, version })
      const { reason, tail, ended } = result
      run.emit({ type: 'update-failed', server, version, reason, tail, ended })
      failServer(run, server, `update failed: ${reason}`)
    },
  }
}
