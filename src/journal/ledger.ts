import type { Ledger } from '../domain/journal.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Tags } from '../domain/ports.ts'
import { DAMAGED, NEWER, type Read } from './format.ts'
import { PREFIX } from './limits.ts'
import { LONGEST_ID } from './owner.ts'
import { decodeRecord, encodeRecord } from './record.ts'
import { fromVersionValue, toVersionValue } from './text.ts'
import { fromTime, toTime } from './time.ts'

const HOLDS = `${PREFIX}holds`
const BEFORE = `${PREFIX}before`
const LEDGER = `${PREFIX}ledger`

/** All are always written, also what is not known: a tag that is left out would keep its older value. */
export const LEDGER_KEYS: readonly string[] = [HOLDS, BEFORE, LEDGER]

const OUTCOMES: ReadonlySet<string> = new Set<Outcome>([
  'succeeded',
  'held',
  'planned',
  'rolled-back',
  'refused',
  'interrupted',
  'failed',
])

export function encodeLedger({ holds, before, rolloutId, at, partner, last, updateMs }: Ledger): Tags {
  const [now, then] = [toVersionValue(holds), toVersionValue(before)]
  const facts = encodeRecord(
    [
      { name: 'rollout', text: rolloutId, longest: LONGEST_ID },
      { name: 'at', text: at === undefined ? undefined : toTime(at), longest: 20 },
      { name: 'partner', text: partner, longest: 32 },
      { name: 'last', text: last?.rolloutId, longest: LONGEST_ID },
      { name: 'outcome', text: last?.outcome, longest: 12 },
      { name: 'update', text: updateMs === undefined ? undefined : toSeconds(updateMs), longest: 7 },
    ],
    contextOf(now, then),
  )
  return new Map([
    [HOLDS, now],
    [BEFORE, then],
    [LEDGER, facts],
  ])
}

/** Undefined: there is none. */
export function decodeLedger(tags: Tags): Read<Ledger> | undefined {
  if (!LEDGER_KEYS.some((key) => tags.has(key))) return undefined
  const [now, then, facts] = [tags.get(HOLDS), tags.get(BEFORE), tags.get(LEDGER)]
  if (facts === undefined) return DAMAGED
  const record = decodeRecord(facts, contextOf(now ?? '', then ?? ''))
  if (!('value' in record)) return record
  const fields = record.value
  const outcome = fields.get('outcome')
  const at = fields.get('at')
  if (outcome !== undefined && !OUTCOMES.has(outcome)) return NEWER
  if (at !== undefined && Number.isNaN(fromTime(at))) return DAMAGED
  const update = fields.get('update')
  return {
    value: {
      ...given('holds', fromVersionValue(now ?? '')),
      ...given('before', fromVersionValue(then ?? '')),
      ...given('rolloutId', fields.get('rollout')),
      ...given('at', at === undefined ? undefined : fromTime(at)),
      ...given('partner', fields.get('partner')),
      ...given('updateMs', update === undefined ? undefined : fromSeconds(update)),
      ...given('last', lastOf(fields.get('last'), outcome as Outcome | undefined)),
    },
  }
}

function lastOf(rolloutId: string | undefined, outcome: Outcome | undefined): Ledger['last'] {
  return rolloutId === undefined ? undefined : { rolloutId, ...given('outcome', outcome) }
}

const MOST_SECONDS = 999_999

/** `25s`. */
const toSeconds = (ms: number): string => `${Math.min(MOST_SECONDS, Math.round(ms / 1_000))}s`

/** It is only to tell what is to be expected: what cannot be understood is as if it were not there. */
function fromSeconds(text: string): number | undefined {
  const [, seconds] = /^(\d{1,6})s$/.exec(text) ?? []
  return seconds === undefined ? undefined : Number(seconds) * 1_000
}

const contextOf = (holds: string, before: string): string => `${holds}\n${before}`

function given<Key extends string, Value>(key: Key, value: Value | undefined): { [Name in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [Name in Key]: Value })
}
