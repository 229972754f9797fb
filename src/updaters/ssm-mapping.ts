import type { Command, CommandInvocation, CommandPlugin, InstanceInformation } from '@aws-sdk/client-ssm'

/** The only place that knows how the SDK shows commands. */

/** A step of a command's document on one server, as far as the agent has told. */
export interface Step {
  readonly name?: string
  readonly exitCode?: number
  readonly startedAt?: number
  readonly finishedAt?: number
  /** Stdout and stderr, the first 2,500 characters. */
  readonly output: string
}

/** A command on one server. */
export interface Invocation {
  readonly server: string
  readonly state: string
  /** The step that did not succeed, else the last one. */
  readonly step?: Step
}

export interface SentCommand {
  readonly id: string
  readonly comment: string
  readonly servers: readonly string[]
  readonly state: string
}

export interface Agent {
  readonly server: string
  readonly isOnline: boolean
  /** Milliseconds since the epoch. */
  readonly lastPingAt?: number
  /** `Linux`, `Windows`, `MacOS`. */
  readonly platform?: string
}

export interface Printed {
  readonly stdout: string
  readonly stderr: string
}

/** What is known only by `Status`: details that are new one day are none of ours. */
const DETAILS = new Set([
  'DeliveryTimedOut',
  'ExecutionTimedOut',
  'Undeliverable',
  'AccessDenied',
  'InvalidPlatform',
  'Terminated',
  'RateExceeded',
  'LimitExceeded',
  'NoInstancesInTag',
  'Incomplete',
])

/** The reference writes `Delivery Timed Out`, and the API has been seen to say `DeliveryTimedOut`. */
function stateFrom(status: string | undefined, details: string | undefined): string {
  const detail = details?.replaceAll(' ', '') ?? ''
  return DETAILS.has(detail) ? detail : (status?.replaceAll(' ', '') ?? '')
}

export function invocationFrom(invocation: CommandInvocation): Invocation {
  const { InstanceId = '', Status, StatusDetails, CommandPlugins = [] } = invocation
  const counts = CommandPlugins.find((plugin) => plugin.Status !== 'Success') ?? CommandPlugins.at(-1)
  return {
    server: InstanceId,
    state: stateFrom(Status, StatusDetails),
    ...(counts === undefined ? {} : { step: stepFrom(counts) }),
  }
}

function stepFrom(plugin: CommandPlugin): Step {
  const { Name, ResponseCode, ResponseStartDateTime, ResponseFinishDateTime, Output } = plugin
  return {
    ...(Name === undefined ? {} : { name: Name }),
    // -1: it has not come to one.
    ...(ResponseCode === undefined || ResponseCode === -1 ? {} : { exitCode: ResponseCode }),
    ...(ResponseStartDateTime === undefined ? {} : { startedAt: ResponseStartDateTime.getTime() }),
    ...(ResponseFinishDateTime === undefined ? {} : { finishedAt: ResponseFinishDateTime.getTime() }),
    output: Output ?? '',
  }
}

export const sentCommandFrom = (command: Command): SentCommand => ({
  id: command.CommandId ?? '',
  comment: command.Comment ?? '',
  servers: command.InstanceIds ?? [],
  state: stateFrom(command.Status, command.StatusDetails),
})

export const agentFrom = (node: InstanceInformation): Agent => ({
  server: node.InstanceId ?? '',
  isOnline: node.PingStatus === 'Online',
  ...(node.LastPingDateTime === undefined ? {} : { lastPingAt: node.LastPingDateTime.getTime() }),
  ...(node.PlatformType === undefined ? {} : { platform: node.PlatformType }),
})
