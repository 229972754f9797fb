import type { ApiFailure } from '../domain/errors.ts'
import { ApiError, messageOf } from '../domain/errors.ts'

const THROTTLED =
  /^(Throttling|ThrottlingException|RequestLimitExceeded|TooManyRequestsException|PriorRequestNotComplete)$/
const CREDENTIALS =
  /^(ExpiredToken|ExpiredTokenException|RequestExpired|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature|MissingAuthenticationToken|CredentialsProviderError)$/
const DENIED = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|OptInRequired)$/
const NETWORK =
  /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ENETDOWN|TimeoutError|NetworkingError)$/

interface SdkError {
  readonly name?: string
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** The SDK's error in our words. Modelled errors carry a class name (`…Exception`), the others the code of the wire. */
export function toApiError(error: unknown, operation: string): ApiError {
  const { name = '', code, $metadata } = error as SdkError
  const failure = classify({ name, code: code ?? '', status: $metadata?.httpStatusCode ?? 0 })
  const shown = code ?? name
  return new ApiError({
    failure,
    permission: `elasticloadbalancing:${operation}`,
    code: shown,
    message: `${operation}: ${messageOf(error) || shown}${hint(failure)}`,
    cause: error,
  })
}

function classify({ name, code, status }: { name: string; code: string; status: number }): ApiFailure {
  if (THROTTLED.test(name) || status === 429 || status >= 500) return 'transient'
  if (CREDENTIALS.test(name)) return 'credentials'
  if (DENIED.test(name) || status === 403) return 'denied'
  if (/NotFound(Exception)?$/.test(name)) return 'not-found'
  if (NETWORK.test(code) || NETWORK.test(name)) return 'transient'
  return 'rejected'
}

const hint = (failure: ApiFailure): string =>
  failure === 'credentials' ? ' (the AWS credentials are missing, expired or wrong)' : ''
