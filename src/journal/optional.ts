import type { BitReader, BitWriter } from './bits.ts'

/**
 * What a list may lack, at its end: a bit for each part says whether it is there. Nothing is written after the last one that
 * is, so that a list without any ends as lists did before there were such parts, and new kinds of them can follow.
 */
export function writeOptional(bits: BitWriter, parts: readonly ((() => void) | undefined)[]): void {
  const last = parts.findLastIndex((part) => part !== undefined)
  for (const write of parts.slice(0, last + 1)) {
    bits.fixed(write === undefined ? 0 : 1, 1)
    write?.()
  }
}

export function readOptional<T>(bits: BitReader, read: () => T): T | undefined {
  if (bits.isOver() || bits.fixed(1) === 0n) return undefined
  return read()
}
