import {
  CancelCommandCommand,
  type CommandFilter,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm'
import { callsTo, options } from '../aws/call.ts'
import { allTokenPages } from '../aws/pages.ts'
import type { SsmParameters } from '../domain/settings.ts'
import {
  type Agent,
  agentFrom,
  type Invocation,
  invocationFrom,
  type Printed,
  type SentCommand,
  sentCommandFrom,
} from './ssm-mapping.ts'

export interface NewCommand {
  readonly document: string
  readonly parameters: SsmParameters
  /** At most 50. */
  readonly servers: readonly string[]
  readonly comment: string
  /** What is not delivered by then does not begin. */
  readonly deliverySeconds: number
  readonly concurrency: number
}

export interface Which {
  readonly commandId?: string
  readonly server?: string
  /** Milliseconds since the epoch. */
  readonly sentAfter?: number
  readonly stage?: 'Executing'
}

/** Run Command in our words. Every method makes its calls once, and rejects with an `ApiError`. */
export interface RunCommand {
  /** Answers the command's id. */
  send(command: NewCommand): Promise<string>
  /** What is known of the command on each server; nothing at first. */
  invocations(commandId: string, signal?: AbortSignal): Promise<Invocation[]>
  /** Newest first. */
  commands(which: Which, signal?: AbortSignal): Promise<SentCommand[]>
  /** What one step of it has printed: the first 24,000 characters of stdout, and 8,000 of stderr. */
  printed(of: { commandId: string; server: string; step?: string }, signal?: AbortSignal): Promise<Printed>
  /** Asks for it: that it ends must be seen. At most 50 servers. */
  cancel(commandId: string, servers: readonly string[], signal?: AbortSignal): Promise<void>
  /** Those of at most 50 servers that Systems Manager knows. */
  agents(servers: readonly string[], signal?: AbortSignal): Promise<Agent[]>
}

const PAGE = 50

const named = callsTo('ssm')

interface From {
  readonly NextToken?: string
}

export function createRunCommand(client: SSMClient): RunCommand {
  return {
    async send({ document, parameters, servers, comment, deliverySeconds, concurrency }) {
      // Not to be aborted half-way: it might run, and nobody would know its id.
      const request = new SendCommandCommand({
        DocumentName: document,
        Parameters: mutable(parameters),
        InstanceIds: [...servers],
        Comment: comment,
        TimeoutSeconds: deliverySeconds,
        MaxConcurrency: String(concurrency),
        // The failure of one server is no reason to leave out others: how many may fail is for the rollout to say.
        MaxErrors: '100%',
      })
      const { Command } = await named('SendCommand', client.send(request))
      return Command?.CommandId ?? ''
    },
    async invocations(commandId, signal) {
      const ask = (from: From) =>
        client.send(
          new ListCommandInvocationsCommand({
            CommandId: commandId,
            Details: true,
            MaxResults: PAGE,
            ...from,
          }),
          options(signal),
        )
      const pages = await named('ListCommandInvocations', allTokenPages(ask))
      return pages.flatMap((page) => page.CommandInvocations ?? []).map(invocationFrom)
    },
    async commands(which, signal) {
      const ask = (from: From) =>
        client.send(
          new ListCommandsCommand({ ...commandQuery(which), MaxResults: PAGE, ...from }),
          options(signal),
        )
      const pages = await named('ListCommands', allTokenPages(ask))
      return pages.flatMap((page) => page.Commands ?? []).map(sentCommandFrom)
    },
    async printed({ commandId, server, step }, signal) {
      const request = new GetCommandInvocationCommand({
        CommandId: commandId,
        InstanceId: server,
        ...(step === undefined ? {} : { PluginName: step }),
      })
      const answer = await named('GetCommandInvocation', client.send(request, options(signal)))
      return { stdout: answer.StandardOutputContent ?? '', stderr: answer.StandardErrorContent ?? '' }
    },
    async cancel(commandId, servers, signal) {
      const request = new CancelCommandCommand({ CommandId: commandId, InstanceIds: [...servers] })
      await named('CancelCommand', client.send(request, options(signal)))
    },
    async agents(servers, signal) {
      const ask = (from: From) =>
        client.send(
          new DescribeInstanceInformationCommand({
            Filters: [{ Key: 'InstanceIds', Values: [...servers] }],
            MaxResults: PAGE,
            ...from,
          }),
          options(signal),
        )
      const pages = await named('DescribeInstanceInformation', allTokenPages(ask))
      return pages.flatMap((page) => page.InstanceInformationList ?? []).map(agentFrom)
    },
  }
}

function commandQuery({ commandId, server, sentAfter, stage }: Which) {
  const filters: CommandFilter[] = []
  if (sentAfter !== undefined) filters.push({ key: 'InvokedAfter', value: wholeSeconds(sentAfter) })
  if (stage !== undefined) filters.push({ key: 'ExecutionStage', value: stage })
  return {
    ...(commandId === undefined ? {} : { CommandId: commandId }),
    ...(server === undefined ? {} : { InstanceId: server }),
    ...(filters.length === 0 ? {} : { Filters: filters }),
  }
}

/** `2026-11-23T06:58:14Z`. */
const wholeSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

const mutable = (parameters: SsmParameters): Record<string, string[]> =>
  Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, [...values]]))
