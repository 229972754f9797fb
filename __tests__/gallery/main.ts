import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Eyes, findChromium } from './browser.ts'
import { CONTENTS, contentsOf } from './contents.ts'
import { GOLDEN, goldenFile, goldenNames, summaryOf } from './golden.ts'
import { paint, writeIndex } from './pictures.ts'
import { scenes } from './scenes/all.ts'

const USAGE = `Writes the summaries of the gallery to __tests__/golden/gallery, their list to docs/gallery.md and, where Chromium is,
pictures of them to build/gallery.

  npm run gallery                 all of them
  npm run gallery -- held killed  those whose names contain one of these words`

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
  writeFileSync(CONTENTS, contentsOf(scenes))
  console.log(`${chosen.length} summaries in ${fileURLToPath(GOLDEN)}`)
  const chromium = findChromium()
  if (chromium === undefined) return console.log('no pictures: there is no chromium or google-chrome here')
  await paintAll(summaries, chromium)
  console.log(`pictures: ${writeIndex(scenes)}`)
}

/** Of scenes that are no more. */
function removeOthers(): void {
  const names = new Set(scenes.map(({ name }) => name))
  for (const name of goldenNames()) if (!names.has(name)) rmSync(goldenFile(name))
}

async function paintAll(summaries: ReadonlyMap<string, string>, chromium: string): Promise<void> {
  const eyes = await Eyes.open(chromium)
  try {
    for (const [name, summary] of summaries) {
      const [look] = await paint(eyes, name, summary)
      for (const text of [...(look?.trouble ?? []), ...(look?.failed ?? [])]) console.log(`${name}: ${text}`)
    }
  } finally {
    await eyes.close()
  }
}

await main(process.argv.slice(2))
