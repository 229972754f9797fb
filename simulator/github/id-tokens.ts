import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'

/** https://docs.github.com/actions/reference/security/oidc#oidc-token-claims */
export interface Claims {
  readonly iss: string
  readonly aud: string
  readonly sub: string
  readonly jti: string
  readonly iat: number
  readonly exp: number
}

export interface IdTokensOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  readonly subject?: string
  readonly lifetimeSeconds?: number
}

const ISSUER = 'https://token.actions.githubusercontent.com'

/** Issues what GitHub would, and knows its own again. Signed with a secret of its own: there are no keys to publish. */
export class IdTokens {
  readonly #key = randomBytes(32)
  readonly #options: IdTokensOptions

  constructor(options: IdTokensOptions = {}) {
    this.#options = options
  }

  issue(audience: string): string {
    const { now = Date.now, subject = 'repo:octo-org/web:ref:refs/heads/main' } = this.#options
    const issuedAt = Math.floor(now() / 1000)
    const claims: Claims = {
      ...{ iss: ISSUER, aud: audience, sub: subject, jti: randomUUID(), iat: issuedAt },
      exp: issuedAt + (this.#options.lifetimeSeconds ?? 300),
    }
    const signed = `${encoded({ typ: 'JWT', alg: 'HS256' })}.${encoded(claims)}`
    return `${signed}.${this.#signatureOf(signed).toString('base64url')}`
  }

  /** What the token says, expired or not; undefined when it is none of ours. */
  read(token: string): Claims | undefined {
    const end = token.lastIndexOf('.')
    const given = Buffer.from(token.slice(end + 1), 'base64url')
    const right = this.#signatureOf(token.slice(0, Math.max(0, end)))
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims
  }

  #signatureOf(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest()
  }
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
