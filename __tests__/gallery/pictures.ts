import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Scene } from './stage.ts'

/** Not committed; CI keeps it. */
const PICTURES = new URL('../../build/gallery/', import.meta.url)

/** The path of the picture of a scene, in a folder that is there. */
export function pictureOf(name: string): string {
  mkdirSync(PICTURES, { recursive: true })
  return fileURLToPath(new URL(`${name}.png`, PICTURES))
}

/** All pictures on one page; answers its path. */
export function writeIndex(scenes: readonly Scene[]): string {
  const parts = scenes.map(
    ({ name, title }) =>
      `<h2 id="${name}">${title}</h2>\n<img src="${name}.png" alt="${name}" style="border: 1px solid #ccc">`,
  )
  const path = fileURLToPath(new URL('index.html', PICTURES))
  writeFileSync(path, `<!doctype html><meta charset="utf-8"><title>Gallery</title>\n${parts.join('\n')}\n`)
  return path
}
