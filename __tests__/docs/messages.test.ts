import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(`src/${file}`, 'utf8').replaceAll("\\'", "'"))
  .join('\n')

/** Of a table whose first column is what the action says: `…` stands for what differs. */
const messages = ['docs/troubleshooting.md', 'docs/run-command.md']
  .flatMap((page) => [...readFileSync(page, 'utf8').matchAll(/^\| (`.*?) \| /gm)])
  .flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message))

test('there are messages to look up', () => {
  expect(messages.length).toBeGreaterThan(40)
})

test.each(messages)('the code says: %s', (message) => {
  const parts = message
    .split('…')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  expect(parts.filter((part) => !source.includes(part))).toEqual([])
})
