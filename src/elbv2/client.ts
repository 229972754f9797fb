import { Agent } from 'node:https'
import {
  ElasticLoadBalancingV2Client,
  type ElasticLoadBalancingV2ClientConfig,
} from '@aws-sdk/client-elastic-load-balancing-v2'

export type Credentials = NonNullable<ElasticLoadBalancingV2ClientConfig['credentials']>

/** The endpoint, and credentials that are not given, come from the environment, as with every AWS tool. */
export function createClient(region: string, credentials?: Credentials): ElasticLoadBalancingV2Client {
  return new ElasticLoadBalancingV2Client({
    region,
    ...(credentials === undefined ? {} : { credentials }),
    // A blip is the SDK's business, with jitter; a storm is sat out by the engine, on its clock.
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: 30_000,
      // Else the SDK only warns, and goes on waiting.
      throwOnRequestTimeout: true,
      // The SDK ignores HTTPS_PROXY by itself.
      httpsAgent: new Agent({ keepAlive: true, proxyEnv: process.env }),
    },
  })
}
