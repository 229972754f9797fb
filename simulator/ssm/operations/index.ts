import { cancelCommand } from './cancel-command.ts'
import { describeInstanceInformation } from './describe-instance-information.ts'
import { getCommandInvocation } from './get-command-invocation.ts'
import { listCommandInvocations } from './list-command-invocations.ts'
import { listCommands } from './list-commands.ts'
import type { Operation } from './operation.ts'
import { sendCommand } from './send-command.ts'

export const operations: ReadonlyMap<string, Operation> = new Map([
  ['CancelCommand', cancelCommand],
  ['DescribeInstanceInformation', describeInstanceInformation],
  ['GetCommandInvocation', getCommandInvocation],
  ['ListCommandInvocations', listCommandInvocations],
  ['ListCommands', listCommands],
  ['SendCommand', sendCommand],
])
