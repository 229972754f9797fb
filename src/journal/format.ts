/** The format that is written here. Every value begins with it, or lies beside one that does. */
export const FORMAT = 1

export type Unreadable =
  | { readonly problem: 'damaged' }
  /** Whole, but beyond this version of the action; the format, where it says so. */
  | { readonly problem: 'newer'; readonly format?: number }

export type Read<T> = { readonly value: T } | Unreadable

export const DAMAGED: Unreadable = { problem: 'damaged' }
export const NEWER: Unreadable = { problem: 'newer' }

/** What forbids to go on reading, judged by the number that the value begins with. */
export function formatProblem(value: string): Unreadable | undefined {
  const [, digits] = /^(\d{1,3})[ .]/.exec(value) ?? []
  const format = Number(digits ?? 0)
  if (format > FORMAT) return { problem: 'newer', format }
  return format === FORMAT ? undefined : DAMAGED
}
