import type { SSMClient } from '@aws-sdk/client-ssm'
import type { AwsError } from '../../simulator/aws-error.ts'
import type { Ssm } from '../../simulator/ssm/ssm.ts'
import { asSdkError } from './in-process-client.ts'

/** As `inProcessClient`, for Run Command. */
export function inProcessSsm(ssm: Ssm): SSMClient {
  const send = async (command: { input: object }): Promise<object> => {
    try {
      return await ssm.call(command.constructor.name.replace(/Command$/, ''), command.input)
    } catch (error) {
      throw asSdkError(error as AwsError)
    }
  }
  return { send } as unknown as SSMClient
}
