import type { ApiFailure } from '../domain/errors.ts'
import { ApiError, messageOf } from '../domain/errors.ts'

const THROTTLED =
  /^(Throttling|ThrottlingException|RequestLimitExceeded|TooManyRequestsException|PriorRequestNotComplete)$/
const CREDENTIALS =
  /^(ExpiredToken|ExpiredTokenException|RequestExpired|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature|MissingAuthenticationToken|AuthFailure|CredentialsProviderError)$/
const DENIED = /^(AccessDenied|AccessDeniedException|NotAuthorized|UnauthorizedOperation|OptInRequired)$/
/** Looked for in the message too: the SDK wraps what it does not take for an error, and keeps only the text. */
const NETWORK =
  /\b(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ENETDOWN|TimeoutError|NetworkingError|socket hang up)\b/

export const isThrottling = (code: string): boolean => THROTTLED.test(code)

interface SdkError {
  readonly name?: string
  readonly code?: string
  readonly message?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/**
 * An error of a call to AWS in our words, told by its form alone. Modelled errors carry a class name (`…Exception`), the
 * others the code of the wire. Those of our own credential provider come through the SDK as they are. `permission`:
 * `service:Operation`, what was being done and what it needs.
 */
export function toApiError(error: unknown, permission: string): ApiError {
  if (error instanceof ApiError) return error
  const { name = '', code, message = '', $metadata } = error as SdkError
  const status = $metadata?.httpStatusCode
  const failure = status === undefined ? unanswered(name, `${code} ${message}`) : answered(name, status)
  const shown = code ?? name
  return new ApiError({
    failure,
    permission,
    code: shown,
    message: `${permission.replace(/^.*:/, '')}: ${messageOf(error) || shown}${hint(failure, name)}`,
    cause: error,
  })
}

function answered(name: string, status: number): ApiFailure {
  if (isThrottling(name) || status === 429 || status >= 500) return 'transient'
  if (CREDENTIALS.test(name)) return 'credentials'
  if (DENIED.test(name) || status === 403) return 'denied'
  return /NotFound(Exception)?$/.test(name) ? 'not-found' : 'rejected'
}

function unanswered(name: string, text: string): ApiFailure {
  if (CREDENTIALS.test(name)) return 'credentials'
  return NETWORK.test(`${name} ${text}`) ? 'transient' : 'rejected'
}

const EXPIRED = /^(ExpiredToken|ExpiredTokenException)$/

function hint(failure: ApiFailure, name: string): string {
  if (failure !== 'credentials') return ''
  return EXPIRED.test(name)
    ? ' (the AWS credentials have expired: fetch new ones for the next run, and let the action renew them with role-to-assume)'
    : ' (the AWS credentials are missing, expired or wrong)'
}
