import { type BitReader, type BitWriter, golomb } from './bits.ts'

const ORDER_WIDTH = 7

/** Numbers that never fall, each as its distance from the one before. */
export function writeSorted(bits: BitWriter, numbers: readonly bigint[]): void {
  const gaps = numbers.map((number, index) => number - (numbers[index - 1] ?? 0n))
  bits.number(gaps.length, 0)
  if (gaps.length === 0) return
  const order = orderFor(gaps)
  bits.fixed(order, ORDER_WIDTH)
  for (const gap of gaps) bits.number(gap, order)
}

/** Of at most `width` bits each. */
export function readSorted(bits: BitReader, width: number): bigint[] {
  const numbers: bigint[] = []
  const count = bits.number(0)
  if (count === 0n) return numbers
  const order = Number(bits.fixed(ORDER_WIDTH))
  let number = 0n
  for (let index = 0n; index < count; index++) {
    number += bits.number(order)
    if (number >> BigInt(width) !== 0n) throw new RangeError('no such number')
    numbers.push(number)
  }
  return numbers
}

/** The cheapest of those about the size of the middle gap; the few large ones (from one subnet to the next) cost little. */
function orderFor(gaps: readonly bigint[]): number {
  const sorted = [...gaps].sort((a, b) => (a < b ? -1 : 1))
  const middle = (sorted[sorted.length >> 1] as bigint).toString(2).length
  const cost = (order: number) => gaps.reduce((sum, gap) => sum + golomb(gap, order).length, 0)
  const orders = [-4, -3, -2, -1, 0, 1].map((step) => Math.min(Math.max(middle + step, 0), 127))
  const costs = orders.map(cost)
  return orders[costs.indexOf(Math.min(...costs))] as number
}
