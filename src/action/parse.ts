import { quoted } from '../domain/printable.ts'

/** What an input's text means, or what would have been accepted in its place. */
export type Parsed<T> =
  | { readonly value: T }
  | {
      /** An advice: `give true or false`. */
      readonly accepted: string
      /** The part of a list that is wrong. */
      readonly culprit?: string
    }

/** From text that is not empty, without white space around it. */
export type Parser<T> = (text: string) => Parsed<T>

export interface Limits {
  readonly least?: number
  readonly most?: number
}

/** One sentence that names the input, the value and the accepted forms. */
export function problemWith(
  name: string,
  text: string,
  wrong: { readonly accepted: string; readonly culprit?: string },
): string {
  const { accepted, culprit = text } = wrong
  if (text === '') return `${name} is empty: ${accepted}`
  return `${name} ${culprit === text ? 'is' : 'has'} ${quoted(culprit)}: ${accepted}`
}

export function oneOf<const W extends string>(...words: readonly W[]): Parser<W> {
  return (text) => {
    const value = words.find((word) => word === text)
    return value === undefined ? { accepted: `give ${words.join(' or ')}` } : { value }
  }
}

/** As in YAML 1.2's core schema, and as `core.getBooleanInput`. */
export const boolean: Parser<boolean> = (text) => {
  if (['true', 'True', 'TRUE'].includes(text)) return { value: true }
  if (['false', 'False', 'FALSE'].includes(text)) return { value: false }
  return { accepted: 'give true or false' }
}

const MANY = 1_000_000

export function count({ least = 0, most = MANY }: Limits = {}): Parser<number> {
  return (text) => {
    const value = Number(text)
    const isCount = /^\d{1,9}$/.test(text) && value >= least && value <= most
    return isCount ? { value } : { accepted: `give a whole number from ${least} to ${most}` }
  }
}

const UNIT_MS = { h: 3_600_000, m: 60_000, s: 1_000 }
/** No job runs longer, and a timer of Node's that does would fire at once. */
export const LONGEST_MS = 120 * UNIT_MS.h
const DURATION_FORMS = 'a duration in hours, minutes and seconds (90s, 5m, 1h30m)'

/** In milliseconds. `least` is in milliseconds too. */
export function duration({ least = 0 }: Limits = {}): Parser<number> {
  return (text) => {
    const parts = /^(?=.)(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/.exec(text)
    if (parts === null) return { accepted: `give ${DURATION_FORMS}` }
    const [, hours = '0', minutes = '0', seconds = '0'] = parts
    const value = Number(hours) * UNIT_MS.h + Number(minutes) * UNIT_MS.m + Number(seconds) * UNIT_MS.s
    if (value < least) return { accepted: `give ${DURATION_FORMS} of at least ${least / UNIT_MS.s}s` }
    if (value > LONGEST_MS) return { accepted: `give ${DURATION_FORMS} of at most 120h` }
    return { value }
  }
}

/** Any text; only what no process could be given is refused. */
export function text({ most = MANY }: Limits = {}): Parser<string> {
  return (value) => {
    const bytes = Buffer.byteLength(value)
    if (value.includes('\0')) return { accepted: 'give a text without NUL characters' }
    if (bytes > most) return { accepted: `give a text of at most ${most} bytes; this one has ${bytes}` }
    return { value }
  }
}

/** Also a word, which stands for itself. */
export function or<const Word extends string, T>(word: Word, parse: Parser<T>): Parser<T | Word> {
  return (text) => {
    if (text === word) return { value: word }
    const parsed = parse(text)
    return 'value' in parsed ? parsed : { ...parsed, accepted: `${parsed.accepted}, or ${word}` }
  }
}

/** Where a word such as `auto` stands for: left to us. */
export function unless<T>(word: string, parse: Parser<T>): Parser<T | undefined> {
  return (text) => {
    if (text === word) return { value: undefined }
    const parsed = parse(text)
    return 'value' in parsed ? parsed : { ...parsed, accepted: `${parsed.accepted}, or ${word}` }
  }
}
