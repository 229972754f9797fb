import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { callsTo } from '../aws/call.ts'
import { type Credentials, configOf } from '../aws/client.ts'

/** The part of the SDK's client that is used. */
export type AutoScalingCalls = Pick<AutoScalingClient, 'send'>

export const createAutoScalingClient = (region: string, credentials?: Credentials): AutoScalingClient =>
  new AutoScalingClient(configOf({ region, credentials }))

const named = callsTo('autoscaling')

/** The answer of a call. Rejects with an ApiError, or with the signal's reason. */
export async function answerOf<Answer>(
  operation: string,
  signal: AbortSignal | undefined,
  answer: Promise<Answer>,
): Promise<Answer> {
  try {
    return await named(operation, answer)
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}
