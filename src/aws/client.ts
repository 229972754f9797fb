import { Agent } from 'node:https'
import type { ElasticLoadBalancingV2ClientConfig } from '@aws-sdk/client-elastic-load-balancing-v2'

export type Credentials = NonNullable<ElasticLoadBalancingV2ClientConfig['credentials']>

export interface Connection {
  readonly region: string
  /** Those that are not given come from the environment, as with every AWS tool; the endpoint does too. */
  readonly credentials?: Credentials | undefined
  /** Tries of a call, the first one included. */
  readonly maxAttempts?: number
  readonly requestTimeoutMs?: number
}

/** How every client of the SDK is configured here. */
export function configOf({ region, credentials, maxAttempts = 4, requestTimeoutMs = 30_000 }: Connection) {
  return {
    region,
    ...(credentials === undefined ? {} : { credentials }),
    // A blip is the SDK's business, with jitter; a storm is sat out by the engine, on its clock.
    maxAttempts,
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: requestTimeoutMs,
      // Else the SDK only warns, and goes on waiting.
      throwOnRequestTimeout: true,
      // The SDK ignores HTTPS_PROXY by itself.
      httpsAgent: new Agent({ keepAlive: true, proxyEnv: process.env }),
    },
  }
}
