import { Agent } from 'node:https'
import { CloudWatchClient, type CloudWatchClientConfig } from '@aws-sdk/client-cloudwatch'
import { toApiError } from '../domain/aws-failure.ts'
import { ApiError, messageOf } from '../domain/errors.ts'

export type Credentials = NonNullable<CloudWatchClientConfig['credentials']>

/** The part of the SDK's client that is used. */
export type CloudWatchCalls = Pick<CloudWatchClient, 'send'>

/** The endpoint, and credentials that are not given, come from the environment, as with every AWS tool. */
export function createCloudWatchClient(region: string, credentials?: Credentials): CloudWatchClient {
  return new CloudWatchClient({
    region,
    ...(credentials === undefined ? {} : { credentials }),
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

/** The answer of a call. Rejects with an ApiError, or with the signal's reason. */
export async function answerOf<Answer>(
  operation: string,
  signal: AbortSignal,
  answer: Promise<Answer>,
): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    signal.throwIfAborted()
    throw toApiError(error, `cloudwatch:${operation}`)
  }
}

/** Why CloudWatch could not be asked, in one sentence without ARNs. */
export function whyNot(error: unknown): string {
  if (!(error instanceof ApiError)) return messageOf(error)
  if (error.failure !== 'denied') return error.message
  return `the permission ${error.permission} is missing`
}
