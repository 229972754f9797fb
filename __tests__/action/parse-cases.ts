import { describe, expect, test } from '@jest/globals'
import type { Parser } from '../../src/action/parse.ts'

interface Cases<T> {
  readonly parse: Parser<T>
  readonly good: readonly (readonly [text: string, value: unknown])[]
  readonly bad: readonly string[]
}

/** Texts that a parser understands, and texts that it refuses. */
export function cases<T>(name: string, { parse, good, bad }: Cases<T>) {
  describe(name, () => {
    test.each(good)('%j is understood', (given, value) => expect(parse(given)).toEqual({ value }))
    test.each(bad)('%j is refused with the accepted forms', (given) =>
      expect(parse(given)).toMatchObject({ accepted: expect.stringMatching(/^give /) }),
    )
  })
}
