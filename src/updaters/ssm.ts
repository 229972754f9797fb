import type { SSMClient } from '@aws-sdk/client-ssm'
import type { Clock, Updater } from '../domain/ports.ts'
import type { SsmParameters } from '../domain/settings.ts'
import type { RolloutFacts } from './environment.ts'
import { updateBatch } from './ssm-batch.ts'
import { createRunCommand } from './ssm-calls.ts'

export { createSsmClient } from './ssm-client.ts'
export { createConnectionProbe } from './ssm-drain.ts'
export { endDrainChecks, endSsmCommands, type SsmEnding } from './ssm-end.ts'
export { isShellDocument, SHELL_DOCUMENT } from './ssm-parameters.ts'
export { type SsmQuestion, ssmProblems, unreachableAgents } from './ssm-problems.ts'

export interface SsmUpdaterOptions {
  readonly client: SSMClient
  readonly region: string
  readonly clock: Clock
  readonly facts: Omit<RolloutFacts, 'processEnv'>
  /** Its name or ARN; absent: AWS-RunShellScript. */
  readonly document?: string
  readonly parameters: SsmParameters
  /** Of each server. */
  readonly timeoutMs: number
  /** Servers at once; absent: the whole batch. */
  readonly concurrency?: number
}

/**
 * Updates by Run Command, one command for 50 servers: the fan-out is AWS's. Servers must be instances. Whatever the script
 * is told stands in the command's parameters, which everybody who may read the command history can read.
 */
export function createSsmUpdater(options: SsmUpdaterOptions): Updater {
  const ssm = createRunCommand(options.client)
  return {
    mark: options.facts.rolloutId,
    update: (servers, context, listener, signal) =>
      updateBatch({ ssm, options, context, listener, signal }, servers),
  }
}
