import { describe, expect, test } from '@jest/globals'
import { parseValues } from '../../demo/runner-files.ts'

describe('what a step writes into GITHUB_OUTPUT', () => {
  test('a value in its line; the last of a name counts', () => {
    expect(parseValues('a=1\nb=x=y\na=2\n')).toEqual({ a: '2', b: 'x=y' })
  })

  test('a value of several lines, or of none', () => {
    expect(parseValues('a<<END\none\n\nb=2\nEND\nc<<E\nE\nd<<E\n\nE\n')).toEqual({
      a: 'one\n\nb=2',
      c: '',
      d: '',
    })
  })

  test('what the runner would not take is an error', () => {
    expect(() => parseValues('nonsense\n')).toThrow('neither name=value nor name<<END: nonsense')
    expect(() => parseValues('a<<END\none\n')).toThrow('a has no end: END is missing')
  })
})
