import { checksum } from './checksum.ts'
import { DAMAGED, FORMAT, formatProblem, type Read } from './format.ts'
import { fromWord, toWord } from './text.ts'

/** `text` absent: the field is left out. */
export interface Field {
  readonly name: string
  readonly text: string | undefined
  readonly longest: number
}

/**
 * One value that people can read and that checks itself: `1 mode=deploy due=2026-11-23T07:04:10Z 5Q3xYw`. The `context`
 * is what it belongs to, and is checked with it.
 */
export function encodeRecord(fields: readonly Field[], context: string): string {
  const words = fields.flatMap(({ name, text, longest }) =>
    text === undefined ? [] : [`${name}=${toWord(text, longest)}`],
  )
  const body = [FORMAT, ...words].join(' ')
  return `${body} ${sumOf(body, context)}`
}

export function decodeRecord(value: string, context: string): Read<ReadonlyMap<string, string>> {
  const problem = formatProblem(value)
  if (problem !== undefined) return problem
  const end = value.lastIndexOf(' ')
  const body = value.slice(0, end)
  if (value.slice(end + 1) !== sumOf(body, context)) return DAMAGED
  const fields = body.split(' ').slice(1)
  return { value: new Map(fields.map(fieldOf)) }
}

function fieldOf(field: string): [name: string, text: string] {
  const equals = field.indexOf('=')
  return [field.slice(0, equals), fromWord(field.slice(equals + 1))]
}

const sumOf = (body: string, context: string): string => checksum(`${context}\n${body}`)
