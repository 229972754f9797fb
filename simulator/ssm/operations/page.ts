import { senderError } from '../../aws-error.ts'
import { integer, text } from '../../operations/shape.ts'

/** The parameters of every operation that answers in pages. */
export const paging = { MaxResults: integer(1, 50), NextToken: text }

export interface Asked {
  readonly MaxResults?: number
  readonly NextToken?: string
}

/** One page of `items`; the token is opaque to the caller. */
export function pageOf<T>(
  items: readonly T[],
  { MaxResults = 50, NextToken }: Asked,
): { readonly items: readonly T[]; readonly next: { NextToken?: string } } {
  const start = NextToken === undefined ? 0 : indexIn(NextToken)
  const end = start + MaxResults
  const next = end < items.length ? { NextToken: Buffer.from(`from ${end}`).toString('base64url') } : {}
  return { items: items.slice(start, end), next }
}

function indexIn(token: string): number {
  const index = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  if (index === undefined) throw senderError('InvalidNextToken', 'The specified token is not valid.')
  return Number(index)
}
