import { EC2Client } from '@aws-sdk/client-ec2'
import { type Credentials, configOf } from '../aws/client.ts'

export const createEc2Client = (region: string, credentials?: Credentials): EC2Client =>
  new EC2Client(configOf({ region, credentials, requestTimeoutMs: 15_000 }))
