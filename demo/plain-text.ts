/** A summary in Markdown for people who read it in a terminal: no markup, no pictures, and tables in columns. */
export function plainText(summary: string): string {
  const markdown = summary
    .split(/^(?=### )/m)
    .filter((section) => !section.includes('```mermaid'))
    .join('')
  const blocks: string[][] = []
  for (const line of markdown.split('\n').map(withoutMarkup)) {
    const last = blocks.at(-1)
    if (last !== undefined && isRow(line) === isRow(last[0] ?? '')) last.push(line)
    else blocks.push([line])
  }
  const texts = blocks.map((block) => (isRow(block[0] ?? '') ? inColumns(block) : block).join('\n'))
  return withCharacters(
    texts
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
  )
}

const isRow = (line: string): boolean => line.startsWith('|')

function withoutMarkup(line: string): string {
  return line
    .replace(/^(#+ |```.*)/, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('**', '')
    .replace(/<[^>]*>/g, '')
}

function inColumns(rows: readonly string[]): string[] {
  const cells = rows.filter((row) => !/^[|\s:-]+$/.test(row)).map(cellsOf)
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  )
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Without the character references, which would not be as wide as what they stand for. */
const cellsOf = (row: string): string[] =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => withCharacters(cell.trim()))

const withCharacters = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))).replaceAll('&nbsp;', ' ')
