import type { BitReader, BitWriter } from './bits.ts'

/** Some of the ids, each as its distance from the one before: a bit each when it is all of them. */
export function writeChosen(bits: BitWriter, chosen: readonly string[], ids: readonly string[]): void {
  const indexes = [...new Set(chosen)].map((id) => ids.indexOf(id)).sort((a, b) => a - b)
  if (indexes[0] === -1) throw new RangeError('a server is not among those of the list')
  bits.number(indexes.length, 0)
  for (const [place, index] of indexes.entries()) bits.number(index - (indexes[place - 1] ?? -1) - 1, 0)
}

export function readChosen(bits: BitReader, ids: readonly string[]): string[] {
  const chosen: string[] = []
  let index = -1
  for (let count = bits.number(0); count > 0n; count--) {
    index += Number(bits.number(0)) + 1
    const id = ids[index]
    if (id === undefined) throw new RangeError('names what is not there')
    chosen.push(id)
  }
  return chosen
}
