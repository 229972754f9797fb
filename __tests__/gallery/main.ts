import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Eyes, findChromium } from './browser.ts'
import { GOLDEN, goldenFile, goldenNames, summaryOf } from './golden.ts'
import { scenes } from './scenes/all.ts'
import type { Scene } from './stage.ts'

const USAGE = `Writes the summaries of the gallery to __tests__/golden/gallery, and, where Chromium is, pictures of them to build/gallery.

  npm run gallery                 all of them
  npm run gallery -- held killed  those whose names contain one of these words`

const PICTURES = new URL('../../build/gallery/', import.meta.url)

async function main(words: readonly string[]): Promise<void> {
  if (words.some((word) => word.startsWith('-'))) return console.log(USAGE)
  const chosen = scenes.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
  mkdirSync(GOLDEN, { recursive: true })
  if (words.length === 0) removeOthers()
  const summaries = new Map<string, string>()
  for (const { name, play } of chosen) {
    const summary = summaryOf(await play())
    summaries.set(name, summary)
    writeFileSync(goldenFile(name), summary)
  }
  console.log(`${chosen.length} summaries in ${fileURLToPath(GOLDEN)}`)
  const chromium = findChromium()
  if (chromium === undefined) return console.log('no pictures: there is no chromium or google-chrome here')
  await paint(summaries, chromium)
  writeFileSync(new URL('index.html', PICTURES), indexOf(scenes))
  console.log(`pictures: ${fileURLToPath(new URL('index.html', PICTURES))}`)
}

/** Of scenes that are no more. */
function removeOthers(): void {
  const names = new Set(scenes.map(({ name }) => name))
  for (const name of goldenNames()) if (!names.has(name)) rmSync(goldenFile(name))
}

async function paint(summaries: ReadonlyMap<string, string>, chromium: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true })
  const eyes = await Eyes.open(chromium)
  try {
    for (const [name, summary] of summaries) {
      const { trouble, failed } = await eyes.see(summary, fileURLToPath(new URL(`${name}.png`, PICTURES)))
      for (const text of [...trouble, ...failed]) console.log(`${name}: ${text}`)
    }
  } finally {
    await eyes.close()
  }
}

const indexOf = (
  all: readonly Scene[],
): string => `<!doctype html><meta charset="utf-8"><title>Gallery</title>
${all.map(({ name, title }) => `<h2>${title}</h2>\n<img src="${name}.png" alt="${name}" style="border: 1px solid #ccc">`).join('\n')}
`

await main(process.argv.slice(2))
