import { Agent } from 'node:https'
import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm'

export type Credentials = NonNullable<SSMClientConfig['credentials']>

/** The endpoint, and credentials that are not given, come from the environment, as with every AWS tool. */
export function createSsmClient(region: string, credentials?: Credentials): SSMClient {
  return new SSMClient({
    region,
    ...(credentials === undefined ? {} : { credentials }),
    // The SDK would send a command again whose answer was lost, and it would run twice. What may be repeated is repeated
    // by those who call.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: 15_000,
      // Else the SDK only warns, and goes on waiting.
      throwOnRequestTimeout: true,
      // The SDK ignores HTTPS_PROXY by itself.
      httpsAgent: new Agent({ keepAlive: true, proxyEnv: process.env }),
    },
  })
}
