import { senderError } from '../../aws-error.ts'
import { structure, text } from '../../operations/shape.ts'
import { operation } from './operation.ts'

const LONGEST_STDOUT = 24_000
const LONGEST_STDERR = 8_000

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html */
export const getCommandInvocation = operation({
  input: structure({ CommandId: text, InstanceId: text }, { PluginName: text }),
  run(account, { CommandId: id, InstanceId: instanceId, PluginName: name }) {
    const command = account.visible.find(({ options }) => options.id === id)
    const invocation = command?.invocations.find((each) => each.instanceId === instanceId)
    if (command === undefined || invocation === undefined)
      throw senderError('InvocationDoesNotExist', 'An invocation with this id does not exist')
    if (name !== undefined && name !== command.options.step)
      throw senderError('InvalidPluginName', 'The plugin name is not valid.')
    const { plugin, status, detail } = invocation
    return {
      CommandId: id,
      InstanceId: instanceId,
      Comment: command.options.comment,
      DocumentName: command.options.documentName,
      PluginName: command.options.step,
      ResponseCode: plugin?.code ?? -1,
      ExecutionStartDateTime: shownTime(plugin?.startedAt),
      ExecutionEndDateTime: shownTime(plugin?.finishedAt),
      Status: status,
      StatusDetails: account.spelt(detail),
      StandardOutputContent: plugin?.stdout.slice(0, LONGEST_STDOUT) ?? '',
      StandardErrorContent: plugin?.stderr.slice(0, LONGEST_STDERR) ?? '',
    }
  },
})

const shownTime = (at: number | undefined): string => (at === undefined ? '' : new Date(at).toISOString())
