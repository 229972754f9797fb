import type { Tags } from '../domain/ports.ts'
import { checksum } from './checksum.ts'
import { DAMAGED, FORMAT, formatProblem, type Read } from './format.ts'
import { LEDGER_KEYS } from './ledger.ts'
import { LONGEST_VALUE, MOST_TAGS, PREFIX } from './limits.ts'

const SHARD = `${PREFIX}out:`
const KEY = /^elb-rollout:out:(0|[1-9]\d?)$/
const VALUE = /^\d+\.(\d{1,16})\.(\d{1,2})\.([\w-]{6})\.([\w-]*)$/

/** Ours, and that of somebody whom we take over from, or race with. */
export const OWNERS = 2
export const MOST_SHARDS = MOST_TAGS - LEDGER_KEYS.length - OWNERS

/** Every key that a shard of a list can have. */
export const SHARD_KEYS: readonly string[] = Array.from({ length: MOST_SHARDS }, (_, index) => SHARD + index)

/** A part of a list. What all parts of one list have in common tells it from the others, also from one of that number. */
export interface Shard {
  readonly sequence: number
  readonly count: number
  /** Of the whole list. */
  readonly checksum: string
  readonly index: number
  readonly payload: string
}

export const isShardKey = (key: string): boolean => KEY.test(key)

export const listOf = ({ sequence, count, checksum }: Shard): string => `${sequence}.${count}.${checksum}`

/** How many tags this payload takes: shards are as long as they can be. */
export const shardsFor = (payload: string, sequence: number): number =>
  Math.ceil(payload.length / room(sequence))

export function cut(payload: string, sequence: number): Tags {
  const count = shardsFor(payload, sequence)
  if (count > MOST_SHARDS) throw new RangeError(`the list of servers takes ${count} tags, of ${MOST_SHARDS}`)
  const head = `${FORMAT}.${sequence}.${count}.${sumOf(payload, { sequence, count })}.`
  return new Map(
    SHARD_KEYS.slice(0, count).map((key, index) => {
      const start = index * room(sequence)
      return [key, head + payload.slice(start, start + room(sequence))]
    }),
  )
}

export function readShard(key: string, value: string): Read<Shard> {
  const problem = formatProblem(value)
  if (problem !== undefined) return problem
  const [, sequence, count, sum = '', payload = ''] = VALUE.exec(value) ?? []
  const [, index] = KEY.exec(key) ?? []
  if (sequence === undefined || Number(index) >= Number(count)) return DAMAGED
  return {
    value: { sequence: Number(sequence), count: Number(count), checksum: sum, index: Number(index), payload },
  }
}

/** The payload of a list; undefined when a part is missing or changed. */
export function join(shards: readonly Shard[]): string | undefined {
  const [first] = shards
  if (first === undefined) return undefined
  const payloads = new Map(shards.map(({ index, payload }) => [index, payload]))
  const payload = Array.from({ length: first.count }, (_, index) => payloads.get(index) ?? '').join('')
  return sumOf(payload, first) === first.checksum ? payload : undefined
}

/** What is left for the payload beside the head; every list has at most two digits of shards. */
const room = (sequence: number): number => LONGEST_VALUE - `${FORMAT}.${sequence}.99.abcdef.`.length

const sumOf = (payload: string, { sequence, count }: { sequence: number; count: number }): string =>
  checksum(`${FORMAT}.${sequence}.${count}.${payload}`)
