import { cut } from './text.ts'

/**
 * Text from outside inside a Mermaid diagram, which has no way to quote: a colon ends the name of a task, a quote its label,
 * and some words at the start of a line are commands (so that a line must begin with a word of ours). What is left out is
 * shown as `_`.
 */
export function plain(text: string, longest = 28): string {
  const kept = cut(text.replace(/[^A-Za-z0-9 ._/%+-]/g, '_'), longest)
    .replace('…', '..')
    // A comment, and an arrow.
    .replace(/%{2,}/g, '%')
    .replace(/-{2,}/g, '-')
    .replace(/_{4,}/g, '___')
    .trim()
  return kept === '' ? '_' : kept
}

export const diagram = (lines: readonly string[]): string => ['```mermaid', ...lines, '```'].join('\n')
