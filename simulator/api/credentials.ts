import type { IncomingHttpHeaders } from 'node:http'
import { AwsError } from '../aws-error.ts'

/** Knows who may call: the simulated STS is one, a function of a test's another. */
export interface Sessions {
  stateOf(accessKeyId: string): 'valid' | 'expired' | 'unknown'
}

/** Throws what AWS answers when the key that signed a request is not, or no longer, a key. The signature is not checked. */
export function checkCredentials(headers: IncomingHttpHeaders, sessions: Sessions): void {
  const [, accessKeyId] = /Credential=([^/]+)\//.exec(headers.authorization ?? '') ?? []
  if (accessKeyId === undefined)
    throw forbidden('MissingAuthenticationToken', 'Request is missing Authentication Token')
  const state = sessions.stateOf(accessKeyId)
  if (state === 'expired')
    throw forbidden('ExpiredToken', 'The security token included in the request is expired')
  if (state === 'unknown')
    throw forbidden('InvalidClientTokenId', 'The security token included in the request is invalid')
}

const forbidden = (code: string, message: string): AwsError =>
  new AwsError({ code, message, status: 403, type: 'Sender' })
