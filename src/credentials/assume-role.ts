import { ApiError } from '../domain/errors.ts'
import { toApiError } from './failure.ts'
import { type CredentialProvider, renewing, type SessionCredentials } from './renewal.ts'
import { connect } from './sts.ts'

export interface RoleOptions {
  readonly roleArn: string
  /** Of the STS endpoint. */
  readonly region: string
  /** As in `sessionNameFor`. */
  readonly sessionName: string
  /** A new token each time, since they live for minutes only. Rejects with an `ApiError`. */
  getIdToken(audience: string): Promise<string>
  /** Keeps a value out of the log; called before the credentials are used. */
  mask(secret: string): void
}

/** What GitHub's OIDC provider has as its client id in IAM, unless somebody chose another. */
const AUDIENCE = 'sts.amazonaws.com'

/**
 * Credentials of the role, renewed before they expire. One provider serves any number of clients: all of them share
 * its session. Rejects with an `ApiError` that is `credentials` or `transient`.
 *
 * The session lasts an hour, which no role can forbid: longer ones need the role's MaxSessionDuration.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export function assumeRole({ roleArn, region, sessionName, ...ports }: RoleOptions): CredentialProvider {
  const connected = lazily(() => connect(region))
  return renewing(async () => {
    const sts = await connected()
    const token = await ports.getIdToken(AUDIENCE)
    const input = { RoleArn: roleArn, RoleSessionName: sessionName, WebIdentityToken: token }
    const answer = await sts.assumeRoleWithWebIdentity(input).catch((error) => {
      throw toApiError(error)
    })
    const credentials = sessionIn(answer.Credentials)
    ports.mask(credentials.secretAccessKey)
    ports.mask(credentials.sessionToken)
    ports.mask(credentials.accessKeyId)
    return credentials
  })
}

/** The id of the rollout, in the characters that STS takes. CloudTrail shows it with every call. */
export function sessionNameFor(rolloutId: string): string {
  return `elb-rollout-${rolloutId}`.replace(/[^\w+=,.@-]/g, '-').slice(0, 64)
}

type Answer = Awaited<ReturnType<Awaited<ReturnType<typeof connect>>['assumeRoleWithWebIdentity']>>

function sessionIn(given: Answer['Credentials']): SessionCredentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {}
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
    throw new ApiError({
      failure: 'transient',
      permission: 'sts:AssumeRoleWithWebIdentity',
      code: 'IncompleteAnswer',
      message: 'AssumeRoleWithWebIdentity: the answer holds no credentials',
    })
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  }
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
