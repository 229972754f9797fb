import type { ApiFailure } from '../domain/errors.ts'
import { ApiError, messageOf } from '../domain/errors.ts'

const PASSING =
  /^(Throttling|ThrottlingException|RequestLimitExceeded|TooManyRequestsException|IDPCommunicationErrorException|TimeoutError)$/
/** Looked for in the message too: the SDK may keep only the text. */
const NETWORK = /\b(E(CONN|HOST|NET)[A-Z]+|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|socket hang up)\b/

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html#API_AssumeRoleWithWebIdentity_Errors */
const ADVICE: Readonly<Record<string, string>> = {
  AccessDenied:
    'the role of role-to-assume does not exist, or its trust policy does not allow sts:AssumeRoleWithWebIdentity to this repository, branch or environment',
  InvalidIdentityTokenException:
    "the role's account has no IAM OIDC provider for https://token.actions.githubusercontent.com, or one without the audience sts.amazonaws.com",
  ValidationError: 'look at the ARN in role-to-assume',
  RegionDisabledException: 'activate STS in this region in the account settings of IAM',
}

interface SdkError {
  readonly name?: string
  readonly code?: string
  readonly message?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** Why STS gave no credentials. The SDK's error is not kept: it can hold the answer, and so the credentials. */
export function toApiError(error: unknown): ApiError {
  const { name = '', code } = error as SdkError
  const failure = failureOf(error as SdkError)
  const advice = failure === 'credentials' ? ADVICE[name] : undefined
  return new ApiError({
    failure,
    permission: 'sts:AssumeRoleWithWebIdentity',
    code: code ?? name,
    message: `AssumeRoleWithWebIdentity: ${messageOf(error) || code || name}${advice === undefined ? '' : ` (${advice})`}`,
  })
}

function failureOf({ name = '', code = '', message = '', $metadata }: SdkError): ApiFailure {
  const status = $metadata?.httpStatusCode
  const mayPass = status === undefined ? NETWORK.test(`${code} ${message}`) : status === 429 || status >= 500
  return mayPass || PASSING.test(name) ? 'transient' : 'credentials'
}
