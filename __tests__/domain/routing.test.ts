import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { GroupWeight, Route, RouteAction } from '../../src/domain/routing.ts'
import {
  difference,
  forwardOf,
  isAttached,
  sameActions,
  weightOf,
  weightsText,
  withWeights,
} from '../../src/domain/routing.ts'

const arnOf = (name: string) =>
  `arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/${name}/0123456789abcdef`
const [BLUE, GREEN] = [arnOf('blue'), arnOf('green')] as const

const weight = fc.integer({ min: 0, max: 999 })
const groups: fc.Arbitrary<GroupWeight[]> = fc
  .uniqueArray(fc.constantFrom('blue', 'green', 'other-1', 'other-2', 'other-3'), { minLength: 1 })
  .chain((names) =>
    fc.tuple(...names.map((name) => weight.map((value) => ({ arn: arnOf(name), weight: value })))),
  )

const forward: fc.Arbitrary<RouteAction> = fc
  .record({
    groups,
    order: fc.option(fc.integer({ min: 1, max: 50_000 }), { nil: undefined }),
    seconds: fc.option(fc.integer({ min: 1, max: 604_800 }), { nil: undefined }),
  })
  .map(({ groups: given, order, seconds }) => ({
    kind: 'forward' as const,
    ...(order === undefined ? {} : { order }),
    groups: given,
    stickiness: seconds === undefined ? { enabled: false } : { enabled: true, seconds },
  }))

const other: fc.Arbitrary<RouteAction> = fc
  .record({
    type: fc.constantFrom('authenticate-oidc', 'jwt-validation'),
    settings: fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<Record<string, unknown>>,
  })
  .map((action) => ({ kind: 'other' as const, ...action }))

const route: fc.Arbitrary<Route> = fc
  .tuple(fc.array(other, { maxLength: 2 }), forward)
  .map(([before, last]) => ({
    arn: 'listener',
    listenerArn: 'listener',
    name: 'HTTP:80',
    actions: [...before, last],
  }))

const wanted = (blue: number, green: number, stickiness: 'as-it-is' | 'needed' = 'as-it-is') => ({
  weights: [
    { arn: BLUE, weight: blue },
    { arn: GREEN, weight: green },
  ],
  stickiness,
})

const others = (one: Route) =>
  (forwardOf(one)?.groups ?? []).filter(({ arn }) => arn !== BLUE && arn !== GREEN)

describe('withWeights', () => {
  test('sets what is wanted, and leaves everything else as it is', () => {
    fc.assert(
      fc.property(route, weight, weight, (before, blue, green) => {
        const after = withWeights(before, wanted(blue, green))
        expect([weightOf(after, BLUE), weightOf(after, GREEN)]).toEqual([blue, green])
        expect(others(after)).toEqual(others(before))
        expect(after.actions.slice(0, -1)).toEqual(before.actions.slice(0, -1))
        expect({ ...forwardOf(after), groups: [] }).toEqual({ ...forwardOf(before), groups: [] })
      }),
    )
  })

  test('twice is once, and back is where it was', () => {
    fc.assert(
      fc.property(route, weight, weight, (before, blue, green) => {
        const after = withWeights(before, wanted(blue, green))
        expect(withWeights(after, wanted(blue, green))).toEqual(after)
        const home = wanted(weightOf(before, BLUE), weightOf(before, GREEN))
        const isBack = sameActions(withWeights(after, home), before)
        expect(isBack).toBe(isAttached(before, BLUE) && isAttached(before, GREEN))
      }),
    )
  })

  test('keeps stickiness that is there, and switches it on for the shortest time where it is needed', () => {
    fc.assert(
      fc.property(route, (before) => {
        const { enabled, seconds } = forwardOf(before)?.stickiness ?? { enabled: false }
        const after = forwardOf(withWeights(before, wanted(1, 0, 'needed')))?.stickiness
        expect(after).toEqual(enabled ? { enabled, seconds } : { enabled: true, seconds: 1 })
      }),
    )
  })

  test('leaves a route alone that forwards nowhere', () => {
    const redirect: Route = {
      arn: 'rule',
      listenerArn: 'listener',
      name: 'HTTP:80 rule 1',
      actions: [{ kind: 'other', type: 'redirect', settings: { StatusCode: 'HTTP_301' } }],
    }
    expect(withWeights(redirect, wanted(1, 0))).toBe(redirect)
  })
})

describe('sameActions', () => {
  test('does not mind the order of groups, of members, nor the numbers of the order', () => {
    fc.assert(
      fc.property(route, (one) => {
        const shuffled: Route = {
          ...one,
          actions: one.actions.map((action, index) =>
            action.kind === 'forward'
              ? { ...action, order: index + 7, groups: action.groups.toReversed() }
              : { ...action, settings: Object.fromEntries(Object.entries(action.settings).toReversed()) },
          ),
        }
        expect(sameActions(one, shuffled)).toBe(true)
      }),
    )
  })

  test('minds a weight, a group, stickiness, and what stands before', () => {
    fc.assert(
      fc.property(route, weight, (one, value) => {
        const isSame = weightOf(one, BLUE) === value && isAttached(one, BLUE)
        const changed = withWeights(one, { weights: [{ arn: BLUE, weight: value }], stickiness: 'as-it-is' })
        expect(sameActions(one, changed)).toBe(isSame)
        expect(sameActions(one, { ...one, actions: [...one.actions, ...one.actions] })).toBe(false)
      }),
    )
  })

  test('is an equivalence', () => {
    fc.assert(
      fc.property(route, route, (one, two) => {
        expect(sameActions(one, one)).toBe(true)
        expect(sameActions(one, two)).toBe(sameActions(two, one))
      }),
    )
  })
})

describe('difference', () => {
  test('says something exactly when something is other, and never an ARN', () => {
    fc.assert(
      fc.property(route, route, (expected, seen) => {
        const text = difference(expected, seen)
        expect(text === '').toBe(sameActions(expected, seen))
        expect(text).not.toContain('arn:')
      }),
    )
  })

  test('names what has changed', () => {
    const [before] = fc.sample(route, { numRuns: 1, seed: 1 }) as [Route]
    const base = withWeights(before, wanted(90, 10))
    expect(difference(base, withWeights(base, wanted(50, 50)))).toMatch(
      /^HTTP:80 forwards to .*(blue 50|green 50).* instead of .*(blue 90|green 10)/,
    )
    expect(difference(base, { ...base, actions: [] })).toMatch(/forwards to no group instead of/)
  })

  test('names stickiness although the groups stand in another order', () => {
    const make = (arns: readonly string[], seconds: number): Route => ({
      arn: 'listener',
      listenerArn: 'listener',
      name: 'HTTP:80',
      actions: [
        {
          kind: 'forward',
          groups: arns.map((arn) => ({ arn, weight: 1 })),
          stickiness: { enabled: true, seconds },
        },
      ],
    })
    expect(difference(make([BLUE, GREEN], 1), make([GREEN, BLUE], 60))).toBe(
      'the group stickiness of HTTP:80 is 60 s instead of 1 s',
    )
  })

  test('shows weights as people know them', () => {
    const [one] = fc.sample(route, { numRuns: 1, seed: 3 }) as [Route]
    expect(weightsText(withWeights(one, wanted(90, 10)))).toMatch(/blue 90/)
  })
})
