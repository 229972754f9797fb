import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

test('docs/adr/README.md lists every decision by its title', () => {
  const files = readdirSync('docs/adr').filter((name) => /^\d{4}-/.test(name))
  const titles = files.map((file) => {
    const [, number, title] = /^# (\d+)\. (.*)\n/.exec(readFileSync(`docs/adr/${file}`, 'utf8')) ?? []
    return `${number}. [${title}](${file})`
  })
  const listed = readFileSync('docs/adr/README.md', 'utf8').match(/^\d+\. \[.*?\]\([^)]*\)/gm)
  expect(listed).toEqual(titles)
})
