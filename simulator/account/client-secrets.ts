import { validationError } from '../aws-error.ts'
import type { Action } from './action.ts'

/** What the load balancer keeps of an authenticate-oidc action and never shows. */
export interface ClientSecret {
  readonly issuer: string | undefined
  readonly clientId: string | undefined
  readonly secret: string
}

/**
 * The secrets of the actions that take the place of others: each one sent, or said to be there already ("You can omit
 * this parameter if you set UseExistingClientSecret to true"). That a secret belongs to its issuer and client is assumed.
 */
export function clientSecrets(actions: readonly Action[], existing: readonly ClientSecret[]): ClientSecret[] {
  return actions.flatMap(({ AuthenticateOidcConfig: config }) => {
    if (!config) return []
    const { Issuer: issuer, ClientId: clientId, ClientSecret: secret, UseExistingClientSecret } = config
    if (secret !== undefined) return [{ issuer, clientId, secret }]
    if (UseExistingClientSecret !== true) {
      throw validationError(
        'A client secret must be specified for an authenticate-oidc action, or UseExistingClientSecret',
      )
    }
    const known = existing.find((each) => each.issuer === issuer && each.clientId === clientId)
    if (known) return [known]
    throw validationError(
      `There is no existing client secret for the client '${clientId}' of the issuer '${issuer}'`,
    )
  })
}

export function usesExistingSecret(actions: readonly Action[]): boolean {
  return actions.some(
    ({ AuthenticateOidcConfig }) => AuthenticateOidcConfig?.UseExistingClientSecret === true,
  )
}
