import { expect, test } from '@jest/globals'
import type { Server } from '../../src/domain/fleet.ts'
import { encode } from '../../src/journal/codec.ts'
import { needed } from '../../src/journal/room.ts'
import { GROUPS, instances, list } from './samples.ts'

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

test('what is needed is never less than what is written, whatever the list says beside the servers', () => {
  const long = 'ü'.repeat(90)
  for (const count of [1, 7, 40, 99, 250, 500]) {
    const servers = instances(count)
    const out = list({
      servers,
      version: long,
      previousVersion: long,
      sequence: 9_999,
      batch: 999,
      batches: 999,
    })
    const owners = ['a', 'b'].flatMap((nonce) => [
      ...encode({ owner: { rolloutId: 'r', nonce, mode: 'deploy', due: 0 } }, TWO),
    ])
    const all = encode({ out: { ...out, inDoubt: servers.map(({ id }) => id) }, ledger: {} }, TWO)
    expect(all.size + owners.length).toBeLessThanOrEqual(needed(servers, TWO))
  }
})
