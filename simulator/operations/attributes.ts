import { list, structure, text } from './shape.ts'

/** Attributes as requests give them. */
export const attributeList = list(structure({ Key: text }, { Value: text }))

/** Attributes as answers show them. */
export function shownAttributes(attributes: Iterable<readonly [key: string, value: string]>): object[] {
  return Array.from(attributes, ([Key, Value]) => ({ Key, Value }))
}
