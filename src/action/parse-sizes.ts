import { type Size, showSize } from '../domain/settings.ts'
import type { Parser } from './parse.ts'

const SIZE_FORMS = 'a number of servers (2) or a share (25%)'
const SIZES_FORMS = 'a number of servers (2), a share (25%), or a list that grows (1, 25%, 50%)'

interface SizeLimits {
  /** Least count, and least percentage. */
  readonly least: 0 | 1
}

export function size(limits: SizeLimits): Parser<Size> {
  return (text) => {
    const value = readSize(text, limits)
    return value === undefined ? { accepted: `give ${SIZE_FORMS}` } : { value }
  }
}

/** `1, 25%, 50%`: never empty, and never smaller than before, as far as that can be told without knowing the fleet. */
export function sizes(limits: SizeLimits): Parser<readonly Size[]> {
  return (text) => {
    const value: Size[] = []
    for (const item of text.split(',').map((part) => part.trim())) {
      const next = readSize(item, limits)
      if (next === undefined) return { accepted: `give ${SIZES_FORMS}`, culprit: item }
      const before = value.findLast((earlier) => amount(earlier, next) > amount(next, next))
      if (before !== undefined) {
        return { accepted: `give ${SIZES_FORMS}; ${showSize(next)} comes after ${showSize(before)}` }
      }
      value.push(next)
    }
    return { value }
  }
}

function readSize(text: string, { least }: SizeLimits): Size | undefined {
  const [, digits, percent] = /^(\d{1,6})(%?)$/.exec(text) ?? []
  const amount = Number(digits)
  if (digits === undefined || amount < least) return undefined
  if (percent === '') return { count: amount }
  return amount <= 100 ? { percent: amount } : undefined
}

/** Counts compare with counts only, shares with shares only; 0 where they do not compare. */
function amount(size: Size, like: Size): number {
  if ('count' in size) return 'count' in like ? size.count : 0
  return 'percent' in like ? size.percent : 0
}
