import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Server } from '../../src/domain/fleet.ts'
import type { Ledger, OutList } from '../../src/domain/journal.ts'
import { foreign, inProcess, overHttp, type Place, THEIRS } from './places.ts'
import { instances, list, NOW, sorted } from './samples.ts'
import { routes, shiftOf } from './shift-samples.ts'

const owner = { rolloutId: 'r-1', nonce: 'a1', mode: 'deploy', due: NOW } as const
const ledger = { holds: 'v2 (new)', before: '1.0.1', rolloutId: 'r-1', at: NOW } as const

const onAll = (groups: readonly string[], one: Ledger = ledger): ReadonlyMap<string, Ledger> =>
  new Map(groups.map((arn) => [arn, one]))

describe.each([
  ['in process', inProcess],
  ['over HTTP, through the SDK', overHttp],
])('the journal on the simulator, %s', (_, open) => {
  let place: Place
  beforeEach(async () => {
    place = await open()
  })
  afterEach(() => place.close())

  /** The servers of the samples, in the groups of the place. */
  const onPlace = (servers: readonly Server[]): Server[] =>
    servers.map(({ id }) => ({
      id,
      registrations: place.groups
        .slice(0, 2)
        .flatMap((groupArn) => [80, 443].map((port) => ({ groupArn, target: { id, port } }))),
    }))
  const outOf = (count: number, sequence = 1): OutList =>
    list({ sequence, servers: onPlace(instances(count)) })
  const keysOn = (arn = ''): string[] => Object.keys(place.simulator.tags(arn))
  const ours = (arn = ''): string[] => keysOn(arn).filter((key) => key.startsWith('elb-rollout:'))

  test('has nothing at first', async () => {
    const entries = await place.store.read(place.groups)
    expect(entries).toEqual({ owners: [], ledgers: new Map(), unreadable: [] })
  })

  test('gives back all that was written, in one call each', async () => {
    const out = outOf(100)
    await place.store.write(place.groups, { owner, out, ledgers: onAll(place.groups) })
    const entries = await place.store.read(place.groups)
    expect(place.calls).toEqual(['AddTags', 'DescribeTags'])
    expect(entries).toMatchObject({ owners: [owner], unreadable: [] })
    expect(sorted(entries.out)).toEqual(sorted(out))
    expect(entries.ledgers).toEqual(new Map(place.groups.map((arn) => [arn, ledger])))
  })

  test('replaces what is of the same kind, and lets the rest be', async () => {
    const other = { ...owner, nonce: 'b2' }
    const [first = ''] = place.groups
    await place.store.write(place.groups, { owner, out: outOf(100), ledgers: onAll(place.groups) })
    await place.store.write(place.groups, { owner: other })
    await place.store.write(place.groups, { owner: { ...owner, due: NOW + 60_000 }, out: outOf(3, 2) })
    await place.store.write([first], { ledgers: onAll([first], { before: '1.0.1' }) })
    const entries = await place.store.read(place.groups)
    expect(entries.owners).toEqual([{ ...owner, due: NOW + 60_000 }, other])
    expect(entries.out).toMatchObject({ sequence: 2, servers: { length: 3 } })
    expect(entries.ledgers.get(first)).toEqual({ before: '1.0.1' })
    expect(entries.ledgers.get(place.groups[1] ?? '')).toEqual(ledger)
    expect(entries.unreadable).toEqual([])
  })

  describe('with a ledger for each of a pair', () => {
    const shift = shiftOf(routes(3), { state: 'ended', base: 0 })
    const out = list({ servers: [], strategy: 'blue-green', shift })
    const ledgers = (): Map<string, Ledger> => {
      const [blue = '', green = ''] = place.groups
      return new Map([
        [blue, { ...ledger, holds: '1.0.1', partner: 'api' }],
        [green, { ...ledger, holds: '1.0.2', partner: 'web' }],
      ])
    }

    test('makes one call for each, and gives them back by group', async () => {
      const pair = place.groups.slice(0, 2)
      await place.store.write(pair, { owner, out, ledgers: ledgers() })
      expect(place.calls).toEqual(['AddTags', 'AddTags'])
      const entries = await place.store.read(pair)
      expect(entries).toMatchObject({ owners: [owner], out: { shift: { state: 'ended' } }, unreadable: [] })
      expect(entries.ledgers).toEqual(ledgers())
      for (const arn of pair) expect(sorted((await place.store.read([arn])).out)).toEqual(sorted(out))
    })

    test('makes one call when none is given', async () => {
      await place.store.write(place.groups, { out })
      expect(place.calls).toEqual(['AddTags'])
    })

    test('leaves a group that has none in the map with the one that it has', async () => {
      const [blue = '', green = '', third = ''] = place.groups
      await place.store.write(place.groups, { ledgers: onAll(place.groups) })
      await place.store.write(place.groups, { ledgers: onAll([green], { before: '1.0.1' }) })
      const entries = await place.store.read(place.groups)
      expect(entries.ledgers.get(green)).toEqual({ before: '1.0.1' })
      for (const arn of [blue, third]) expect(entries.ledgers.get(arn)).toEqual(ledger)
      expect(place.calls.slice(0, 2)).toEqual(['AddTags', 'AddTags'])
    })

    test('makes room on the one that is full', async () => {
      const pair = place.groups.slice(0, 2)
      const [, green = ''] = pair
      await place.store.write(pair, { out: { ...outOf(100), sequence: 1 } })
      await place.store.write(pair, { out: { ...out, sequence: 2 } })
      place.simulator.account.tags.settle(green, foreign(50 - keysOn(green).length + 1))
      await place.store.write(pair, { ledgers: ledgers() })
      const made = ['AddTags', 'AddTags failed', 'DescribeTags', 'RemoveTags', 'AddTags']
      expect(place.calls.slice(2)).toEqual(made)
      const entries = await place.store.read(pair)
      expect(entries).toMatchObject({ out: { sequence: 2 }, unreadable: [] })
      expect(entries.ledgers).toEqual(ledgers())
    })
  })

  test('knows what routes take beforehand', async () => {
    const given = { servers: [], shift: shiftOf(routes(200, (index) => index)) }
    const { needed, free } = await place.store.room(place.groups, given)
    expect({ needed, free }).toEqual({ needed: 19, free: 48 })
  })

  test('leaves only the ledger when all is removed, and never touches tags of others', async () => {
    await place.store.write(place.groups, { owner, out: outOf(100), ledgers: onAll(place.groups) })
    await place.store.write(place.groups, { out: outOf(2, 2) })
    await place.store.remove(place.groups, { owners: ['a1', 'never there'], out: true })
    await place.store.remove(place.groups, { owners: ['a1'], out: true })
    expect(place.calls.slice(2)).toEqual(['RemoveTags', 'RemoveTags'])
    for (const arn of place.groups) {
      expect(ours(arn).sort()).toEqual(['elb-rollout:before', 'elb-rollout:holds', 'elb-rollout:ledger'])
      expect(place.simulator.tags(arn)).toMatchObject(THEIRS)
    }
    expect(await place.store.read(place.groups)).toMatchObject({ owners: [], unreadable: [] })
  })

  test('removes nothing but what it is told to', async () => {
    await place.store.write(place.groups, { owner, out: outOf(2), ledgers: onAll(place.groups) })
    await place.store.write(place.groups, { owner: { ...owner, nonce: 'b2' } })
    await place.store.remove(place.groups, { owners: ['b2'] })
    expect(await place.store.read(place.groups)).toMatchObject({ owners: [owner], out: { sequence: 1 } })
    await place.store.remove(place.groups, { out: true })
    const entries = await place.store.read(place.groups)
    expect(entries.owners).toEqual([owner])
    expect(entries.out).toBeUndefined()
  })

  test('calls nobody when there is nothing to do', async () => {
    await place.store.write(place.groups, {})
    await place.store.remove(place.groups, {})
    expect(place.calls).toEqual([])
  })

  test('reads more groups than one call takes', async () => {
    const many = Array.from({ length: 45 }, (_, index) =>
      place.simulator.addTargetGroup({ name: `g-${index}` }),
    )
    await place.store.write(many, { ledgers: onAll(many) })
    expect([...(await place.store.read(many)).ledgers.keys()]).toEqual(many)
    expect(place.calls).toEqual(['AddTags', 'DescribeTags', 'DescribeTags', 'DescribeTags'])
  })

  test('holds 500 servers in two groups beside 20 tags of others', async () => {
    const two = place.groups.slice(0, 2)
    for (const arn of two) place.simulator.account.tags.settle(arn, foreign(18))
    const out = outOf(500)
    const { needed, free } = await place.store.room(two, out)
    expect({ needed, free }).toEqual({ needed: 29, free: 30 })
    const claims = [owner, { ...owner, nonce: 'b2' }]
    for (const each of claims) await place.store.write(two, { owner: each })
    await place.store.write(two, { out, ledgers: onAll(two) })
    expect(ours(two[0]).filter((key) => key.includes(':out:'))).toHaveLength(21)
    expect(sorted((await place.store.read(two)).out)).toEqual(sorted(out))
  })

  test('knows beforehand what does not fit', async () => {
    const [first = '', second = ''] = place.groups
    place.simulator.account.tags.settle(second, foreign(36))
    await place.store.write(place.groups, { owner, ledgers: onAll(place.groups) })
    const room = await place.store.room([first, second], { servers: onPlace(instances(500)) })
    expect(room).toEqual({ needed: 29, free: 12 })
    const denied = place.store.write([first, second], { out: outOf(500) })
    await expect(denied).rejects.toMatchObject({
      name: 'ApiError',
      failure: 'rejected',
      permission: /AddTags/,
    })
    expect(ours(first)).toHaveLength(4)
  })

  test('makes room by removing what is left of older lists, and nothing else', async () => {
    const two = place.groups.slice(0, 2)
    await place.store.write(two, { owner, ledgers: onAll(two), out: outOf(100) })
    await place.store.write(two, { out: outOf(30, 2) })
    const others = 50 - keysOn(two[0]).length + 1
    for (const arn of two) place.simulator.account.tags.settle(arn, foreign(others))
    await place.store.write(two, { owner: { ...owner, nonce: 'b2' } })
    expect(place.calls.slice(2)).toEqual([
      'AddTags failed',
      'DescribeTags',
      'RemoveTags',
      'RemoveTags',
      'AddTags',
    ])
    const entries = await place.store.read(two)
    expect(entries).toMatchObject({ owners: [owner, { nonce: 'b2' }], out: { sequence: 2 }, unreadable: [] })
    expect(keysOn(two[0])).toEqual(expect.arrayContaining(Object.keys(foreign(others))))
  })

  test('says that a permission is missing', async () => {
    place.simulator.faults = { deny: ['AddTags'] }
    await expect(place.store.write(place.groups, { owner })).rejects.toMatchObject({
      failure: 'denied',
      permission: 'elasticloadbalancing:AddTags',
    })
    await expect(place.store.read([`${place.groups[0]}0`])).rejects.toMatchObject({ failure: 'not-found' })
  })

  test('ends a call when it is aborted', async () => {
    if (open === inProcess) return
    const reads = place.store.read(place.groups, AbortSignal.abort(new Error('enough')))
    await expect(reads).rejects.toThrow()
  })
})
