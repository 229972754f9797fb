import { validationError } from '../aws-error.ts'

export interface AttributeRule {
  readonly initial: string
  isValid(value: string): boolean
}

export type AttributeRules = Readonly<Record<string, AttributeRule>>

export function count(initial: number, [least, most]: readonly [number, number]): AttributeRule {
  return { initial: String(initial), isValid: (value) => isCount(value, least, most) }
}

export function choice(initial: string, ...others: string[]): AttributeRule {
  return { initial, isValid: (value) => value === initial || others.includes(value) }
}

export function countOrOff(initial: string, [least, most]: readonly [number, number]): AttributeRule {
  return { initial, isValid: (value) => value === 'off' || isCount(value, least, most) }
}

/** Zero, meaning off, or a count in the range. */
export function countOrZero(range: readonly [number, number]): AttributeRule {
  return { initial: '0', isValid: (value) => value === '0' || isCount(value, ...range) }
}

export function flag(initial: boolean): AttributeRule {
  return initial ? choice('true', 'false') : choice('false', 'true')
}

export function freeText(initial = ''): AttributeRule {
  return { initial, isValid: () => true }
}

export function initialAttributes(rules: AttributeRules): Map<string, string> {
  return new Map(Object.entries(rules).map(([key, rule]) => [key, rule.initial]))
}

/** Refuses keys and values the API does not know; the code for it is not documented, ValidationError is assumed. */
export function checkAttribute(rules: AttributeRules, key: string, value: string): void {
  const rule = rules[key]
  if (!rule) throw validationError(`The attribute key '${key}' is not recognized`)
  if (!rule.isValid(value))
    throw validationError(`'${value}' is not a valid value for the attribute '${key}'`)
}

function isCount(value: string, least: number, most: number): boolean {
  return /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most
}
