import fc from 'fast-check'

export const ROUTE_PREFIX = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:'
export const arnOf = (name: string, id = '0123456789abcdef'): string =>
  `${ROUTE_PREFIX}targetgroup/${name}/${id}`
export const GROUPS = [arnOf('web'), arnOf('api', 'fedcba9876543210'), arnOf('admin', '00000000deadbeef')]

export const hex = (digits: number) =>
  fc
    .array(fc.integer({ min: 0, max: 15 }), { minLength: digits, maxLength: digits })
    .map((all) => all.map((digit) => digit.toString(16)).join(''))

export const hostileText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 45 }),
  fc.string({ minLength: 1, maxLength: 90 }),
  fc.constantFrom(
    '1.0.2',
    'unknown',
    '=',
    '=MS4w',
    ' a',
    'a ',
    'a  b',
    'main build 7',
    '{"a": 1}',
    '\n',
    '::error::x',
  ),
)

/** Sixteen digits that look like chance, always the same for the same number. */
export function scattered(number: number): string {
  const mixed = BigInt.asUintN(64, (BigInt(number) + 1n) * 0x9e3779b97f4a7c15n)
  const more = BigInt.asUintN(64, (mixed ^ (mixed >> 31n)) * 0xbf58476d1ce4e5b9n)
  return BigInt.asUintN(64, more ^ (more >> 27n))
    .toString(16)
    .padStart(16, '0')
}
