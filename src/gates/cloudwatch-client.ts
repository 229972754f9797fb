import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { callsTo } from '../aws/call.ts'
import { type Credentials, configOf } from '../aws/client.ts'
import { ApiError, messageOf } from '../domain/errors.ts'

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

/** Why CloudWatch could not be asked, in one sentence without ARNs. */
export function whyNot(error: unknown): string {
  if (!(error instanceof ApiError)) return messageOf(error)
  if (error.failure !== 'denied') return error.message
  return `the permission ${error.permission} is missing`
}
