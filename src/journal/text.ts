import { createHash } from 'node:crypto'
import { LONGEST_VERSION_BYTES } from '../domain/settings.ts'

/** Stands before what is in base64url, because it has characters that tags cannot have or that we give a meaning. */
const ENCODED = '='
const WORD = /^(?!=)[\w.:/=+@-]+$/
const WORDS = /^(?!=)[\w.:/=+@-]+(?: [\w.:/=+@-]+)*$/
const UNKNOWN = 'unknown'
const HASH_LENGTH = 11

const encoded = (text: string): string => ENCODED + Buffer.from(text).toString('base64url')

function decoded(value: string): string {
  return value.startsWith(ENCODED) ? Buffer.from(value.slice(1), 'base64url').toString() : value
}

/**
 * One word: the text itself where possible. What would be longer than `longest` (12 at least) is cut, with a hash of all
 * of it, and is read as that: the same for the same text.
 */
export function toWord(text: string, longest: number): string {
  const word = WORD.test(text) ? text : encoded(text)
  if (word.length <= longest) return word
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, HASH_LENGTH)
  const start = text.slice(0, longest - HASH_LENGTH - 1).replace(/[^\w.-]/g, '_')
  return `${start}@${hash}`
}

export const fromWord = decoded

/** A version as the whole value of a tag, readable where it can be; a value says also that it is not known. */
export function toVersionValue(version: string | undefined): string {
  if (version === undefined) return UNKNOWN
  if (Buffer.byteLength(version) > LONGEST_VERSION_BYTES) {
    throw new RangeError(`a version may have at most ${LONGEST_VERSION_BYTES} bytes`)
  }
  return WORDS.test(version) && version !== UNKNOWN ? version : encoded(version)
}

export const fromVersionValue = (value: string): string | undefined =>
  value === UNKNOWN ? undefined : decoded(value)
