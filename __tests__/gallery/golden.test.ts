import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { CONTENTS, contentsOf } from './contents.ts'
import { goldenNames, goldenOf, summaryOf } from './golden.ts'
import { scenes } from './scenes/all.ts'

// A thousand servers take a while on a busy machine.
const LIMIT_MS = 60_000

test.each(scenes)(
  '$name is as committed; where it is to change, npm run gallery writes it anew',
  async ({ name, play }) => {
    expect(summaryOf(await play())).toBe(goldenOf(name))
  },
  LIMIT_MS,
)

test('every golden file has a scene, and no two share one; npm run gallery removes the others', () => {
  expect(goldenNames().sort()).toEqual(scenes.map(({ name }) => name).sort())
})

test('docs/gallery.md lists them all; npm run gallery writes the list', () => {
  expect(readFileSync(CONTENTS, 'utf8')).toBe(contentsOf(scenes))
})
