import { quoted } from '../domain/printable.ts'
import { someAlarmNames } from './alarms-describe.ts'
import type { CloudWatchCalls } from './cloudwatch-client.ts'

/** Of many names that do not exist, the first few are enough to see what is wrong. */
const MOST_ASKED = 3
const MOST_SHOWN = 3

/** What may be meant by each name that no alarm has: ` Perhaps "web-5xx"?`, or nothing. A help, so it never rejects. */
export async function hintsFor(
  client: CloudWatchCalls,
  missing: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const hints = missing.slice(0, MOST_ASKED).map(async (name) => {
    const near = await nearNames(client, name, signal).catch(() => [])
    return [name, near.length === 0 ? '' : ` Perhaps ${near.map(quoted).join(' or ')}?`] as const
  })
  return new Map(await Promise.all(hints))
}

/** Among those that begin with the same word; if none is near, among the first that there are. */
async function nearNames(client: CloudWatchCalls, name: string, signal: AbortSignal): Promise<string[]> {
  const [word = ''] = /^[\p{L}\p{N}]+/u.exec(name) ?? []
  const like = word === '' ? [] : nearest(name, await someAlarmNames(client, word, signal))
  return like.length > 0 ? like : nearest(name, await someAlarmNames(client, undefined, signal))
}

function nearest(name: string, names: readonly string[]): string[] {
  const limit = Math.max(1, Math.floor(name.length / 4))
  return names
    .map((other) => ({ other, distance: distance(bare(name), bare(other)) }))
    .filter((each) => each.distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST_SHOWN)
    .map(({ other }) => other)
}

/** What people get wrong first. */
const bare = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')

/** Levenshtein's: letters to put in, take out or change. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (const [at, theirs] of [...other].entries()) {
      const changed = (row[at] ?? 0) + (letter === theirs ? 0 : 1)
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1))
    }
    row = next
  }
  return row[[...other].length] ?? 0
}
