import type { OutList } from '../domain/journal.ts'
import type { Tags } from '../domain/ports.ts'
import { LONGEST_VERSION_BYTES } from '../domain/settings.ts'
import { WHOLE } from '../domain/traffic.ts'
import { commonPrefix } from './arns.ts'
import { isOurs } from './codec.ts'
import { LEDGER_KEYS } from './ledger.ts'
import { MOST_TAGS } from './limits.ts'
import { packOutList } from './out-list.ts'
import { LONGEST_ID } from './owner.ts'
import { OWNERS, shardsFor } from './shards.ts'

type Out = Pick<OutList, 'servers' | 'shift' | 'autoScaling'>

/** As long as a list of these servers, or of these routes, can get, whatever else it says. */
const longest = ({ servers, shift, autoScaling }: Out): OutList => ({
  sequence: 99_999,
  rolloutId: 'x'.repeat(LONGEST_ID),
  // Also room for ids that lie less evenly than these, in another batch of the same size.
  strategy: 'x'.repeat(32),
  direction: 'forward',
  version: 'x'.repeat(LONGEST_VERSION_BYTES),
  previousVersion: 'x'.repeat(LONGEST_VERSION_BYTES),
  batch: 9_999,
  batches: 9_999,
  servers,
  inDoubt: servers.map(({ id }) => id),
  ...(shift === undefined ? {} : { shift: { ...shift, base: WHOLE } }),
  remoteUpdates: ['y'.repeat(LONGEST_ID), 'z'.repeat(LONGEST_ID)],
  // None of them a member is what takes most.
  ...(autoScaling === undefined ? {} : { autoScaling: { ...autoScaling, members: [] } }),
})

/** Tags that all entries take while this is out: the list, two owners, the ledger. */
export function needed(out: Out, groupArns: readonly string[]): number {
  const list = longest(out)
  return shardsFor(packOutList(list, commonPrefix(groupArns)), list.sequence) + OWNERS + LEDGER_KEYS.length
}

/** Tags that a resource has left for us, those that we have already included. */
export function free(tags: Tags): number {
  const others = [...tags.keys()].filter((key) => !isOurs(key) && !key.toLowerCase().startsWith('aws:'))
  return MOST_TAGS - others.length
}
