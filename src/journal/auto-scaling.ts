import { INTERFERING } from '../domain/auto-scaling.ts'
import type { AutoScalingRecord } from '../domain/journal.ts'
import { longArn, shortArn } from './arns.ts'
import type { BitReader, BitWriter } from './bits.ts'
import { readChosen, writeChosen } from './chosen.ts'

/** A bit for each process, in the order in which they are named; with room for those that may come. */
const WIDTH = 8

/** `ids`: of the servers of the list. Nearly always all of them are members, so those that are not are written. */
export function writeAutoScaling(
  bits: BitWriter,
  { suspended, members, targetGroupArns = [] }: AutoScalingRecord,
  { ids, arnPrefix }: { readonly ids: readonly string[]; readonly arnPrefix: string },
): void {
  const sorted = [...suspended].sort((a, b) => (a.group < b.group ? -1 : 1))
  bits.number(sorted.length, 0)
  for (const { group, processes } of sorted) {
    bits.text(group)
    const bitOf = (process: (typeof INTERFERING)[number]) => 1 << INTERFERING.indexOf(process)
    bits.fixed(
      processes.reduce((sum, process) => sum | bitOf(process), 0),
      WIDTH,
    )
  }
  const known = new Set(members)
  writeChosen(
    bits,
    ids.filter((id) => !known.has(id)),
    ids,
  )
  bits.number(targetGroupArns.length, 0)
  for (const arn of [...targetGroupArns].sort()) bits.text(shortArn(arn, arnPrefix))
}

export function readAutoScaling(
  bits: BitReader,
  { ids, arnPrefix }: { readonly ids: readonly string[]; readonly arnPrefix: string },
): AutoScalingRecord {
  const suspended = []
  for (let count = bits.number(0); count > 0n; count--) {
    const group = bits.text()
    const chosen = Number(bits.fixed(WIDTH))
    if (chosen >> INTERFERING.length > 0) throw new RangeError('no such process')
    suspended.push({ group, processes: INTERFERING.filter((_, index) => ((chosen >> index) & 1) === 1) })
  }
  const strangers = new Set(readChosen(bits, ids))
  const targetGroupArns: string[] = []
  for (let count = bits.number(0); count > 0n; count--) targetGroupArns.push(longArn(bits.text(), arnPrefix))
  return {
    suspended,
    members: ids.filter((id) => !strangers.has(id)),
    ...(targetGroupArns.length === 0 ? {} : { targetGroupArns }),
  }
}
