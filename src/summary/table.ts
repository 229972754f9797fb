/** What one table may take of the summary, in bytes, unless it is told otherwise. */
const MOST_BYTES = 80_000

/** A table, whose last rows are left out when there are too many of them. */
export function table(head: readonly string[], rows: readonly string[], mostBytes = MOST_BYTES): string {
  if (rows.length === 0) return ''
  const shown = whatFits(rows, mostBytes)
  const more = rows.length - shown.length
  return [
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => ':--').join(' | ')} |`,
    ...shown,
    ...(more > 0 ? ['', `… and ${more} more rows; the report has them all.`] : []),
  ].join('\n')
}

/** The first of the texts, as many as there is room for. */
export function whatFits(texts: readonly string[], mostBytes: number): readonly string[] {
  let left = mostBytes
  const tooMuch = texts.findIndex((text) => {
    left -= Buffer.byteLength(text) + 2
    return left < 0
  })
  return tooMuch === -1 ? texts : texts.slice(0, tooMuch)
}

export const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
