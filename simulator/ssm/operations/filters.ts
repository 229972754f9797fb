import { senderError } from '../../aws-error.ts'
import { list, structure, text } from '../../operations/shape.ts'

/** `Filters` of the operations that list. */
export const filters = list(structure({ key: text, value: text }, {}), 5)

export interface Filter {
  readonly key: string
  readonly value: string
}

export interface Filtered {
  readonly requestedAt: number
  readonly status: string
  readonly detail: string
  readonly documentName: string
  readonly isComplete: boolean
}

/** Whether something listed passes every filter. */
export function passes(item: Filtered, asked: readonly Filter[]): boolean {
  return asked.every(({ key, value }) => passesOne(item, key, value))
}

function passesOne(item: Filtered, key: string, value: string): boolean {
  if (key === 'InvokedAfter') return item.requestedAt > timeOf(value)
  if (key === 'InvokedBefore') return item.requestedAt < timeOf(value)
  if (key === 'Status') return item.status === value || item.detail === value
  if (key === 'DocumentName') return item.documentName === value
  if (key === 'ExecutionStage') return item.isComplete === (value === 'Complete')
  throw senderError('InvalidFilterKey', `The specified key is not valid: ${key}`)
}

function timeOf(value: string): number {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) return Date.parse(value)
  throw senderError('ValidationException', `${value} is not a timestamp`)
}
