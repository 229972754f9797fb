import type { Mode, Owner, RunnerJob } from '../domain/journal.ts'
import type { Tags } from '../domain/ports.ts'
import { DAMAGED, NEWER, type Read } from './format.ts'
import { PREFIX } from './limits.ts'
import { decodeRecord, encodeRecord } from './record.ts'
import { fromWord, toWord } from './text.ts'
import { fromTime, toTime } from './time.ts'

/** One tag for each process, so that no claim overwrites another: the later writer always sees the earlier one. */
const OWNER = `${PREFIX}owner:`
const LONGEST_NONCE = 64
export const LONGEST_ID = 52
const MODES: ReadonlySet<string> = new Set<Mode>(['deploy', 'rollback', 'promote', 'recover'])

export const isOwnerKey = (key: string): boolean => key.startsWith(OWNER)
export const ownerKey = (nonce: string): string => OWNER + toWord(nonce, LONGEST_NONCE)

export function encodeOwner({ nonce, mode, rolloutId, job, due }: Owner): Tags {
  const key = ownerKey(nonce)
  // The widths add up to the longest value; a job's key has fewer than 100 characters.
  const value = encodeRecord(
    [
      { name: 'mode', text: mode, longest: 12 },
      { name: 'rollout', text: rolloutId, longest: LONGEST_ID },
      { name: 'run', text: job?.runId, longest: 16 },
      { name: 'attempt', text: job?.attempt, longest: 12 },
      { name: 'job', text: job?.job, longest: 100 },
      { name: 'due', text: toTime(due), longest: 20 },
    ],
    key,
  )
  return new Map([[key, value]])
}

export function decodeOwner(key: string, value: string): Read<Owner> {
  const record = decodeRecord(value, key)
  if (!('value' in record)) return record
  const fields = record.value
  const [mode = '', rolloutId, due] = [fields.get('mode'), fields.get('rollout'), fromTime(fields.get('due'))]
  if (rolloutId === undefined || Number.isNaN(due)) return DAMAGED
  if (!MODES.has(mode)) return NEWER
  const job = jobOf(fields)
  return {
    value: {
      nonce: fromWord(key.slice(OWNER.length)),
      rolloutId,
      mode: mode as Mode,
      ...(job === undefined ? {} : { job }),
      due,
    },
  }
}

function jobOf(fields: ReadonlyMap<string, string>): RunnerJob | undefined {
  const [runId, attempt, job] = [fields.get('run'), fields.get('attempt'), fields.get('job')]
  if (runId === undefined || attempt === undefined || job === undefined) return undefined
  return { runId, attempt, job }
}
