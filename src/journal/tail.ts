import type { BitReader, BitWriter } from './bits.ts'

/**
 * The end of a list: parts that it may have, in an order that never changes, each behind a bit that says whether it is
 * there. Those that are missing at the end are not written at all, so that a list ends as it did before there were any.
 */
export function writeTail(bits: BitWriter, parts: readonly ((() => void) | undefined)[]): void {
  const last = parts.findLastIndex((part) => part !== undefined)
  for (const part of parts.slice(0, last + 1)) {
    bits.fixed(part === undefined ? 0 : 1, 1)
    part?.()
  }
}

/** The next part; undefined when it is not there. */
export function readTail<Part>(bits: BitReader, read: () => Part): Part | undefined {
  return bits.isOver() || bits.fixed(1) === 0n ? undefined : read()
}
