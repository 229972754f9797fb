import { printable } from '../domain/printable.ts'

/** Characters that mean something in Markdown, in HTML, or to GitHub (mentions, links, emoji, formulas). */
const SPECIAL = /[&<>"'`|*_[\](){}#~$!@\\:^=+]|\bwww\./g

/** Text from outside, shown as it is: as character references it can neither format, link, nor break out. */
export function inert(text: string): string {
  return printable(text).replace(SPECIAL, (special) =>
    special.startsWith('www') ? 'www&#46;' : `&#${special.charCodeAt(0)};`,
  )
}

const LONGEST_CODE = 200

export const code = (text: string): string => `<code>${inert(cut(text, LONGEST_CODE))}</code>`

const LONGEST_CELL = 300

/** One cell of a table. */
export function cell(text: string): string {
  return inert(cut(text, LONGEST_CELL))
}

export const cut = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text

const ADDRESS = /^https?:\/\/[\w.-]+(:\d+)?(\/[\w.@-]+)*$/

/** `text` is Markdown; without a plain address there is no link. */
export const link = (text: string, address: string): string =>
  ADDRESS.test(address) ? `[${text}](${address})` : text

/** Folded away under a title; `body` is Markdown. */
export const folded = (title: string, body: string): string => details('<details>', title, body)

/** Under a title, to be folded away by whoever reads it. */
export const unfolded = (title: string, body: string): string => details('<details open>', title, body)

const details = (tag: string, title: string, body: string): string =>
  `${tag}<summary>${inert(title)}</summary>\n\n${body}\n\n</details>`

/** Lines of a program's output. A blank line would end the block. */
export function output(lines: readonly string[]): string {
  const body = lines.map((line) => inert(line) || ' ').join('\n')
  return `<pre>\n${body}\n</pre>`
}
