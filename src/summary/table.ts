/** GitHub drops a summary of more than 1 MiB whole. */
const MOST_ROWS = 1_500
const MOST_BYTES = 250_000

/** A table, whose last rows are left out when there are too many of them. */
export function table(head: readonly string[], rows: readonly string[]): string {
  if (rows.length === 0) return ''
  const shown = rowsThatFit(rows)
  const more = rows.length - shown.length
  return [
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => ':--').join(' | ')} |`,
    ...shown,
    ...(more > 0 ? ['', `… and ${more} more rows; the report has them all.`] : []),
  ].join('\n')
}

/** How many of the first rows fit. */
export function rowsThatFit(rows: readonly string[]): readonly string[] {
  let left = MOST_BYTES
  const fitting = rows.slice(0, MOST_ROWS).findIndex((row) => {
    left -= Buffer.byteLength(row) + 1
    return left < 0
  })
  return rows.slice(0, fitting === -1 ? MOST_ROWS : fitting)
}

export const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
