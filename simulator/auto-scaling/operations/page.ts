import { senderError } from '../../aws-error.ts'
import { text } from '../../operations/shape.ts'

/** The parameters of every operation that answers in pages, but for how many. */
export const paging = { NextToken: text }

interface Asked {
  readonly NextToken?: string
  readonly MaxRecords?: number
  readonly most: number
}

/** One page; the token is opaque to the caller. */
export function pageOf<T>(
  items: readonly T[],
  { NextToken, MaxRecords, most }: Asked,
): { items: readonly T[]; next: { NextToken?: string } } {
  const start = NextToken === undefined ? 0 : indexIn(NextToken)
  const end = start + Math.min(MaxRecords ?? most, most)
  return { items: items.slice(start, end), next: end < items.length ? { NextToken: tokenAt(end) } : {} }
}

const tokenAt = (index: number): string => Buffer.from(`from ${index}`).toString('base64url')

function indexIn(token: string): number {
  const index = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  if (index === undefined) throw senderError('InvalidNextToken', 'The token is not valid')
  return Number(index)
}
