/**
 * Text from outside inside a Mermaid diagram, which has no way to quote: a colon ends the name of a task, a quote its label,
 * and some words at the start of a line are commands (so that a line must begin with a word of ours). What is left out is
 * shown as `_`.
 */
export function plain(text: string, longest = LONGEST): string {
  const kept = middleOut(text.replace(/[^A-Za-z0-9 ._/%+-]/g, '_'), longest)
    // A comment, and an arrow.
    .replace(/%{2,}/g, '%')
    .replace(/-{2,}/g, '-')
    .replace(/_{4,}/g, '___')
    .trim()
  return kept === '' ? '_' : kept
}

const LONGEST = 26

/** `checkout-pro..ction-blue`: groups of one service differ in their ends. */
function middleOut(text: string, longest: number): string {
  if (text.length <= longest) return text
  const half = (longest - 2) / 2
  return `${text.slice(0, Math.ceil(half))}..${text.slice(-Math.floor(half))}`
}

export const diagram = (lines: readonly string[]): string => ['```mermaid', ...lines, '```'].join('\n')
