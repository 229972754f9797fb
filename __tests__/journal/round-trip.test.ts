import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decode, encode } from '../../src/journal/codec.ts'
import { GROUPS } from './ids.ts'
import { instances, ledger, list, NOW, outList, owner, sorted } from './samples.ts'
import { routes, shiftOf } from './shift-samples.ts'

const ALLOWED = /^[A-Za-z0-9_.:/=+\-@]+(?: [A-Za-z0-9_.:/=+\-@]+)*$/

const everything = fc.record({ owner, out: outList, ledger }, { requiredKeys: [] })
const onAll = (tags: ReadonlyMap<string, string>) => GROUPS.map((arn) => ({ arn, tags }))

describe('whatever is written', () => {
  test('is read back', () => {
    fc.assert(
      fc.property(everything, (entries) => {
        const read = decode(onAll(encode(entries, GROUPS)))
        expect(read.unreadable).toEqual([])
        expect(read.owners).toEqual(entries.owner === undefined ? [] : [entries.owner])
        expect(sorted(read.out)).toEqual(sorted(entries.out))
        const ledgers = entries.ledger === undefined ? [] : GROUPS.map((arn) => [arn, entries.ledger])
        expect([...read.ledgers]).toEqual(ledgers)
      }),
      { numRuns: 500 },
    )
  })

  test('is read back from any one of the groups', () => {
    fc.assert(
      fc.property(outList, fc.nat(GROUPS.length - 1), (out, one) => {
        const tags = encode({ out }, GROUPS)
        const groups = GROUPS.map((arn, index) => ({ arn, tags: index === one ? tags : new Map() }))
        const alone = groups.slice(one, one + 1)
        for (const some of [groups, alone]) {
          expect(sorted(decode(some).out)).toEqual(sorted(out))
          expect(decode(some).unreadable).toEqual([])
        }
      }),
    )
  })

  test('keeps to what tags can hold', () => {
    fc.assert(
      fc.property(everything, (entries) => {
        for (const [key, value] of encode(entries, GROUPS)) {
          expect(key.length).toBeLessThanOrEqual(127)
          expect(value.length).toBeLessThanOrEqual(255)
          expect(key).toMatch(ALLOWED)
          expect(value).toMatch(ALLOWED)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('is the same text for the same list, whatever the order of its servers and routes', () => {
    fc.assert(
      fc.property(outList, (out) => {
        const shift = out.shift && { ...out.shift, routes: out.shift.routes.toReversed() }
        const turned = { ...out, servers: out.servers.toReversed(), ...(shift && { shift }) }
        expect(encode({ out: turned }, GROUPS)).toEqual(encode({ out }, GROUPS))
      }),
    )
  })
})

test('a list names all of its groups to a reader that was told of one', () => {
  const [web = '', api = ''] = GROUPS
  const [first] = decode([{ arn: api, tags: encode({ out: list() }, [web, api]) }]).out?.servers ?? []
  expect(new Set(first?.registrations.map(({ groupArn }) => groupArn))).toEqual(new Set([web, api]))
})

test('groups of several accounts are named whole', () => {
  const foreign = 'arn:aws-cn:elasticloadbalancing:cn-north-1:210987654321:targetgroup/web/1'
  const [web = ''] = GROUPS
  const [server] = instances(1)
  const registrations = [web, foreign].map((groupArn) => ({ groupArn, target: { id: 'x', port: 1 } }))
  const out = list({ servers: [{ ...server, id: 'x', registrations }] })
  for (const arn of [web, foreign]) {
    expect(decode([{ arn, tags: encode({ out }, [web, foreign]) }]).out).toEqual(out)
  }
})

test('routes lose nothing by being many, or in several accounts', () => {
  const [web = ''] = GROUPS
  const foreign = 'arn:aws-cn:elasticloadbalancing:cn-north-1:210987654321:targetgroup/web/1'
  const check = (arns: readonly string[], count: number) => {
    const odd = { arn: 'listener/app/web/0123456789abcdef', weight: 1 }
    const out = list({ servers: [], shift: shiftOf([...routes(count, (index) => index * 4), odd]) })
    const tags = encode({ out }, arns)
    for (const arn of arns) expect(sorted(decode([{ arn, tags }]).out)).toEqual(sorted(out))
  }
  check([web], 200)
  check([web, foreign], 30)
})

describe('what does not fit', () => {
  const long = {
    rolloutId: 'r'.repeat(300),
    nonce: 'n'.repeat(300),
    mode: 'deploy',
    job: { runId: '9'.repeat(40), attempt: '9'.repeat(40), job: 'ö'.repeat(120) },
    due: NOW,
  } as const

  test('in an owner is cut, the same for the same text and else not', () => {
    const other = { ...long, rolloutId: `${long.rolloutId}s` }
    const [key, value = ''] = [...encode({ owner: long }, GROUPS)][0] ?? []
    expect(value.length).toBeLessThanOrEqual(255)
    const [read] = decode(onAll(encode({ owner: long }, GROUPS))).owners
    expect(read?.rolloutId).toMatch(/^r{40}@[\w-]{11}$/)
    if (read === undefined) throw new Error('not read')
    expect(encode({ owner: read }, GROUPS)).toEqual(new Map([[key, value]]))
    expect(decode(onAll(encode({ owner: other }, GROUPS))).owners).not.toEqual([read])
  })

  test('of the names that GitHub allows for jobs does not occur', () => {
    const job = { runId: '1234567890123456', attempt: '999', job: 'x'.repeat(100) }
    const given = {
      ...long,
      rolloutId: 'r'.repeat(52),
      nonce: 'n'.repeat(64),
      mode: 'rollback',
      job,
    } as const
    expect(decode(onAll(encode({ owner: given }, GROUPS))).owners).toEqual([given])
  })

  test('of versions is refused, and 180 bytes of them fit', () => {
    const ledger = { holds: '\u{1f680}'.repeat(45), before: 'é'.repeat(90) }
    expect([...decode(onAll(encode({ ledger }, GROUPS))).ledgers.values()][0]).toEqual(ledger)
    expect(() => encode({ ledger: { holds: 'é'.repeat(91) } }, GROUPS)).toThrow(RangeError)
  })

  test('of servers is refused', () => {
    expect(() => encode({ out: list({ servers: instances(1500) }) }, GROUPS)).toThrow(/45/)
  })

  test('of routes is refused', () => {
    const many = routes(1200, (index) => index % 1000)
    expect(() => encode({ out: list({ servers: [], shift: shiftOf(many) }) }, GROUPS)).toThrow(/45/)
  })

  test('a server in doubt must be among those that are out', () => {
    expect(() => encode({ out: list({ inDoubt: ['i-1'] }) }, GROUPS)).toThrow(RangeError)
  })
})
