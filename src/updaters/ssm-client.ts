import { SSMClient } from '@aws-sdk/client-ssm'
import { type Credentials, configOf } from '../aws/client.ts'

/**
 * Makes each call once: the SDK would send a command again whose answer was lost, and it would run twice. What may be
 * repeated is repeated by those who call.
 */
export const createSsmClient = (region: string, credentials?: Credentials): SSMClient =>
  new SSMClient(configOf({ region, credentials, maxAttempts: 1, requestTimeoutMs: 15_000 }))
