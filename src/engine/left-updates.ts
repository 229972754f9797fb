import type { OutList } from '../domain/journal.ts'
import type { Doubt } from '../domain/ports.ts'
import { idList } from '../domain/wording.ts'
import { tellingBeside } from './beside.ts'
import type { Scene } from './scene.ts'

/** Ends the updates that dead processes have left running elsewhere, and tells where that cannot be shown. */
export async function endLeftUpdates(
  { ports, emit, cancel }: Scene,
  { rolloutId, remoteUpdates: marks = [], servers }: OutList,
): Promise<readonly Doubt[]> {
  if (marks.length === 0) return []
  const { leftUpdates } = ports
  if (leftUpdates === undefined) throw new Error(`nobody can end the updates of ${marks.join(', ')}`)
  const text = () => `commands that rollout ${rolloutId} has left running to end`
  const doubts = await tellingBeside({ ports, emit }, { text }, () =>
    leftUpdates.end({ marks, servers: servers.map(({ id }) => id) }, cancel),
  )
  for (const reason of reasonsOf(doubts))
    emit({ type: 'warned', text: `an update may be running on ${reason}` })
  return doubts
}

/** `i-1, i-2: why`, each reason once. */
export const reasonsOf = (doubts: readonly Doubt[]): string[] =>
  [...Map.groupBy(doubts, ({ reason }) => reason)].map(
    ([reason, those]) => `${idList(those.map(({ server }) => server))}: ${reason}`,
  )
