/** Makes text from outside harmless and visible: it stays on its line, and starts nothing. */

const ESCAPE = '\x1b'
const COLOR = new RegExp(`${ESCAPE}\\[[\\d;]*m`, 'g')
/** Control characters, line and paragraph separators, halves of characters, and what turns the writing direction. */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r' }

/** One line: line ends and control characters are shown as escapes, tabs are kept, colors are dropped. */
export function printable(text: string): string {
  return text
    .replace(COLOR, '')
    .replace(INVISIBLE, (character) => (character === '\t' ? character : escapeOf(character)))
    .replaceAll('##[', '\\x23#[')
}

/** The same, for each line. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join('\n')
}

function escapeOf(character: string): string {
  const code = character.charCodeAt(0)
  const hex = code.toString(16)
  return SHORT[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`)
}

const LONGEST_QUOTE = 100

/** In quotes, cut where it gets long. */
export function quoted(text: string): string {
  const isLong = text.length > LONGEST_QUOTE
  const start = isLong ? `${text.slice(0, LONGEST_QUOTE).replace(/[\ud800-\udbff]$/, '')}…` : text
  return printable(JSON.stringify(start))
}
