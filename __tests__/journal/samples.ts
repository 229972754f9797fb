import fc from 'fast-check'
import { INTERFERING } from '../../src/domain/auto-scaling.ts'
import type { Server } from '../../src/domain/fleet.ts'
import type { AutoScalingRecord, Ledger, OutList, Owner } from '../../src/domain/journal.ts'
import { GROUPS, hex, hostileText, scattered } from './ids.ts'
import { shift, sortedShift } from './shift-samples.ts'

export const NOW = Date.UTC(2026, 10, 23, 7, 4, 10)

export const version = hostileText

const serverId = fc.oneof(
  hex(17).map((digits) => `i-${digits}`),
  hex(8).map((digits) => `i-${digits}`),
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom(
    '0.0.0.0',
    '::',
    'i-00000000',
    'i-00000000000000000',
    '::ffff:10.0.0.1',
    'i-0A',
    '010.0.0.1',
    '2001:DB8::1',
  ),
  hostileText,
)

const registration = fc.record(
  {
    group: fc.constantFrom(...GROUPS, 'arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/far/1', 'no arn'),
    port: fc.integer({ min: 0, max: 65_535 }),
    zone: fc.oneof(fc.constantFrom('eu-west-1a', 'eu-west-1b', 'all'), hostileText),
    quicServerId: fc.oneof(
      hex(16).map((digits) => `0x${digits}`),
      fc.constantFrom('', '0x1', '0x00000000000000AB'),
    ),
  },
  { requiredKeys: ['group', 'port'] },
)

const server: fc.Arbitrary<Server> = fc
  .tuple(serverId, fc.array(registration, { maxLength: 5 }))
  .map(([id, all]) => ({
    id,
    registrations: all.map(({ group, ...target }) => ({ groupArn: group, target: { id, ...target } })),
  }))

const servers = fc.uniqueArray(server, { selector: ({ id }) => id, maxLength: 30 })

const suspensions = fc.uniqueArray(
  fc.record({ group: hostileText, processes: fc.subarray([...INTERFERING]) }),
  { selector: ({ group }) => group, maxLength: 3 },
)

export const outList: fc.Arbitrary<OutList> = fc
  .tuple(
    fc.record(
      {
        sequence: fc.integer({ min: 0, max: 100_000 }),
        rolloutId: hostileText,
        strategy: fc.constantFrom('in-place', 'blue-green'),
        direction: fc.constantFrom('forward' as const, 'rollback' as const),
        version,
        previousVersion: version,
        batch: fc.integer({ min: 0, max: 5000 }),
        batches: fc.integer({ min: 0, max: 5000 }),
        shift,
        remoteUpdates: fc.array(hostileText, { maxLength: 3 }),
      },
      { requiredKeys: ['sequence', 'rolloutId', 'strategy', 'direction', 'version', 'batch', 'batches'] },
    ),
    servers,
    fc.array(fc.nat(), { maxLength: 4 }),
    fc.option(
      fc.tuple(suspensions, fc.array(fc.nat(), { maxLength: 4 }), fc.subarray([...GROUPS, 'no arn'])),
      { nil: undefined },
    ),
  )
  .map(([list, all, chosen, scaling]) => {
    // The mark that is the id of the rollout itself is written in another way.
    const marks = list.remoteUpdates?.map((mark, index) => (index === chosen[0] ? list.rolloutId : mark))
    const someOf = (indexes: readonly number[]) => [
      ...new Set(indexes.flatMap((index) => all[index % all.length]?.id ?? [])),
    ]
    const inDoubt = someOf(chosen)
    const [suspended = [], strangers = [], arns = []] = scaling ?? []
    const others = someOf(strangers)
    const targetGroups = arns.length === 0 ? {} : { targetGroupArns: arns }
    const members = all.map(({ id }) => id).filter((id) => !others.includes(id))
    return {
      ...list,
      servers: all,
      ...(inDoubt.length === 0 ? {} : { inDoubt }),
      ...(marks === undefined ? {} : { remoteUpdates: marks }),
      ...(scaling === undefined ? {} : { autoScaling: { suspended, members, ...targetGroups } }),
    }
  })

const time = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000)
const rolloutId = fc.oneof(
  fc.constantFrom('20261123T065814Z-12345678901-1-a1b2c3', 'x y'),
  fc.string({ unit: 'binary', maxLength: 9 }),
)

export const owner: fc.Arbitrary<Owner> = fc.record(
  {
    rolloutId,
    nonce: fc.oneof(hex(16), fc.string({ unit: 'binary', minLength: 1, maxLength: 11 })),
    mode: fc.constantFrom('deploy' as const, 'rollback' as const, 'promote' as const, 'recover' as const),
    job: fc.record({
      runId: fc.constantFrom('12345678901', '1', 'a b'),
      attempt: fc.constantFrom('1', '12', ''),
      job: fc.oneof(
        fc.constantFrom('deploy', 'j'.repeat(99), '-_-'),
        fc.string({ unit: 'binary', maxLength: 18 }),
      ),
    }),
    due: time,
  },
  { requiredKeys: ['rolloutId', 'nonce', 'mode', 'due'] },
)

export const ledger: fc.Arbitrary<Ledger> = fc.record(
  {
    holds: version,
    before: version,
    rolloutId,
    at: time,
    partner: fc.constantFrom('green', 'b'.repeat(32), 'ü'),
    updateMs: fc.nat(999_999).map((seconds) => seconds * 1_000),
    last: fc.record(
      {
        rolloutId,
        outcome: fc.constantFrom('succeeded' as const, 'rolled-back' as const, 'interrupted' as const),
      },
      { requiredKeys: ['rolloutId'] },
    ),
  },
  { requiredKeys: [] },
)

/** Instances in the first two groups, on two ports of each. */
export function instances(count: number, from = 0): Server[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `i-0${scattered(from + index)}`
    const targets = [80, 443].map((port) => ({ id, port }))
    return {
      id,
      registrations: GROUPS.slice(0, 2).flatMap((groupArn) =>
        targets.map((target) => ({ groupArn, target })),
      ),
    }
  })
}

export const list = (change: Partial<OutList> = {}): OutList => ({
  sequence: 1,
  rolloutId: '20261123T065814Z-12345678901-1-a1b2c3',
  strategy: 'in-place',
  direction: 'forward',
  version: '1.0.2',
  previousVersion: '1.0.1',
  batch: 1,
  batches: 2,
  servers: instances(2),
  ...change,
})

/** A list says nothing by the order of its servers and routes. */
const sortedScaling = ({ suspended, members, targetGroupArns }: AutoScalingRecord): AutoScalingRecord => ({
  ...(targetGroupArns === undefined ? {} : { targetGroupArns: targetGroupArns.toSorted() }),
  suspended: suspended.toSorted((a, b) => (a.group < b.group ? -1 : 1)),
  members: members.toSorted(),
})

export const sorted = (given: OutList | undefined): OutList | undefined =>
  given && {
    ...given,
    servers: given.servers.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    ...(given.inDoubt === undefined ? {} : { inDoubt: given.inDoubt.toSorted() }),
    ...(given.shift === undefined ? {} : { shift: sortedShift(given.shift) }),
    ...(given.autoScaling === undefined ? {} : { autoScaling: sortedScaling(given.autoScaling) }),
  }
