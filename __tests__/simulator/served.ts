import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { type ServedApi, serveApi } from '../../simulator/api/serve.ts'
import { Setting } from './setting.ts'

export interface Served {
  readonly setting: Setting
  readonly api: ServedApi
  readonly client: ElasticLoadBalancingV2Client
}

const opened: Served[] = []

/** A Setting's API over HTTP, and the real SDK's client for it; open until `closeServed`. */
export async function serve(setting = new Setting(), maxAttempts = 1): Promise<Served> {
  const api = await serveApi(setting.simulator)
  const client = new ElasticLoadBalancingV2Client({
    endpoint: api.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts,
  })
  const served = { setting, api, client }
  opened.push(served)
  return served
}

export async function closeServed(): Promise<void> {
  for (const { api, client } of opened.splice(0)) {
    client.destroy()
    await api.close()
  }
}
