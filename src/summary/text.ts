import { printable } from '../domain/printable.ts'

/**
 * What GitHub looks for in the text that it has made of Markdown, when all references are resolved: mentions, addresses,
 * formulas, issues, emoji, links.
 */
const CALL = /[@$]|#(?=\d)|:(?=\/\/|[\w+-]+:)|(?<=\bwww)\./
/** Characters that mean something in Markdown or in HTML. */
const SPECIAL = /[&<>"'`|*_[\](){}#~!\\:^=+]/
const ACTIVE = new RegExp(`(${CALL.source})|${SPECIAL.source}`, 'gi')

/**
 * Text from outside, shown as it is: as character references it can neither format nor break out, and what would call for
 * something is in an element of its own.
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions
 */
export function inert(text: string): string {
  return printable(text).replace(ACTIVE, (active, call?: string) => {
    const reference = `&#${active.charCodeAt(0)};`
    return call === undefined ? reference : `<span>${reference}</span>`
  })
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
