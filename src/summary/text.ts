import { printable } from '../domain/printable.ts'

/** Characters that mean something in Markdown, in HTML, or to GitHub (mentions, links, emoji, formulas). */
const SPECIAL = /[&<>"'`|*_[\](){}#~$!@\\:^=+]|\bwww\./g

/** Text from outside, shown as it is: as character references it can neither format, link, nor break out. */
export function inert(text: string): string {
  return printable(text).replace(SPECIAL, (special) =>
    special.startsWith('www') ? 'www&#46;' : `&#${special.charCodeAt(0)};`,
  )
}

export const code = (text: string): string => `<code>${inert(text)}</code>`

const LONGEST_CELL = 300

/** One cell of a table. */
export function cell(text: string): string {
  return inert(cut(text, LONGEST_CELL))
}

export const cut = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text

/** Lines of a program's output, folded away under a title. A blank line would end the block. */
export function folded(title: string, lines: readonly string[]): string {
  const body = lines.map((line) => inert(line) || ' ').join('\n')
  return `<details><summary>${inert(title)}</summary>\n\n<pre>\n${body}\n</pre>\n\n</details>`
}
