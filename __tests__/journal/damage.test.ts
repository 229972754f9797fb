import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decode, encode } from '../../src/journal/codec.ts'
import { cut } from '../../src/journal/shards.ts'
import { GROUPS } from './ids.ts'
import { instances, ledger, list, outList, owner, sorted } from './samples.ts'

type Tags = Map<string, string>

const [WEB = '', API = ''] = GROUPS
const tagsOf = (entries: Parameters<typeof encode>[0]): Tags => new Map(encode(entries, GROUPS))
const without = (tags: Tags, ...keys: string[]): Tags =>
  new Map([...tags].filter(([key]) => !keys.includes(key)))
const shard = (index: number): string => `elb-rollout:out:${index}`

const oneCharacter = fc.record({
  tag: fc.nat(),
  at: fc.nat(),
  becomes: fc.constantFrom(...'09azAZ_-.:/=+@ 1'),
})
type Change = { tag: number; at: number; becomes: string }

/** Undefined when the change changes nothing. */
function changed(tags: Tags, { tag, at, becomes }: Change): Tags | undefined {
  const [key = '', value = ''] = [...tags][tag % tags.size] ?? []
  if (value === '') return undefined
  const place = at % value.length
  if (value[place] === becomes) return undefined
  return new Map([...tags, [key, value.slice(0, place) + becomes + value.slice(place + 1)]])
}

describe('one changed character', () => {
  test('in a list never makes it another one, and is reported', () => {
    fc.assert(
      fc.property(outList, oneCharacter, (out, change) => {
        const tags = changed(tagsOf({ out }), change)
        fc.pre(tags !== undefined)
        const read = decode([{ arn: WEB, tags }])
        expect(read.out).toBeUndefined()
        expect(read.unreadable).not.toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  test('on one group of two does not hide the list', () => {
    fc.assert(
      fc.property(outList, oneCharacter, (out, change) => {
        const tags = tagsOf({ out })
        const other = changed(tags, change)
        fc.pre(other !== undefined)
        const read = decode([
          { arn: WEB, tags: other },
          { arn: API, tags },
        ])
        expect(sorted(read.out)).toEqual(sorted(out))
      }),
    )
  })

  test('in an owner or a ledger is reported', () => {
    const entries = fc.oneof(fc.record({ owner }), fc.record({ ledger }))
    fc.assert(
      fc.property(entries, oneCharacter, (given, change) => {
        const tags = changed(tagsOf(given), change)
        fc.pre(tags !== undefined)
        const read = decode([{ arn: WEB, tags }])
        expect([read.owners, read.ledgers]).toEqual([[], new Map()])
        expect(read.unreadable).toHaveLength(1)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a list of which parts are missing', () => {
  const out = list({ servers: instances(100) })
  const whole = tagsOf({ out })

  test.each([...whole.keys()])('(%s) is not read', (key) => {
    const read = decode([{ arn: WEB, tags: without(whole, key) }])
    expect(read.out).toBeUndefined()
    expect(read.unreadable).toEqual([expect.stringMatching(/elb-rollout:out:.* on web .* put back by hand/)])
  })

  test('on two groups is put together', () => {
    const read = decode([
      { arn: WEB, tags: without(whole, shard(0), shard(3)) },
      { arn: API, tags: without(whole, shard(1)) },
    ])
    expect(sorted(read.out)).toEqual(sorted(out))
    expect(read.unreadable).toEqual([])
  })

  test('on one group, and changed on another, is put together', () => {
    const [key = '', value = ''] = [...whole][2] ?? []
    const read = decode([
      { arn: WEB, tags: without(whole, shard(0)) },
      { arn: API, tags: new Map([...whole, [key, `${value.slice(0, -1)}!`]]) },
    ])
    expect(sorted(read.out)).toEqual(sorted(out))
  })
})

test('a ledger of which a tag is missing is not half believed', () => {
  const tags = tagsOf({ ledger: { holds: '1.0.2', before: '1.0.1' } })
  for (const key of tags.keys()) {
    const read = decode([{ arn: WEB, tags: without(tags, key) }])
    expect(read.ledgers).toEqual(new Map())
    expect(read.unreadable).toEqual([expect.stringContaining('previous-version')])
  }
})

test('whatever lies under our names is read without an error, and never passed over', () => {
  const value = fc.oneof(
    fc.string(),
    fc.stringMatching(/^1[ .][\w. =-]*$/),
    fc.stringMatching(/^1\.\d\.\d\.[\w-]{6}\.\w*$/),
  )
  const name = fc.constantFrom(
    'out:0',
    'out:1',
    'out:99',
    'out:x',
    'owner:a',
    'owner:',
    'holds',
    'before',
    'ledger',
    '',
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { minLength: 1 }), (all) => {
      const tags = new Map(all.map(([key, text]) => [`elb-rollout:${key}`, text]))
      expect(decode([{ arn: WEB, tags }]).unreadable).not.toEqual([])
    }),
  )
})

test('a list that checks itself but says nothing sensible is reported', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[\w-]{0,200}$/), (payload) => {
      const read = decode([{ arn: WEB, tags: cut(payload, 3) }])
      expect(read.out === undefined).toBe(read.unreadable.length > 0 || payload === '')
    }),
    { numRuns: 2000 },
  )
})
