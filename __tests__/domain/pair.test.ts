import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Snapshot, TargetGroup } from '../../src/domain/fleet.ts'
import type { Shift } from '../../src/domain/journal.ts'
import { shareAtFirst, shiftToGoOnWith, stageOf } from '../../src/domain/pair.ts'
import type { GroupWeight, Route } from '../../src/domain/routing.ts'
import type { Settings } from '../../src/domain/settings.ts'

const arnOf = (name: string) =>
  `arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/${name}/0123456789abcdef`
const [ONE, TWO, OTHER] = ['one', 'two', 'other'].map(arnOf) as [string, string, string]

const routeOf = (index: number, groups: readonly GroupWeight[]): Route => ({
  arn: `rule-${index}`,
  listenerArn: `listener-${index % 3}`,
  name: `HTTP:80 rule ${index}`,
  actions: [{ kind: 'forward', groups, stickiness: { enabled: false } }],
})

const settingsOf = (change: Partial<Settings> = {}) =>
  ({ mode: 'deploy', testListenerArns: [], ...change }) as unknown as Settings

function snapshotOf(arns: readonly string[], routes: readonly Route[], shift?: Shift): Snapshot {
  const groups = arns.map((arn) => ({ arn, name: arn }) as unknown as TargetGroup)
  const written = shift === undefined ? {} : { written: { shift } as never }
  return {
    groups,
    unknownGroupArns: [],
    loadBalancers: [],
    health: new Map(),
    unlisted: [],
    routing: { listeners: [], routes, holds: new Map(), ...written },
  }
}

const weight = fc.integer({ min: 0, max: 999 })
const routes: fc.Arbitrary<Route[]> = fc
  .array(fc.tuple(weight, weight, fc.option(weight, { nil: undefined })), { minLength: 1, maxLength: 6 })
  .map((all) =>
    all.map(([one, two, other], index) =>
      routeOf(index, [
        { arn: ONE, weight: one },
        { arn: TWO, weight: two },
        ...(other === undefined ? [] : [{ arn: OTHER, weight: other }]),
      ]),
    ),
  )

const total = (all: readonly Route[], arn: string) =>
  all
    .flatMap(({ actions }) => actions.flatMap((action) => (action.kind === 'forward' ? action.groups : [])))
    .filter((group) => group.arn === arn)
    .reduce((sum, group) => sum + group.weight, 0)

describe('who is live', () => {
  test('is said only when every route gives all of its weight to one and the same group', () => {
    fc.assert(
      fc.property(routes, (all) => {
        const stage = stageOf(settingsOf(), snapshotOf([ONE, TWO], all))
        if ('problems' in stage)
          return expect(stage.problems.every((problem) => problem.length > 0)).toBe(true)
        expect(total(all, stage.pair.green) + total(all, OTHER)).toBe(0)
        expect(stage.routes.every((route) => total([route], stage.pair.blue) > 0)).toBe(true)
      }),
    )
  })

  test('is found wherever it is so', () => {
    const positive = fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(positive, fc.boolean(), (all, isFirst) => {
        const [live, idle] = isFirst ? [ONE, TWO] : [TWO, ONE]
        const given = all.map((value, index) =>
          routeOf(index, [
            { arn: live, weight: value },
            { arn: idle, weight: 0 },
          ]),
        )
        const stage = stageOf(settingsOf(), snapshotOf([ONE, TWO], given))
        expect(stage).toEqual({ pair: { blue: live, green: idle }, routes: given })
      }),
    )
  })

  test('does not depend on the order in which the groups are given', () => {
    fc.assert(
      fc.property(routes, (all) => {
        const [one, two] = [
          [ONE, TWO],
          [TWO, ONE],
        ].map((arns) => stageOf(settingsOf(), snapshotOf(arns, all)))
        expect('problems' in (one ?? {})).toBe('problems' in (two ?? {}))
        if (one !== undefined && !('problems' in one)) expect(two).toEqual(one)
      }),
    )
  })

  test('is not asked of listeners that show green to testers', () => {
    fc.assert(
      fc.property(routes, (all) => {
        const testListenerArns = ['listener-0', 'listener-1', 'listener-2']
        const live = { ...routeOf(9, [{ arn: ONE, weight: 1 }]), listenerArn: 'listener-9' }
        const stage = stageOf(settingsOf({ testListenerArns }), snapshotOf([ONE, TWO], [...all, live]))
        expect(stage).toEqual({ pair: { blue: ONE, green: TWO }, routes: [live] })
      }),
    )
  })
})

describe('a shift that is written down', () => {
  const shiftOf = (state: Shift['state'], base: number): Shift => ({
    blue: TWO,
    green: ONE,
    state,
    base,
    blueServers: 2,
    routes: [{ arn: 'rule-0', weight: 7 }],
  })

  test.each(['under-way', 'held'] as const)(
    '%s: decides who is who, whatever the weights are, on its own routes',
    (state) => {
      fc.assert(
        fc.property(routes, (all) => {
          const stage = stageOf(
            settingsOf({ mode: 'recover' }),
            snapshotOf([ONE, TWO], all, shiftOf(state, 100)),
          )
          expect(stage).toEqual({ pair: { blue: TWO, green: ONE }, routes: all.slice(0, 1) })
        }),
      )
    },
  )

  test.each([
    ['deploy', 'under-way', 0, undefined],
    ['deploy', 'held', 100, 100],
    ['deploy', 'ended', 0, 0],
    ['promote', 'held', 333, 333],
    ['rollback', 'held', 100, 100],
    ['rollback', 'ended', 0, 1000],
    ['rollback', 'under-way', 100, undefined],
    ['recover', 'ended', 0, 0],
  ] as const)('%s of one that is %s: the share at first', (mode, state, base, expected) => {
    const snapshot = snapshotOf([ONE, TWO], [], shiftOf(state, base))
    expect(shareAtFirst(settingsOf({ mode }), snapshot)).toBe(expected)
    const isOver = state === 'ended' && mode !== 'rollback'
    expect(shiftToGoOnWith(settingsOf({ mode }), snapshot) === undefined).toBe(isOver)
  })
})
