import type { Server } from '../domain/fleet.ts'
import type { Clock } from '../domain/ports.ts'
import type { RunCommand } from './ssm-calls.ts'
import { persist } from './ssm-time.ts'

const ASK_FOR_MS = 30_000

/** Those of at most 50 servers whose agents are there; all of them when that cannot be known, or none is. */
export async function onlineAmong(
  servers: readonly Server[],
  { ssm, clock }: { readonly ssm: RunCommand; readonly clock: Clock },
  signal: AbortSignal,
): Promise<readonly Server[]> {
  const ids = servers.map(({ id }) => id)
  const patience = { clock, signal, giveUpAfterMs: ASK_FOR_MS }
  const agents = await persist(() => ssm.agents(ids, signal), patience).catch(() => undefined)
  const online = new Set(agents?.filter(({ isOnline }) => isOnline).map(({ server }) => server))
  return online.size === 0 ? servers : servers.filter(({ id }) => online.has(id))
}
