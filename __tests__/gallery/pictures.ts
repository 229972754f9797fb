import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Eyes } from './browser.ts'
import type { Look } from './look.ts'
import type { Scene } from './stage.ts'

/** Not committed; CI keeps it. */
const PICTURES = new URL('../../build/gallery/', import.meta.url)

const pathOf = (file: string): string => fileURLToPath(new URL(file, PICTURES))

/** Looks at a summary and paints it: as it is found, opened where something is folded, in the dark where it has diagrams. */
export async function paint(eyes: Eyes, name: string, summary: string): Promise<readonly Look[]> {
  mkdirSync(PICTURES, { recursive: true })
  const light = await eyes.see(summary)
  await eyes.paint(pathOf(`${name}.png`))
  if (light.hasFolded) await eyes.paint(pathOf(`${name}-opened.png`), 'opened')
  if (light.diagrams.length === 0) return [light]
  const dark = await eyes.see(summary, 'dark')
  await eyes.paint(pathOf(`${name}-dark.png`))
  return [light, dark]
}

/** All pictures on one page; answers its path. */
export function writeIndex(scenes: readonly Scene[]): string {
  const parts = scenes.map(({ name, title }) => {
    const files = [name, `${name}-opened`, `${name}-dark`].map((file) => `${file}.png`)
    const images = files
      .filter((file) => existsSync(pathOf(file)))
      .map((file) => `<img src="${file}" alt="${file}">`)
    return `<h2 id="${name}">${title}</h2>\n${images.join('\n')}`
  })
  const head =
    '<!doctype html><meta charset="utf-8"><title>Gallery</title><style>img { border: 1px solid #ccc }</style>'
  writeFileSync(pathOf('index.html'), `${head}\n${parts.join('\n')}\n`)
  return pathOf('index.html')
}
