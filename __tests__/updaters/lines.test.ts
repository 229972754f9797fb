import { expect, test } from '@jest/globals'
import { LineSplitter } from '../../src/updaters/lines.ts'
import { Tail } from '../../src/updaters/tail.ts'

function split(text: string, size: number): string[] {
  const lines: string[] = []
  const splitter = new LineSplitter((line) => lines.push(line))
  const bytes = Buffer.from(text)
  for (let start = 0; start < bytes.length; start += size) splitter.push(bytes.subarray(start, start + size))
  splitter.flush()
  return lines
}

test.each([1, 2, 3, 7, 1_000])('cuts into the same lines whatever the pieces: %i bytes', (size) => {
  expect(split('grün\r\n\n🚀🚀\nende', size)).toEqual(['grün', '', '🚀🚀', 'ende'])
})

test('an incomplete character at the end is shown as such', () => {
  const lines: string[] = []
  const splitter = new LineSplitter((line) => lines.push(line))
  splitter.push(Buffer.from([0x61, 0xf0, 0x9f]))
  splitter.flush()
  expect(lines).toEqual(['a\u{fffd}'])
})

test('never cuts through a character', () => {
  const lines = split(`a${'🚀'.repeat(10_000)}\n`, 65_536)
  expect(lines.length).toBeGreaterThan(1)
  expect(lines.every((line) => line.isWellFormed() && line.length <= 8_192)).toBe(true)
})

function tailOf(lines: readonly string[]): readonly string[] {
  const tail = new Tail()
  for (const line of lines) tail.push(line)
  return tail.lines()
}

test('the tail is the last 20 lines', () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`)
  expect(tailOf(lines)).toEqual(lines.slice(10))
})

test('the tail holds 4 KiB, of whole lines', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `${index} ${'ü'.repeat(500)}`)
  expect(tailOf(lines)).toEqual(lines.slice(-4))
})

test('of a last line that is longer, the tail is the start', () => {
  const [line = '', ...rest] = tailOf(['before', '🚀'.repeat(2_000)])
  expect(rest).toEqual([])
  expect(line).toMatch(/^🚀+…$/u)
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(4_096)
})
