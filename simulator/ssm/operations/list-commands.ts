import { structure, text } from '../../operations/shape.ts'
import type { Command } from '../command.ts'
import { type Filtered, filters, passes } from './filters.ts'
import { operation } from './operation.ts'
import { pageOf, paging } from './page.ts'
import { shownCommand } from './show.ts'

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommands.html */
export const listCommands = operation({
  input: structure({}, { CommandId: text, InstanceId: text, Filters: filters, ...paging }),
  run(account, input) {
    const { CommandId: id, InstanceId: instanceId, Filters: asked = [] } = input
    if (id !== undefined) account.command(id)
    const found = account.visible.filter(
      (command) =>
        (id === undefined || command.options.id === id) &&
        (instanceId === undefined || command.options.instanceIds.includes(instanceId)) &&
        passes(filtered(command), asked),
    )
    const { items, next } = pageOf(found, input)
    return { Commands: items.map((command) => shownCommand(account, command)), ...next }
  },
})

function filtered({ options, status, completed }: Command): Filtered {
  return { ...options, ...status, isComplete: completed === options.instanceIds.length || isDead(status) }
}

const isDead = ({ detail }: Command['status']): boolean => detail === 'RateExceeded'
