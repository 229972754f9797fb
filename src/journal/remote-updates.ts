import type { OutList } from '../domain/journal.ts'
import type { BitReader, BitWriter } from './bits.ts'

/** Most often the one mark is the id of the rollout that the list names: a bit says so. */
export function writeMarks(bits: BitWriter, { rolloutId, remoteUpdates = [] }: OutList): void {
  bits.number(remoteUpdates.length, 0)
  for (const mark of remoteUpdates) {
    bits.fixed(mark === rolloutId ? 1 : 0, 1)
    if (mark !== rolloutId) bits.text(mark)
  }
}

export function readMarks(bits: BitReader, rolloutId: string): string[] {
  const marks: string[] = []
  for (let count = bits.number(0); count > 0n; count--)
    marks.push(bits.fixed(1) === 1n ? rolloutId : bits.text())
  return marks
}
