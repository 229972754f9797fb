import { describe, expect, test } from '@jest/globals'
import { decode, encode } from '../../src/journal/codec.ts'
import { GROUPS } from './ids.ts'
import { instances, list } from './samples.ts'

type Tags = Map<string, string>

const [WEB = '', API = '', ADMIN = ''] = GROUPS
const tagsOf = (entries: Parameters<typeof encode>[0]): Tags => new Map(encode(entries, GROUPS))
const without = (tags: Tags, ...keys: string[]): Tags =>
  new Map([...tags].filter(([key]) => !keys.includes(key)))
const shard = (index: number): string => `elb-rollout:out:${index}`

describe('of several lists', () => {
  const older = list({ sequence: 9, servers: instances(100) })
  const newer = list({ sequence: 10, servers: instances(20, 50) })
  const over = (...tags: Tags[]): Tags => new Map(tags.flatMap((some) => [...some]))

  test('the newer counts; what is left of a longer one before is no trouble', () => {
    const tags = over(tagsOf({ out: older }), tagsOf({ out: newer }))
    expect(tags.size).toBe(tagsOf({ out: older }).size)
    expect(decode([{ arn: WEB, tags }])).toMatchObject({ out: { sequence: 10 }, unreadable: [] })
  })

  test('the newer counts, on whatever group', () => {
    const groups = [
      { arn: WEB, tags: tagsOf({ out: older }) },
      { arn: API, tags: tagsOf({ out: newer }) },
      { arn: ADMIN, tags: new Map() },
    ]
    for (const some of [groups, groups.toReversed()]) {
      expect(decode(some)).toMatchObject({ out: { sequence: 10 }, unreadable: [] })
    }
  })

  test('parts of a newer one that nobody has whole are reported beside the older', () => {
    const torn = without(tagsOf({ out: newer }), shard(1))
    for (const tags of [torn, over(tagsOf({ out: older }), torn)]) {
      const read = decode([
        { arn: WEB, tags },
        { arn: API, tags: tagsOf({ out: older }) },
      ])
      expect(read.out?.sequence).toBe(9)
      expect(read.unreadable).toEqual([expect.stringContaining('elb-rollout:out:0 on web')])
    }
  })

  test('with the same number one is given, always the same, and the other reported', () => {
    const other = { ...newer, servers: instances(20, 60) }
    const groups = [
      { arn: WEB, tags: tagsOf({ out: newer }) },
      { arn: API, tags: tagsOf({ out: other }) },
    ]
    const read = decode(groups)
    expect(decode(groups.toReversed()).out).toEqual(read.out)
    expect(read.unreadable).toHaveLength(1)
  })
})

describe('what a newer version of the action wrote', () => {
  test.each([
    ['an owner', 'elb-rollout:owner:0a', '2 something else'],
    ['a list', 'elb-rollout:out:0', '2.anything'],
    ['a ledger', 'elb-rollout:ledger', '2 rollout=x'],
  ])('(%s) is left to it', (_, key, value) => {
    const read = decode([{ arn: WEB, tags: new Map([[key, value]]) }])
    expect(read).toMatchObject({ owners: [], ledgers: new Map() })
    expect(read.unreadable).toEqual([
      expect.stringMatching(/ on web .*newer version of this action \(format 2; .*use that one/),
    ])
  })

  test('under names that are unknown here is reported too', () => {
    const tags = new Map([
      ['elb-rollout:weights', '1'],
      ['team', 'web'],
      ['elb-rollout', 'of somebody else'],
    ])
    expect(decode([{ arn: WEB, tags }]).unreadable).toEqual([
      expect.stringContaining('elb-rollout:weights on web'),
    ])
  })

  test('beside an older list of ours is not passed over', () => {
    const tags = new Map([...tagsOf({ out: list({ servers: instances(100) }) }), [shard(7), '2.x']])
    const read = decode([{ arn: WEB, tags }])
    expect(read.out).toBeDefined()
    expect(read.unreadable).toEqual([expect.stringContaining('elb-rollout:out:7')])
  })
})

describe('owners', () => {
  const given = { rolloutId: 'r', nonce: 'a', mode: 'deploy', due: 60_000 } as const

  test('are each given once, with the last of their times', () => {
    const read = decode([
      { arn: WEB, tags: tagsOf({ owner: { ...given, due: 120_000 } }) },
      {
        arn: API,
        tags: new Map([...tagsOf({ owner: given }), ...tagsOf({ owner: { ...given, nonce: 'b' } })]),
      },
    ])
    expect(read.owners).toEqual([
      { ...given, due: 120_000 },
      { ...given, nonce: 'b' },
    ])
  })

  test('that can be read on one group need not be readable on the other', () => {
    const read = decode([
      { arn: WEB, tags: new Map([['elb-rollout:owner:a', 'scribbled over']]) },
      { arn: API, tags: tagsOf({ owner: given }) },
    ])
    expect(read).toMatchObject({ owners: [given], unreadable: [] })
  })

  test('do not pass for another by a changed key', () => {
    const [value = ''] = tagsOf({ owner: given }).values()
    const read = decode([{ arn: WEB, tags: new Map([['elb-rollout:owner:b', value]]) }])
    expect(read.owners).toEqual([])
    expect(read.unreadable).toHaveLength(1)
  })
})
