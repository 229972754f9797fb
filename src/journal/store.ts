import { chunksOf } from '../domain/chunks.ts'
import { ApiError } from '../domain/errors.ts'
import type { JournalStore, Writing } from '../domain/journal.ts'
import type { TagCalls, Tags } from '../domain/ports.ts'
import { decode, encode } from './codec.ts'
import { type GroupTags, superseded } from './gather.ts'
import { MOST_TAGS } from './limits.ts'
import { ownerKey } from './owner.ts'
import { free, needed } from './room.ts'
import { SHARD_KEYS } from './shards.ts'

/** Entries as tags on the target groups. It remembers nothing: another process may go on at any time. */
export function createJournalStore(calls: TagCalls): JournalStore {
  return {
    async read(groupArns, signal) {
      return decode(await describe(calls, groupArns, signal))
    },

    async write(groupArns, entries, signal) {
      for (const { arns, tags } of alike(groupArns, entries)) {
        try {
          await calls.add(arns, tags, signal)
        } catch (error) {
          if (!isTooMany(error) || !(await makeRoom(calls, arns, signal))) throw error
          await calls.add(arns, tags, signal)
        }
      }
    },

    async remove(groupArns, { owners = [], out }, signal) {
      // Every key that a list can have: what a longer one has left behind is not seen by those who read only this one.
      const keys = [...(out === undefined ? [] : SHARD_KEYS), ...owners.map(ownerKey)]
      for (const some of chunksOf(keys, MOST_TAGS)) await calls.remove(groupArns, some, signal)
    },

    async room(groupArns, out, signal) {
      const groups = await describe(calls, groupArns, signal)
      return {
        needed: needed(out, groupArns),
        free: Math.min(MOST_TAGS, ...groups.map(({ tags }) => free(tags))),
      }
    },
  }
}

/** Groups that get the same tags, for one call each. */
function alike(
  groupArns: readonly string[],
  { ledgers, ...shared }: Writing,
): { readonly arns: readonly string[]; readonly tags: Tags }[] {
  const own = (arn = '') => {
    const ledger = ledgers?.get(arn)
    return encode(ledger === undefined ? {} : { ledger }, groupArns)
  }
  const onAll = encode(shared, groupArns)
  return [...Map.groupBy(groupArns, (arn) => JSON.stringify([...own(arn)])).values()]
    .map((arns) => ({ arns, tags: new Map([...onAll, ...own(arns[0])]) }))
    .filter(({ tags }) => tags.size > 0)
}

async function describe(
  calls: TagCalls,
  groupArns: readonly string[],
  signal?: AbortSignal,
): Promise<GroupTags[]> {
  const tags = await calls.describe(groupArns, signal)
  const none: Tags = new Map()
  return groupArns.map((arn) => ({ arn, tags: tags.get(arn) ?? none }))
}

/** Removes only parts of lists that a newer one has replaced on that very group. False: there are none. */
async function makeRoom(
  calls: TagCalls,
  groupArns: readonly string[],
  signal?: AbortSignal,
): Promise<boolean> {
  let made = false
  for (const group of await describe(calls, groupArns, signal)) {
    const keys = superseded(group)
    if (keys.length === 0) continue
    await calls.remove([group.arn], keys, signal)
    made = true
  }
  return made
}

const isTooMany = (error: unknown): boolean => error instanceof ApiError && /^TooManyTags/.test(error.code)
