import type { Gate, Verdict } from '../../src/domain/ports.ts'
import type { World } from './world.ts'

/** Any server may answer; it fails when one does that does not run the version. */
export const askAnyServer = (world: () => World): Gate => ({
  name: 'smoke',
  scope: 'service',
  async check({ version }): Promise<Verdict> {
    const old = world()
      .serving()
      .filter((id) => world().servers.get(id)?.version !== version)
    return old.length === 0
      ? { verdict: 'pass', evidence: 'fine' }
      : { verdict: 'fail', evidence: `${old[0]} answered` }
  },
})

/** Asks each server itself. */
export const askEachServer = (world: () => World): Gate => ({
  name: 'smoke',
  scope: 'server',
  async check({ version, server }): Promise<Verdict> {
    const found = world().servers.get(server?.id ?? '')
    return found?.version === version && found.isUp
      ? { verdict: 'pass', evidence: 'fine' }
      : { verdict: 'fail', evidence: 'connection refused' }
  },
})
