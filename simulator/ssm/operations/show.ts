import type { SsmAccount } from '../account.ts'
import type { Command } from '../command.ts'
import type { Invocation } from '../invocation.ts'

const LONGEST_OUTPUT = 2_500
const CUT = '\n---Output truncated---'

export function shownCommand(account: SsmAccount, command: Command): object {
  const { options, status, errors, completed, invocations } = command
  return {
    CommandId: options.id,
    DocumentName: options.documentName,
    Comment: options.comment,
    ExpiresAfter: new Date(options.expiresAt),
    Parameters: options.parameters,
    InstanceIds: options.instanceIds,
    Targets: [],
    RequestedDateTime: new Date(options.requestedAt),
    Status: status.status,
    StatusDetails: account.spelt(status.detail),
    MaxConcurrency: options.maxConcurrency,
    MaxErrors: options.maxErrors,
    TargetCount: options.instanceIds.length,
    CompletedCount: completed,
    ErrorCount: errors,
    DeliveryTimedOutCount: invocations.filter(({ detail }) => detail === 'DeliveryTimedOut').length,
    TimeoutSeconds: options.timeoutSeconds,
  }
}

interface Shown {
  readonly command: Command
  readonly invocation: Invocation
}

export function shownInvocation(account: SsmAccount, { command, invocation }: Shown): object {
  return {
    CommandId: command.options.id,
    InstanceId: invocation.instanceId,
    InstanceName: '',
    Comment: command.options.comment,
    DocumentName: command.options.documentName,
    RequestedDateTime: new Date(invocation.requestedAt),
    Status: invocation.status,
    StatusDetails: account.spelt(invocation.detail),
    CommandPlugins: [],
  }
}

/** The same with `Details`. Nothing is written of a plugin that has not begun. */
export function detailedInvocation(account: SsmAccount, { command, invocation }: Shown): object {
  const { plugin, status, detail } = invocation
  const shown = shownInvocation(account, { command, invocation })
  if (plugin === undefined) return shown
  const { startedAt, finishedAt, code } = plugin
  const one = {
    Name: command.options.step,
    Status: status === 'Cancelling' ? 'InProgress' : status,
    StatusDetails: account.spelt(detail),
    ResponseCode: code,
    ResponseStartDateTime: new Date(startedAt),
    ...(finishedAt === undefined ? {} : { ResponseFinishDateTime: new Date(finishedAt) }),
    Output: cut(joined(plugin.stdout, plugin.stderr)),
  }
  return { ...shown, CommandPlugins: [one] }
}

const joined = (stdout: string, stderr: string): string =>
  stderr === '' ? stdout : `${stdout}\n----------ERROR-------\n${stderr}`

const cut = (output: string): string =>
  output.length <= LONGEST_OUTPUT ? output : output.slice(0, LONGEST_OUTPUT - CUT.length) + CUT
