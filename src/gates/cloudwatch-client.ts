import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { callsTo } from '../aws/call.ts'
import { type Credentials, configOf } from '../aws/client.ts'

/** The part of the SDK's client that is used. */
export type CloudWatchCalls = Pick<CloudWatchClient, 'send'>

export const createCloudWatchClient = (region: string, credentials?: Credentials): CloudWatchClient =>
  new CloudWatchClient(configOf({ region, credentials }))

const named = callsTo('cloudwatch')

/** The answer of a call. Rejects with an ApiError, or with the signal's reason. */
export async function answerOf<Answer>(
  operation: string,
  signal: AbortSignal,
  answer: Promise<Answer>,
): Promise<Answer> {
  try {
    return await named(operation, answer)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}
