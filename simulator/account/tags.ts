import { senderError, validationError } from '../aws-error.ts'
import { Past } from './past.ts'

/** "You can add up to 50 tags to a resource"; those of AWS itself (aws:) do not count. */
const MOST_TAGS = 50
// The guide gives 127 and 255, the API reference 128 and 256: what keeps to the smaller is right with both.
const LONGEST_KEY = 127
const LONGEST_VALUE = 255
/** The pattern of Tag in the API reference. */
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

export type Tag = readonly [key: string, value: string]
type TagMap = ReadonlyMap<string, string>

export class Tags {
  readonly #tags = new Map<string, TagMap>()
  readonly #past = new Past<TagMap>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  of(arn: string): TagMap {
    return this.#tags.get(arn) ?? new Map()
  }

  asOf(time: number, arn: string): TagMap {
    return this.#past.asOf(time, new Map([[arn, this.of(arn)]])).get(arn) ?? new Map()
  }

  /** Adds or overwrites, on all the resources or on none. */
  add(arns: readonly string[], tags: readonly Tag[]): void {
    checkTags(tags)
    const changed = arns.map((arn) => [arn, new Map([...this.of(arn), ...tags])] as const)
    for (const [arn, after] of changed) {
      if ([...after.keys()].filter((key) => !isOfAws(key)).length > MOST_TAGS) {
        throw senderError('TooManyTags', `The resource '${arn}' can have at most ${MOST_TAGS} tags`)
      }
    }
    for (const [arn, after] of changed) this.#set(arn, after)
  }

  remove(arns: readonly string[], keys: readonly string[]): void {
    for (const arn of arns) {
      const after = new Map(this.of(arn))
      for (const key of keys) after.delete(key)
      this.#set(arn, after)
    }
  }

  /** A fixture: as if they had been there for ever. Also takes tags of AWS itself. */
  settle(arn: string, tags: Readonly<Record<string, string>>): void {
    this.#tags.set(arn, new Map([...this.of(arn), ...Object.entries(tags)]))
  }

  #set(arn: string, after: TagMap): void {
    this.#past.changed(this.#now(), arn, this.of(arn))
    this.#tags.set(arn, after)
  }
}

function checkTags(tags: readonly Tag[]): void {
  if (new Set(tags.map(([key]) => key)).size < tags.length) {
    throw senderError('DuplicateTagKeys', 'A tag key was specified more than once')
  }
  for (const [key, value] of tags) {
    if (isOfAws(key)) throw validationError(`Tag keys starting with 'aws:' are reserved: '${key}'`)
    checkText(key, { what: 'key', least: 1, most: LONGEST_KEY })
    checkText(value, { what: 'value', least: 0, most: LONGEST_VALUE })
  }
}

function checkText(text: string, limits: { what: 'key' | 'value'; least: number; most: number }): void {
  const { what, least, most } = limits
  const length = [...text].length
  if (length < least || length > most) {
    throw validationError(`The tag ${what} '${text}' must have ${least} to ${most} characters`)
  }
  if (!ALLOWED.test(text))
    throw validationError(`The tag ${what} '${text}' has characters that are not allowed`)
  if (text !== text.trim()) throw validationError(`The tag ${what} '${text}' has leading or trailing spaces`)
}

function isOfAws(key: string): boolean {
  return key.toLowerCase().startsWith('aws:')
}
