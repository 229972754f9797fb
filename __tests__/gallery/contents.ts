import { readFileSync } from 'node:fs'
import { fill } from '../../scripts/marks.ts'
import type { Scene } from './stage.ts'

const FILE = 'docs/gallery.md'
export const CONTENTS = new URL(`../../${FILE}`, import.meta.url)

/** The page that lists the summaries, as it should be. */
export function contentsOf(scenes: readonly Scene[]): string {
  const items = scenes.map(({ name, title }) => `- [${title}](../__tests__/golden/gallery/${name}.md)`)
  return fill({ file: FILE, text: readFileSync(CONTENTS, 'utf8') }, 'scenes', items.join('\n'))
}
