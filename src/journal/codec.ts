import type { Entries, Ledger, OutList, Owner } from '../domain/journal.ts'
import type { Tags } from '../domain/ports.ts'
import { advice } from './advice.ts'
import { commonPrefix } from './arns.ts'
import { NEWER, type Unreadable } from './format.ts'
import { type GroupTags, gather } from './gather.ts'
import { decodeLedger, encodeLedger, LEDGER_KEYS } from './ledger.ts'
import { PREFIX } from './limits.ts'
import { packOutList } from './out-list.ts'
import { decodeOwner, encodeOwner, isOwnerKey } from './owner.ts'
import { cut, isShardKey } from './shards.ts'

/** What is written to one group, or to several that are to say the same. */
export interface GroupEntries {
  readonly owner?: Owner
  readonly out?: OutList
  readonly ledger?: Ledger
}

/** `groupArns`: all that the list is written to, also those that get another ledger. */
export function encode({ owner, out, ledger }: GroupEntries, groupArns: readonly string[]): Tags {
  return new Map([
    ...(owner === undefined ? [] : encodeOwner(owner)),
    ...(out === undefined ? [] : cut(packOutList(out, commonPrefix(groupArns)), out.sequence)),
    ...(ledger === undefined ? [] : encodeLedger(ledger)),
  ])
}

export function decode(groups: readonly GroupTags[]): Entries {
  const owners = readOwners(groups)
  const list = gather(groups)
  const ledgers = readLedgers(groups)
  return {
    owners: owners.owners,
    ...(list.out === undefined ? {} : { out: list.out }),
    ledgers: ledgers.ledgers,
    unreadable: [
      ...list.troubles.map((trouble) => advice('out-list', trouble)),
      ...owners.unreadable,
      ...ledgers.unreadable,
      ...unknownTags(groups),
    ],
  }
}

/** Is this tag one that the next entries may overwrite? */
export const isOurs = (key: string): boolean =>
  isOwnerKey(key) || isShardKey(key) || LEDGER_KEYS.includes(key)

/** A copy that can be read makes up for one that cannot; of several the one that is due last, which is the newest. */
function readOwners(groups: readonly GroupTags[]): { owners: Owner[]; unreadable: string[] } {
  const owners = new Map<string, Owner>()
  const unread: { arn: string; key: string; why: Unreadable }[] = []
  for (const { arn, tags } of groups) {
    for (const [key, value] of tags) {
      if (!isOwnerKey(key)) continue
      const read = decodeOwner(key, value)
      if (!('value' in read)) unread.push({ arn, key, why: read })
      else if (read.value.due > (owners.get(key)?.due ?? Number.NEGATIVE_INFINITY)) {
        owners.set(key, read.value)
      }
    }
  }
  const unreadable = unread
    .filter(({ key }) => !owners.has(key))
    .map(({ arn, key, why }) => advice('owner', { arn, keys: [key], why }))
  return { owners: [...owners.values()], unreadable }
}

function readLedgers(groups: readonly GroupTags[]): { ledgers: Map<string, Ledger>; unreadable: string[] } {
  const ledgers = new Map<string, Ledger>()
  const unreadable: string[] = []
  for (const { arn, tags } of groups) {
    const read = decodeLedger(tags)
    if (read === undefined) continue
    if ('value' in read) ledgers.set(arn, read.value)
    else unreadable.push(advice('ledger', { arn, keys: LEDGER_KEYS, why: read }))
  }
  return { ledgers, unreadable }
}

/** Under our prefix, but of no kind that we know. */
function unknownTags(groups: readonly GroupTags[]): string[] {
  return groups.flatMap(({ arn, tags }) => {
    const keys = [...tags.keys()].filter((key) => key.startsWith(PREFIX) && !isOurs(key))
    return keys.length === 0 ? [] : [advice('tag', { arn, keys, why: NEWER })]
  })
}
