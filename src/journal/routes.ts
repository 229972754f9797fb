import type { RouteBefore } from '../domain/journal.ts'
import { longArn, shortArn } from './arns.ts'
import type { BitReader, BitWriter } from './bits.ts'
import { Dictionary, readDictionary, widthFor } from './dictionary.ts'
import { readSorted, writeSorted } from './sorted-numbers.ts'

/** What the ids in an ARN add up to: that of the listener; of the listener and the rule. */
const KINDS = [
  { head: 'listener/', form: /^listener\/(.+)\/([\da-f]{16})$/, width: 64 },
  { head: 'listener-rule/', form: /^listener-rule\/(.+)\/([\da-f]{16})\/([\da-f]{16})$/, width: 128 },
] as const

const WEIGHT_WIDTH = 10

interface Place {
  /** `app/web/0123456789abcdef`: a path of a load balancer, the same for all of its routes. */
  readonly path: string
  readonly kind: number
  readonly number: bigint
}

/**
 * The routes by load balancer and kind, each by its ids as one number: sorted, the rules of a listener differ in the last
 * 64 bits, and of 200 of them nearly eight bits less are written of each. Routes of any other form follow as text. Then the
 * weights, in this order.
 */
export function writeRoutes(bits: BitWriter, routes: readonly RouteBefore[], arnPrefix: string): void {
  const root = rootOf(arnPrefix)
  const all = routes.map((route) => ({ ...route, place: placeOf(route.arn, root) }))
  const placed = all.flatMap(({ place, weight }) => (place === undefined ? [] : { ...place, weight }))
  const others = all.filter(({ place }) => place === undefined)
  placed.sort(byPlace)
  others.sort((a, b) => (a.arn < b.arn ? -1 : 1))
  const paths = new Dictionary(placed.map(({ path }) => path))
  paths.write(bits)
  for (const path of paths.texts) {
    for (const kind of KINDS.keys()) {
      const those = placed.filter((one) => one.path === path && one.kind === kind)
      const numbers = those.map(({ number }) => number)
      writeSorted(bits, numbers)
    }
  }
  bits.number(others.length, 0)
  for (const { arn } of others) bits.text(shortArn(arn, root))
  const weights = [...placed, ...others].map(({ weight }) => weight)
  writeWeights(bits, weights)
}

export function readRoutes(bits: BitReader, arnPrefix: string): RouteBefore[] {
  const root = rootOf(arnPrefix)
  const arns: string[] = []
  for (const path of readDictionary(bits)) {
    for (const [kind, { width }] of KINDS.entries()) {
      for (const number of readSorted(bits, width)) arns.push(root + restOf({ path, kind, number }))
    }
  }
  for (let count = bits.number(0); count > 0n; count--) arns.push(longArn(bits.text(), root))
  const weights = readWeights(bits, arns.length)
  return arns.map((arn, index) => ({ arn, weight: weights[index] as number }))
}

/** Few different ones, as a rule. */
function writeWeights(bits: BitWriter, weights: readonly number[]): void {
  const different = [...new Set(weights)].sort((a, b) => a - b)
  writeSorted(bits, different.map(BigInt))
  for (const weight of weights) bits.fixed(different.indexOf(weight), widthFor(different.length))
}

function readWeights(bits: BitReader, count: number): number[] {
  const different = readSorted(bits, WEIGHT_WIDTH).map(Number)
  return Array.from({ length: count }, () => {
    const weight = different[Number(bits.fixed(widthFor(different.length)))]
    if (weight === undefined) throw new RangeError('names what is not there')
    return weight
  })
}

/** A target group, its listeners and their rules are of one account and region. */
const rootOf = (arnPrefix: string): string => arnPrefix.replace(/targetgroup\/$/, '')

function placeOf(arn: string, root: string): Place | undefined {
  if (root === '' || !arn.startsWith(root)) return undefined
  for (const [kind, { form }] of KINDS.entries()) {
    const [, path, ...ids] = form.exec(arn.slice(root.length)) ?? []
    if (path !== undefined) return { path, kind, number: BigInt(`0x${ids.join('')}`) }
  }
  return undefined
}

function restOf({ path, kind, number }: Place): string {
  const { head, width } = KINDS[kind] as (typeof KINDS)[number]
  const digits = number.toString(16).padStart(width / 4, '0')
  return [head + path, ...(digits.match(/.{16}/g) ?? [])].join('/')
}

function byPlace(a: Place, b: Place): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1
  if (a.kind !== b.kind) return a.kind - b.kind
  if (a.number === b.number) return 0
  return a.number < b.number ? -1 : 1
}
