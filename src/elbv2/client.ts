import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { type Credentials, configOf } from '../aws/client.ts'

export const createClient = (region: string, credentials?: Credentials): ElasticLoadBalancingV2Client =>
  new ElasticLoadBalancingV2Client(configOf({ region, credentials }))
