import { senderError } from '../aws-error.ts'

/** Opaque to the caller. */
export const tokenAt = (index: number): string => Buffer.from(`from ${index}`).toString('base64url')

export function indexIn(token: string | undefined): number {
  if (token === undefined) return 0
  const index = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  if (index === undefined) throw senderError('InvalidNextToken', 'The next token specified is invalid.')
  return Number(index)
}
