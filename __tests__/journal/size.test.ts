import { describe, expect, test } from '@jest/globals'
import { INTERFERING } from '../../src/domain/auto-scaling.ts'
import type { Server } from '../../src/domain/fleet.ts'
import type { OutList } from '../../src/domain/journal.ts'
import { encode } from '../../src/journal/codec.ts'
import { needed } from '../../src/journal/room.ts'
import { GROUPS } from './ids.ts'
import { instances, list } from './samples.ts'
import { routes, shiftOf } from './shift-samples.ts'

const TWO = GROUPS.slice(0, 2)
const shards = (servers: readonly Server[]): number => encode({ out: list({ servers }) }, TWO).size

const addresses = (count: number): Server[] =>
  instances(count).map((_, index) => {
    const id = `10.0.${(index * 37) % 256}.${(index * 101) % 256}`
    const zone = `eu-west-1${'abc'[index % 3]}`
    return { id, registrations: TWO.map((groupArn) => ({ groupArn, target: { id, port: 80, zone } })) }
  })

test.each([
  ['instances', 10, instances, 2],
  ['instances', 50, instances, 4],
  ['instances', 100, instances, 6],
  ['instances', 250, instances, 11],
  ['instances', 500, instances, 21],
  ['addresses', 500, addresses, 5],
])('%s, %d of them', (_, count, make, most) => {
  expect(shards(make(count))).toBeLessThanOrEqual(most)
})

test('500 instances of an Auto Scaling group', () => {
  const servers = instances(500)
  const suspended = [{ group: 'web-production', processes: INTERFERING }]
  const autoScaling = { suspended, members: servers.map(({ id }) => id) }
  expect(encode({ out: list({ servers, autoScaling }) }, TWO).size).toBeLessThanOrEqual(21)
})

const same = (): number => 100
const different = (index: number): number => (index * 389) % 1000

test.each([
  [1, 'the same weight', same, 1],
  [1, 'any weight', different, 1],
  [10, 'the same weight', same, 2],
  [10, 'different weights', different, 2],
  [50, 'the same weight', same, 4],
  [50, 'different weights', different, 4],
  [200, 'the same weight', same, 10],
  [200, 'different weights', different, 11],
])('%d routes of %s', (count, _, weightOf, most) => {
  const out = list({ servers: [], strategy: 'blue-green', shift: shiftOf(routes(count, weightOf)) })
  expect(encode({ out }, TWO).size).toBeLessThanOrEqual(most)
})

describe('what is needed is never less than what is written', () => {
  const tagsOf = (given: Partial<OutList>): number => {
    const long = { version: 'ü'.repeat(90), previousVersion: 'ü'.repeat(90), batch: 999, batches: 999 }
    const owners = ['a', 'b'].flatMap((nonce) => [
      ...encode({ owner: { rolloutId: 'r', nonce, mode: 'deploy', due: 0 } }, TWO),
    ])
    const all = encode({ out: list({ ...long, sequence: 9_999, ...given }), ledger: {} }, TWO)
    return all.size + owners.length
  }

  test.each([1, 7, 40, 99, 250, 500])('for %d servers, whatever the list says beside them', (count) => {
    const servers = instances(count)
    const inDoubt = servers.map(({ id }) => id)
    const remoteUpdates = ['a', 'b'].map((letter) => letter.repeat(52))
    expect(tagsOf({ servers, inDoubt, remoteUpdates })).toBeLessThanOrEqual(needed({ servers }, TWO))
  })

  test.each([1, 7, 40, 99, 200])('for %d routes, however far the shift has come', (count) => {
    const before = shiftOf(routes(count, different))
    for (const change of [
      { base: 999, state: 'held' },
      { base: 0, state: 'ended' },
    ] as const) {
      const most = needed({ servers: [], shift: before }, TWO)
      expect(tagsOf({ servers: [], shift: { ...before, ...change } })).toBeLessThanOrEqual(most)
    }
  })

  test('for servers of which some belong to groups of Auto Scaling', () => {
    const servers = instances(250)
    const suspended = ['a', 'b'].map((name) => ({ group: name.repeat(255), processes: INTERFERING }))
    const members = servers.filter((_, index) => index % 2 === 0).map(({ id }) => id)
    const out = { servers, autoScaling: { suspended, members } }
    expect(tagsOf({ ...out, inDoubt: members })).toBeLessThanOrEqual(needed(out, TWO))
  })

  test('for servers and routes in one list', () => {
    const both = { servers: instances(100), shift: shiftOf(routes(50, different)) }
    expect(tagsOf(both)).toBeLessThanOrEqual(needed(both, TWO))
  })
})

test('the longest ledger fits into a tag', () => {
  const longest = 'r'.repeat(52)
  const ledger = {
    ...{ holds: 'ü'.repeat(90), before: 'ü'.repeat(90), rolloutId: longest, at: Date.UTC(2026, 10, 23) },
    ...{ partner: 'p'.repeat(32), updateMs: 999_999_000 },
    last: { rolloutId: longest, outcome: 'interrupted' as const },
  }
  const values = [...encode({ ledger }, TWO).values()]
  expect(Math.max(...values.map(({ length }) => length))).toBeLessThanOrEqual(255)
})
