import type { UpdateListener } from '../domain/ports.ts'
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
  await run.ports.updater.update(servers, context, listener(run, step.version), run.signal)
  run.signal.throwIfAborted()
  return undefined
}

function listener(run: Run, version: string): UpdateListener {
  return {
    mayBegin: () => run.journal.confirm(run.signal),
    started: (server, handle) =>
      run.emit({ type: 'update-started', server, version, ...(handle === undefined ? {} : { handle }) }),
    output: (server, line) => run.emit({ type: 'update-output', server, line }),
    ended: (server, result) => {
      if (result.ok) return run.emit({ type: 'update-succeeded', server, version })
      const { reason, tail, ended } = result
      run.emit({ type: 'update-failed', server, version, reason, tail, ended })
      failServer(run, server, `update failed: ${reason}`)
    },
  }
}
