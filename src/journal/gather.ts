import type { OutList } from '../domain/journal.ts'
import type { Tags } from '../domain/ports.ts'
import { commonPrefix } from './arns.ts'
import type { Unreadable } from './format.ts'
import { unpackOutList } from './out-list.ts'
import { isShardKey, join, listOf, readShard, type Shard } from './shards.ts'

export interface GroupTags {
  readonly arn: string
  readonly tags: Tags
}

/** Tags of a group that cannot be read, all for the same reason. */
export interface Trouble {
  readonly arn: string
  readonly keys: readonly string[]
  readonly why: Unreadable
}

interface Found {
  readonly arn: string
  readonly key: string
  readonly shard: Shard
}

/**
 * The list with the highest number among those that are whole, on any group, or put together from several.
 *
 * Lists with lower numbers are superseded: a list is written to all groups before its servers leave, and after those that
 * it lacks are in. Parts of one with a *higher* number are not: either its write never got through, and then its servers
 * have not left and the whole list is the truth; or it did, and somebody has removed or changed tags since, and then
 * servers may be out, or in doubt, that only it names. From here the two look the same. So the whole list is given as the
 * best that is known, and the parts are troubles: nobody may take it for all, and a person has to look.
 *
 * The same for a part whose head cannot be read, and for another list of the same number, which only a second writer
 * can have made.
 */
export function gather(groups: readonly GroupTags[]): {
  readonly out: OutList | undefined
  readonly troubles: readonly Trouble[]
} {
  const { found, troubles } = readAll(groups)
  const lists = [...Map.groupBy(found, ({ shard }) => listOf(shard))].sort(newestFirst)
  for (const [name, parts] of lists) {
    const out = wholeList(parts)
    if (out === undefined) continue
    const open = found.filter(({ shard }) => shard.sequence >= out.sequence && listOf(shard) !== name)
    return { out, troubles: [...troubles, ...damaged(open)] }
  }
  return { out: undefined, troubles: [...troubles, ...damaged(found)] }
}

/** Parts of older lists beside a newer one that this group holds whole by itself. */
export function superseded(group: GroupTags): string[] {
  const { out } = gather([group])
  if (out === undefined) return []
  return readAll([group])
    .found.filter(({ shard }) => shard.sequence < out.sequence)
    .map(({ key }) => key)
}

function readAll(groups: readonly GroupTags[]): { found: Found[]; troubles: Trouble[] } {
  const found: Found[] = []
  const troubles: Trouble[] = []
  for (const { arn, tags } of groups) {
    for (const [key, value] of tags) {
      if (!isShardKey(key)) continue
      const read = readShard(key, value)
      if ('value' in read) found.push({ arn, key, shard: read.value })
      else troubles.push({ arn, keys: [key], why: read })
    }
  }
  return { found, troubles }
}

/** Each group's own parts go before those of the others, which fill in what it lacks. */
function wholeList(parts: readonly Found[]): OutList | undefined {
  for (const arn of new Set(parts.map((part) => part.arn))) {
    const ownLast = [...parts].sort((a, b) => Number(a.arn === arn) - Number(b.arn === arn))
    const shards = ownLast.map(({ shard }) => shard)
    const payload = join(shards)
    const list =
      payload === undefined
        ? undefined
        : unpackOutList(payload, (shards[0] as Shard).sequence, commonPrefix([arn]))
    if (list !== undefined) return list
  }
  return undefined
}

const damaged = (parts: readonly Found[]): Trouble[] =>
  [...Map.groupBy(parts, ({ arn }) => arn)].map(([arn, those]) => ({
    arn,
    keys: those.map(({ key }) => key),
    why: { problem: 'damaged' },
  }))

type Parts = readonly [name: string, parts: readonly Found[]]

/** Of two with the same number always the same one. */
function newestFirst([nameA, [a]]: Parts, [nameB, [b]]: Parts): number {
  const newer = (b?.shard.sequence ?? 0) - (a?.shard.sequence ?? 0)
  return newer !== 0 ? newer : nameA < nameB ? -1 : 1
}
