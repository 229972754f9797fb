import { senderError } from '../../aws-error.ts'
import { list, structure, text } from '../../operations/shape.ts'
import { operation } from './operation.ts'

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CancelCommand.html: an attempt, no more. */
export const cancelCommand = operation({
  input: structure({ CommandId: text }, { InstanceIds: list(text, 50) }),
  run(account, { CommandId: id, InstanceIds: asked = [] }) {
    const { invocations, options } = account.command(id)
    if (asked.some((each) => !options.instanceIds.includes(each)))
      throw senderError('InvalidInstanceId', 'A node is not one of the command')
    // Those that wait first: the end of one that runs would let them go.
    const ordered = invocations.toSorted((a, b) => Number(a.isSent) - Number(b.isSent))
    for (const invocation of ordered) {
      if (asked.length === 0 || asked.includes(invocation.instanceId)) invocation.cancel()
    }
    return {}
  },
})
