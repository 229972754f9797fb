import { Agent } from 'node:https'
import type {
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput,
} from '@aws-sdk/client-sts'

export interface Sts {
  assumeRoleWithWebIdentity(
    input: AssumeRoleWithWebIdentityCommandInput,
  ): Promise<AssumeRoleWithWebIdentityCommandOutput>
}

/** The SDK is loaded only now: most runs have their credentials from elsewhere. */
export async function connect(region: string): Promise<Sts> {
  const { STSClient, AssumeRoleWithWebIdentityCommand } = await import('@aws-sdk/client-sts')
  const client = new STSClient({
    region,
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: 10_000,
      // Else the SDK only warns, and goes on waiting.
      throwOnRequestTimeout: true,
      // The SDK ignores HTTPS_PROXY by itself.
      httpsAgent: new Agent({ keepAlive: true, proxyEnv: process.env }),
    },
  })
  return { assumeRoleWithWebIdentity: (input) => client.send(new AssumeRoleWithWebIdentityCommand(input)) }
}
