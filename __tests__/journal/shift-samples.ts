import fc from 'fast-check'
import type { RouteBefore, Shift } from '../../src/domain/journal.ts'
import { arnOf, GROUPS, hex, hostileText, ROUTE_PREFIX, scattered } from './ids.ts'

const groupArn = fc.oneof(fc.constantFrom(...GROUPS, 'no arn', '+', ''), hostileText)

const id = fc.oneof(
  hex(16),
  fc.constantFrom('0000000000000000', 'ffffffffffffffff', 'f', '0123456789ABCDEF', ''),
)
const kind = fc.constantFrom('listener', 'listener-rule', 'loadbalancer')
const path = fc.constantFrom('app/web/0123456789abcdef', 'net/tcp/fedcba9876543210', 'app', 'ä', '/')
const routeArn = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(kind, path, fc.array(id, { minLength: 1, maxLength: 3 }))
      .map(([what, where, ids]) => `${ROUTE_PREFIX}${what}/${where}/${ids.join('/')}`),
  },
  fc.constantFrom(
    ROUTE_PREFIX,
    'arn:aws-cn:elasticloadbalancing:cn-north-1:1:listener/app/web/1/2',
    '',
    '+',
    '=',
  ),
  hostileText,
)

export const shift: fc.Arbitrary<Shift> = fc.record({
  state: fc.constantFrom('under-way' as const, 'held' as const, 'ended' as const),
  base: fc.integer({ min: 0, max: 1000 }),
  blueServers: fc.integer({ min: 0, max: 5000 }),
  blue: groupArn,
  green: groupArn,
  routes: fc.uniqueArray(fc.record({ arn: routeArn, weight: fc.integer({ min: 0, max: 999 }) }), {
    selector: ({ arn }) => arn,
    maxLength: 60,
  }),
})

const LOAD_BALANCER = 'app/web-production/0a1b2c3d4e5f6071'

/** The default action of a listener, and rules of it. */
export function routes(count: number, weightOf: (index: number) => number = () => 100): RouteBefore[] {
  const listener = scattered(7_000_000)
  return Array.from({ length: count }, (_, index) => {
    const rule = `${ROUTE_PREFIX}listener-rule/${LOAD_BALANCER}/${listener}/${scattered(8_000_000 + index)}`
    const arn = index === 0 ? `${ROUTE_PREFIX}listener/${LOAD_BALANCER}/${listener}` : rule
    return { arn, weight: weightOf(index) }
  })
}

export const shiftOf = (before: readonly RouteBefore[], change: Partial<Shift> = {}): Shift => ({
  state: 'under-way',
  base: 0,
  blueServers: 12,
  blue: arnOf('web-blue', scattered(9_000_001)),
  green: arnOf('web-green', scattered(9_000_002)),
  routes: before,
  ...change,
})

export const sortedShift = (given: Shift): Shift => ({
  ...given,
  routes: given.routes.toSorted((a, b) => (a.arn < b.arn ? -1 : 1)),
})
