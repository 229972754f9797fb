import { senderError } from '../../aws-error.ts'
import { integer, list, map, type Shape, structure, text } from '../../operations/shape.ts'
import type { SsmAccount } from '../account.ts'
import { checkParameters } from '../documents.ts'
import { operation } from './operation.ts'
import { shownCommand } from './show.ts'

const LONGEST_COMMENT = 100

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html, by InstanceIds alone. */
export const sendCommand = operation({
  input: structure(
    { DocumentName: text, InstanceIds: list(text, 50) },
    {
      Parameters: map(list(text)),
      TimeoutSeconds: integer(30, 2_592_000),
      Comment: matching(new RegExp(`^[^]{0,${LONGEST_COMMENT}}$`)),
      MaxConcurrency: matching(/^([1-9]\d{0,6}|[1-9]\d?%|100%)$/),
      MaxErrors: matching(/^(0|[1-9]\d{0,6}|\d\d?%|100%)$/),
    },
  ),
  run(account, input) {
    const { InstanceIds: instanceIds, Parameters: parameters = {}, TimeoutSeconds: seconds = 3_600 } = input
    const document = account.document(input.DocumentName)
    checkNodes(account, instanceIds)
    checkParameters(document, parameters)
    const command = account.send(
      {
        ...{ instanceIds, parameters, documentName: input.DocumentName, timeoutSeconds: seconds },
        comment: input.Comment ?? '',
        maxConcurrency: input.MaxConcurrency ?? '50',
        maxErrors: input.MaxErrors ?? '0',
      },
      document,
    )
    return { Command: shownCommand(account, command) }
  },
})

function checkNodes({ nodes, behaviour, options }: SsmAccount, instanceIds: readonly string[]): void {
  if (new Set(instanceIds).size < instanceIds.length) throw senderError('DuplicateInstanceId', '')
  const unfit = instanceIds.filter((id) => {
    const ping = nodes.get(id)?.ping
    return ping === undefined || (ping === 'ConnectionLost' && behaviour.lostNodes === 'refused')
  })
  if (unfit.length === 0 && instanceIds.length > 0) return
  const account = options.accountId ?? '123456789012'
  throw senderError(
    'InvalidInstanceId',
    `Instances [[${unfit.join(', ')}]] not in a valid state for account ${account}`,
  )
}

function matching(pattern: RegExp): Shape<string> {
  return {
    read(value, at) {
      const given = text.read(value, at)
      if (pattern.test(given)) return given
      throw senderError('ValidationException', `Value '${given}' at '${at}' must match ${pattern.source}`)
    },
  }
}
