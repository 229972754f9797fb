import type {
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput,
} from '@aws-sdk/client-sts'
import { configOf } from '../aws/client.ts'

export interface Sts {
  assumeRoleWithWebIdentity(
    input: AssumeRoleWithWebIdentityCommandInput,
  ): Promise<AssumeRoleWithWebIdentityCommandOutput>
}

/** The SDK is loaded only now: most runs have their credentials from elsewhere. */
export async function connect(region: string): Promise<Sts> {
  const { STSClient, AssumeRoleWithWebIdentityCommand } = await import('@aws-sdk/client-sts')
  const client = new STSClient(configOf({ region, requestTimeoutMs: 10_000 }))
  return { assumeRoleWithWebIdentity: (input) => client.send(new AssumeRoleWithWebIdentityCommand(input)) }
}
