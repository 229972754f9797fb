import { isIPv4, isIPv6 } from 'node:net'
import type { BitReader, BitWriter } from './bits.ts'
import { readSorted, writeSorted } from './sorted-numbers.ts'

/** A way to write ids as numbers of so many bits. */
interface Form {
  readonly width: number
  /** May give any number for an id that is not of this form: what does not come back as it was is not taken. */
  toNumber(id: string): bigint
  toId(number: bigint): string
}

const instance = (digits: number): Form => ({
  width: digits * 4,
  toNumber: (id) => (/^i-[\da-f]+$/.test(id) ? BigInt(`0x${id.slice(2)}`) : 0n),
  toId: (number) => `i-${number.toString(16).padStart(digits, '0')}`,
})

const ipv4: Form = {
  width: 32,
  toNumber: (id) => (isIPv4(id) ? id.split('.').reduce((sum, part) => (sum << 8n) + BigInt(part), 0n) : 0n),
  toId: (number) => [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 255n).join('.'),
}

const ipv6: Form = {
  width: 128,
  toNumber(id) {
    if (!isIPv6(id) || /[.%]/.test(id)) return 0n
    const [head = [], tail = []] = id.split('::').map((half) => half.split(':').filter(Boolean))
    const parts = [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail]
    return parts.reduce((sum, part) => (sum << 16n) + BigInt(`0x${part}`), 0n)
  },
  toId(number) {
    const parts = number.toString(16).padStart(32, '0').match(/.{4}/g) ?? []
    // It knows the short form of RFC 5952.
    return new URL(`http://[${parts.join(':')}]`).hostname.slice(1, -1)
  },
}

const FORMS: readonly Form[] = [instance(17), instance(8), ipv4, ipv6]

/** Of which form, and where in the order in which ids are written. */
export interface Place {
  /** `FORMS.length` when it is of none: then the id is written as text. */
  readonly form: number
  readonly number: bigint
}

export function placeOf(id: string): Place {
  for (const [form, { width, toNumber, toId }] of FORMS.entries()) {
    const number = toNumber(id)
    if (number >> BigInt(width) === 0n && toId(number) === id) return { form, number }
  }
  return { form: FORMS.length, number: 0n }
}

/**
 * In the order of their places. Sorted, a random id costs what tells it from its neighbours: of 500 instances nearly eight
 * bits less each.
 */
export function writeIds(bits: BitWriter, ids: readonly string[]): void {
  const placed = ids.map((id) => ({ id, ...placeOf(id) }))
  for (const form of FORMS.keys()) {
    const numbers = placed.filter((one) => one.form === form).map((one) => one.number)
    writeSorted(bits, numbers)
  }
  const texts = placed.filter((one) => one.form === FORMS.length)
  bits.number(texts.length, 0)
  for (const { id } of texts) bits.text(id)
}

export function readIds(bits: BitReader): string[] {
  const ids: string[] = []
  for (const { toId, width } of FORMS) ids.push(...readSorted(bits, width).map(toId))
  const count = bits.number(0)
  for (let index = 0n; index < count; index++) ids.push(bits.text())
  return ids
}
