import { senderError } from '../../aws-error.ts'
import { flag, structure, text } from '../../operations/shape.ts'
import { filters, passes } from './filters.ts'
import { operation } from './operation.ts'
import { pageOf, paging } from './page.ts'
import { detailedInvocation, shownInvocation } from './show.ts'

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommandInvocations.html */
export const listCommandInvocations = operation({
  input: structure({}, { CommandId: text, InstanceId: text, Details: flag, Filters: filters, ...paging }),
  run(account, input) {
    const { CommandId: id, InstanceId: instanceId, Filters: asked = [], Details: details = false } = input
    if (asked.some(({ key }) => key === 'ExecutionStage'))
      throw senderError('InvalidFilterKey', 'ExecutionStage cannot be used here')
    if (id !== undefined) account.command(id)
    const found = account.visible
      .filter((command) => id === undefined || command.options.id === id)
      .flatMap((command) => command.invocations.map((invocation) => ({ command, invocation })))
      .filter(
        ({ command, invocation }) =>
          (instanceId === undefined || invocation.instanceId === instanceId) &&
          passes({ ...command.options, ...shortOf(invocation), isComplete: invocation.isFinal }, asked),
      )
    const { items, next } = pageOf(found, input)
    const show = details ? detailedInvocation : shownInvocation
    return { CommandInvocations: items.map((item) => show(account, item)), ...next }
  },
})

const shortOf = ({ status, detail }: { status: string; detail: string }) => ({ status, detail })
