import { isThrottling } from '../aws/failure.ts'
import { ApiError, isTransient } from '../domain/errors.ts'

/** No connection, no request. */
const NOT_CONNECTED = /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN)\b/

export const isThrottled = (error: unknown): boolean => error instanceof ApiError && isThrottling(error.code)

/** Whether a call that failed may have had its effect: nothing came back, or nothing that says no. */
export function mayHaveHappened(error: unknown): boolean {
  if (isThrottled(error) || (error instanceof ApiError && isNotConnected(error))) return false
  return isTransient(error) || isGarbled(error)
}

const isNotConnected = ({ code, message }: ApiError): boolean => NOT_CONNECTED.test(`${code} ${message}`)

/** An answer that says yes, and that nobody can read: a proxy's, perhaps. */
function isGarbled(error: unknown): boolean {
  const cause = error instanceof ApiError ? error.cause : error
  const status = (cause as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode
  return status !== undefined && status < 400
}
