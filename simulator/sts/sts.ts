import { randomBytes } from 'node:crypto'
import { AwsError, senderError } from '../aws-error.ts'
import type { IdTokens } from '../github/id-tokens.ts'

export interface StsOptions {
  /** Whose tokens the account trusts; undefined: it has no OIDC provider. */
  readonly idTokens: IdTokens | undefined
  /** ARNs of the roles that may be assumed with them. */
  readonly roles: readonly string[]
  /** The audience of the account's OIDC provider. */
  readonly audience?: string
  /** In place of DurationSeconds and its default of an hour: sessions may be shorter than AWS allows. */
  readonly sessionSeconds?: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** What one session is known by. */
export interface Session {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly sessionName: string
  readonly expiresAt: number
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html, and nothing else of STS. */
export class Sts {
  readonly #options: StsOptions
  readonly #sessions = new Map<string, Session>()

  constructor(options: StsOptions) {
    this.#options = options
  }

  /** In the order in which they were given out. */
  get sessions(): readonly Session[] {
    return [...this.#sessions.values()]
  }

  stateOf(accessKeyId: string): 'valid' | 'expired' | 'unknown' {
    const session = this.#sessions.get(accessKeyId)
    if (session === undefined) return 'unknown'
    return session.expiresAt > this.#now() ? 'valid' : 'expired'
  }

  assumeRoleWithWebIdentity(parameters: URLSearchParams): object {
    const roleArn = parameters.get('RoleArn') ?? ''
    const sessionName = checkedName(parameters.get('RoleSessionName') ?? '')
    const seconds = checkedSeconds(parameters.get('DurationSeconds') ?? '3600')
    const claims = this.#claimsOf(parameters.get('WebIdentityToken') ?? '')
    if (!this.#options.roles.includes(roleArn)) throw denied()
    const session: Session = {
      accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(300).toString('base64'),
      sessionName,
      expiresAt: this.#now() + (this.#options.sessionSeconds ?? seconds) * 1000,
    }
    this.#sessions.set(session.accessKeyId, session)
    return {
      ...answerFor(session, roleArn),
      SubjectFromWebIdentityToken: claims.sub,
      Provider: claims.iss,
      Audience: claims.aud,
    }
  }

  #claimsOf(token: string) {
    const { idTokens, audience = 'sts.amazonaws.com' } = this.#options
    if (idTokens === undefined)
      throw badToken('No OpenIDConnect provider found in your account for the issuer of the token')
    const claims = idTokens.read(token)
    if (claims === undefined)
      throw badToken("Couldn't retrieve verification key from your identity provider, or it does not fit")
    if (claims.aud !== audience) throw badToken('Incorrect token audience')
    if (claims.exp * 1000 <= this.#now()) {
      throw senderError(
        'ExpiredTokenException',
        'Token expired: current date/time must be before the expiration',
      )
    }
    return claims
  }

  #now(): number {
    return (this.#options.now ?? Date.now)()
  }
}

function answerFor(session: Session, roleArn: string): object {
  const [, partition, , , accountId] = roleArn.split(':')
  const role = roleArn.split('/').at(-1)
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: new Date(session.expiresAt),
    },
    AssumedRoleUser: {
      AssumedRoleId: `AROA0123456789EXAMPLE:${session.sessionName}`,
      Arn: `arn:${partition}:sts::${accountId}:assumed-role/${role}/${session.sessionName}`,
    },
  }
}

function checkedName(name: string): string {
  if (/^[\w+=,.@-]{2,64}$/.test(name)) return name
  throw invalid(`Value '${name}' at 'roleSessionName' must satisfy regular expression pattern: [\\w+=,.@-]*`)
}

function checkedSeconds(text: string): number {
  const seconds = Number(text)
  if (seconds >= 900 && seconds <= 43_200) return seconds
  throw invalid(`Value '${text}' at 'durationSeconds' must be from 900 to 43200`)
}

const invalid = (why: string): AwsError =>
  senderError('ValidationError', `1 validation error detected: ${why}`)

const badToken = (message: string): AwsError => senderError('InvalidIdentityToken', message)

export const denied = (): AwsError =>
  new AwsError({
    code: 'AccessDenied',
    message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    status: 403,
    type: 'Sender',
  })
